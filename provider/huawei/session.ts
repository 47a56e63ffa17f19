import { secretsOf, type Credentials } from "./credentials";
import type { CallName } from "./calls";
import type { HttpRequest, HttpResponse } from "./http";
import { HuaweiCloudError, isAuthenticationFailure, stoppedError } from "./errors";
import { allProjectsPath, createProjectToken, projectIdOf, projectsPath, showsProject } from "./iam";
import { KnownProjects } from "./knownProjects";
import type { Operation } from "../operation/operation";
import { isRefusedObject } from "./refusals";
import { keepSecrets } from "../text/redaction";
import type { Settings } from "./settings";
import { signRequest } from "./signer";
import type { Transport } from "./transport";
import { raceWithAbort } from "../operation/abort";

/** A call, before it carries credentials. */
export interface ServiceRequest {
  service: "kms" | "cph" | "iam";
  operation: CallName;
  method: HttpRequest["method"];
  /** Path and query behind the endpoint; the project id is put in where it needs one. */
  path: (projectId: string) => string;
  body?: unknown;
  idempotent: boolean;
}

/** A call, and when it was asked for: it may have waited since. */
interface AskedRequest extends ServiceRequest {
  askedAt: number;
}

/**
 * Who we are to Huawei Cloud, shared by all resources of a process: holds the credentials, tokens and projects, signs every call
 * and deals with credentials that are refused.
 *
 * Refresh and destroy run with the configuration of the last update. Where its credentials are refused from the start and the
 * environment holds others, those take their place, in projects that are known without them. Each call names its project in its
 * path, so that credentials of another account are refused and change nothing.
 */
export class Session {
  private readonly configured: Identity;
  /** Once it has taken the place of the configured one. */
  private present?: Identity;
  private readonly knownProjects: KnownProjects;
  /** Those not told yet. */
  private readonly warnings: string[];

  constructor(
    private readonly settings: Settings,
    private readonly transport: Transport,
  ) {
    this.warnings = [...settings.warnings];
    this.knownProjects = new KnownProjects(settings);
    this.configured = new Identity(settings, transport, settings.credentials, this.knownProjects, false);
  }

  /** The state has a resource in this project: see {@link KnownProjects}. */
  recordProject(region: string, projectId: string): void {
    this.knownProjects.record(region, projectId);
  }

  /** The project in which calls to a region were answered; undefined where none was. */
  projectIn(region: string): string | undefined {
    return (this.present ?? this.configured).projects.get(region) ?? this.configured.projects.get(region);
  }

  /** Sends a call to a service in a region. Throws {@link HuaweiCloudError}. */
  async send(request: ServiceRequest, region: string, operation: Operation): Promise<HttpResponse> {
    // All operations have the same settings, so the first of them tells.
    for (const warning of this.warnings.splice(0)) operation.log.warn(warning);
    if (this.present !== undefined && this.isOfSameAccount(this.present, region)) {
      return this.sendAs(this.present, request, region, operation);
    }
    if (operation.signal.aborted) throw stoppedError(request.operation, operation, false);
    try {
      return await this.configured.send(request, region, operation);
    } catch (error) {
      if (!isAuthenticationFailure(error)) throw error;
      return this.sendAs(this.presentInPlaceOf(error, region, operation), request, region, operation);
    }
  }

  /** Whether credentials may stand in for the configured ones in a region: those of another account must change nothing there. */
  private isOfSameAccount(present: Identity, region: string): boolean {
    return present.isProven || this.knownProjects.in(region) !== undefined;
  }

  /** Credentials to send a call with that was refused; throws the refusal where there are none. */
  private presentInPlaceOf(refusal: HuaweiCloudError, region: string, operation: Operation): Identity {
    const { presentCredentials, refusalAdvice } = this.settings;
    if (this.configured.wasAccepted) {
      const others = presentCredentials === undefined ? "" : ` ${presentAfterAcceptance}`;
      throw refusal.withAdvice(`${acceptedBefore}${others} ${refusalAdvice}`);
    }
    if (presentCredentials === undefined) throw refusal.withAdvice(refusalAdvice);
    const present =
      this.present ?? new Identity(this.settings, this.transport, presentCredentials, this.knownProjects, true);
    if (!this.isOfSameAccount(present, region)) throw refusal.withAdvice(`${refusalAdvice} ${unprovenAccount(region)}`);
    if (this.present === undefined) {
      operation.log.warn(
        `Huawei Cloud refused the configured credentials (${refusal.code ?? "HTTP 401"}); those in the environment are used instead. ` +
          "Stored credentials of an earlier update may be out of date.",
      );
    }
    this.present = present;
    return present;
  }

  /** Nothing is gone on the word of credentials that took the place of others, before they are seen to have access to the project. */
  private async sendAs(
    present: Identity,
    request: ServiceRequest,
    region: string,
    operation: Operation,
  ): Promise<HttpResponse> {
    if (operation.signal.aborted) throw stoppedError(request.operation, operation, false);
    try {
      return await present.send(request, region, operation);
    } catch (error) {
      if (isAuthenticationFailure(error)) {
        throw error.withAdvice(this.settings.presentRefusalAdvice ?? this.settings.refusalAdvice);
      }
      if (!isRefusedObject(error) || (await present.seesProject(region, operation))) throw error;
      throw error.status === 403 ? error.withAdvice(otherAccountHint) : error.asForeignAnswer(otherAccountHint);
    }
  }
}

const acceptedBefore =
  "Huawei Cloud accepted these credentials earlier in this run: they expired or were revoked since, or are not good for this service or " +
  "region.";

const presentAfterAcceptance = "Those in the environment may be another account's, and were not used in their place.";

function unprovenAccount(region: string): string {
  return (
    `Those in the environment were not used in their place: neither the configuration nor the state names a project in ${region}, so ` +
    "that they may be another account's. If they are right, take the others out of the configuration; refresh and destroy then need " +
    "--run-program."
  );
}

const otherAccountHint =
  "The credentials in the environment, which took the place of the configured ones, may be another account's: nothing shows that they " +
  "have access to the project. If they have, correct the configuration, and run refresh and destroy with --run-program.";

/** One set of credentials, with the tokens and project ids that were got with it. */
class Identity {
  private readonly tokens = new SharedValues<CachedToken>();
  private readonly projectIds = new SharedValues<string>();
  private readonly views = new SharedValues<boolean>();
  /** By region: the project in which calls were answered. */
  readonly projects = new Map<string, string>();
  private accepted = false;
  private refusal?: HuaweiCloudError;
  private firstCall?: Promise<void>;

  constructor(
    private readonly settings: Settings,
    private readonly transport: Transport,
    private readonly credentials: Credentials,
    private readonly knownProjects: KnownProjects,
    /** Whether they take the place of others, whose projects they are then sent to. */
    private readonly isInPlaceOfOthers: boolean,
  ) {}

  /** Whether any service has accepted the credentials. */
  get wasAccepted(): boolean {
    return this.accepted;
  }

  /** Whether a project has answered: those in place of others are sent to known projects alone until then. */
  get isProven(): boolean {
    return this.projects.size > 0;
  }

  /** Whether there is proof of access to the project in a region: calls that it answered, or IAM's list. */
  async seesProject(region: string, operation: Operation): Promise<boolean> {
    if (this.isProven) return true;
    return this.views.get(region, operation, async () => {
      try {
        const projectId = await this.projectId(region, operation);
        const request = {
          service: "iam",
          operation: "IAM KeystoneListProjects",
          method: "GET",
          idempotent: true,
        } as const;
        const { body } = await this.send({ ...request, path: () => allProjectsPath }, region, operation);
        return showsProject(body, projectId);
      } catch (error) {
        if (!(error instanceof HuaweiCloudError) || operation.signal.aborted) throw error;
        return false;
      }
    });
  }

  async send(request: ServiceRequest, region: string, operation: Operation): Promise<HttpResponse> {
    keepSecrets(secretsOf(this.credentials));
    const asked = { ...request, askedAt: performance.now() };
    const projectId = request.service === "iam" ? "" : await this.projectId(region, operation);
    if (projectId !== "") this.knownProjects.require(request.operation, region, projectId);
    const response = await this.sendIn(projectId, asked, region, operation);
    if (projectId !== "") this.projects.set(region, projectId);
    return response;
  }

  private sendIn(
    projectId: string,
    request: AskedRequest,
    region: string,
    operation: Operation,
  ): Promise<HttpResponse> {
    const attempt = async (): Promise<HttpResponse> => {
      try {
        const response = await this.attempt(projectId, request, region, operation);
        this.accepted = true;
        return response;
      } catch (error) {
        this.accepted ||= isAnswerToAccepted(error);
        throw error;
      }
    };
    switch (this.credentials.kind) {
      case "accessKey":
        return this.oneByOneUntilAccepted(attempt, operation);
      case "token":
        return attempt();
      case "password":
        return this.renewingToken(region, attempt);
    }
  }

  private attempt(
    projectId: string,
    request: AskedRequest,
    region: string,
    operation: Operation,
  ): Promise<HttpResponse> {
    return this.transport.send(
      {
        service: request.service,
        operation: request.operation,
        method: request.method,
        url: `${this.endpoint(request.service, region)}${request.path(projectId)}`,
        headers: { "Content-Type": "application/json", ...(projectId !== "" && { "X-Project-Id": projectId }) },
        body: request.body === undefined ? "" : JSON.stringify(request.body),
        idempotent: request.idempotent,
        askedAt: request.askedAt,
      },
      operation,
      (call) => this.authorize(call, region, operation),
    );
  }

  private async authorize(call: HttpRequest, region: string, operation: Operation): Promise<Record<string, string>> {
    switch (this.credentials.kind) {
      case "accessKey": {
        const headers = { ...call.headers, Host: new URL(call.url).host };
        return signRequest({ ...call, headers }, this.credentials);
      }
      case "token":
        return { ...call.headers, "X-Auth-Token": this.credentials.token };
      case "password": {
        const { token } = await this.token(region, operation);
        keepSecrets([token]);
        return { ...call.headers, "X-Auth-Token": token };
      }
    }
  }

  /** Until the credentials are accepted, calls wait for one another: five wrong signatures in a row lock an access key. */
  private async oneByOneUntilAccepted(
    attempt: () => Promise<HttpResponse>,
    operation: Operation,
  ): Promise<HttpResponse> {
    while (!this.accepted && this.refusal === undefined && this.firstCall !== undefined) {
      await raceWithAbort(this.firstCall, operation, stoppedWhileSigningIn);
    }
    if (this.refusal !== undefined) throw this.refusal;
    const call = attempt();
    if (!this.accepted) {
      this.firstCall = call.then(
        () => undefined,
        () => undefined,
      );
    }
    try {
      return await call;
    } catch (error) {
      // What was accepted before is not given up for one answer.
      if (isAuthenticationFailure(error) && !this.accepted) this.refusal = error;
      throw error;
    } finally {
      this.firstCall = undefined;
    }
  }

  /** A token that is refused before its time is renewed, once a call. */
  private async renewingToken(region: string, attempt: () => Promise<HttpResponse>): Promise<HttpResponse> {
    const used = this.tokens.current(region);
    try {
      return await attempt();
    } catch (error) {
      if (!isAuthenticationFailure(error) || used === undefined) throw error;
      this.tokens.forget(region, used);
      return attempt();
    }
  }

  private async projectId(region: string, operation: Operation): Promise<string> {
    const known = this.knownProject(region);
    if (known !== undefined) return known;
    if (this.credentials.kind === "password") return (await this.token(region, operation)).projectId;
    return this.projectIds.get(region, operation, async () => {
      const name = this.projectName(region);
      const response = await this.send(
        {
          service: "iam",
          operation: "IAM KeystoneListProjects",
          method: "GET",
          path: () => projectsPath(name),
          idempotent: true,
        },
        region,
        operation,
      );
      return projectIdOf(response.body, name);
    });
  }

  private async token(region: string, operation: Operation): Promise<CachedToken> {
    const { credentials } = this;
    if (credentials.kind !== "password") throw new TypeError("only a password is exchanged for tokens");
    const held = this.tokens.current(region);
    if (held !== undefined) {
      const isOld = held.then(
        ({ renewAt }) => renewAt <= Date.now(),
        () => false,
      );
      if (await raceWithAbort(isOld, operation, stoppedWhileSigningIn)) this.tokens.forget(region, held);
    }
    return this.tokens.get(region, operation, async () => {
      if (this.refusal !== undefined) throw this.refusal;
      const known = this.knownProject(region);
      const project = known === undefined ? { name: this.projectName(region) } : { id: known };
      try {
        const { user, password } = credentials;
        const endpoint = this.endpoint("iam", region);
        const token = await createProjectToken(this.transport, endpoint, user, password, project, operation);
        this.accepted = true;
        return { ...token, renewAt: Date.now() + token.lifetime * renewalPoint };
      } catch (error) {
        if (isAuthenticationFailure(error)) this.refusal = error;
        throw error;
      }
    });
  }

  private knownProject(region: string): string | undefined {
    const { region: own, projectId, configuredProjectId, presentCredentials } = this.settings;
    // A project in the environment goes with the credentials that it has.
    const isOfOthers = presentCredentials !== undefined && projectId !== configuredProjectId;
    const known = this.isInPlaceOfOthers || isOfOthers ? this.knownProjects.in(region) : undefined;
    return known ?? (region === own ? projectId : undefined);
  }

  private projectName(region: string): string {
    return region === this.settings.region ? (this.settings.projectName ?? region) : region;
  }

  private endpoint(service: "kms" | "cph" | "iam", region: string): string {
    const configured = this.settings.endpoints[service]?.replace(/\/+$/, "");
    if (configured === undefined) return `https://${service}.${region}.${this.settings.cloud}`;
    return service === "iam" ? configured.replace(/\/v3$/, "") : configured;
  }
}

/** Whether an error is the answer of a service that knew who asked. */
function isAnswerToAccepted(error: unknown): boolean {
  if (!(error instanceof HuaweiCloudError) || error.foreignAnswer) return false;
  // A gateway need not ask who calls before it says that there is nothing under a path.
  const isUnknownPath = error.status === 404 && (error.code?.startsWith("APIG") ?? false);
  return error.status !== undefined && error.status !== 401 && error.status < 429 && !isUnknownPath;
}

interface CachedToken {
  token: string;
  projectId: string;
  renewAt: number;
}

/** The part of its lifetime after which a token is renewed. */
const renewalPoint = 0.9;

/** Values that are got once for all who ask; a failure is not kept. */
class SharedValues<T> {
  private readonly entries = new Map<string, { value: Promise<T>; signal: AbortSignal }>();

  /** An operation that has to stop waits no longer, and does not stop the others that wait for what it began to get. */
  async get(key: string, operation: Operation, get: () => Promise<T>): Promise<T> {
    for (;;) {
      const entry = this.entries.get(key) ?? this.begin(key, operation.signal, get);
      try {
        return await raceWithAbort(entry.value, operation, stoppedWhileSigningIn);
      } catch (error) {
        if (operation.signal.aborted || !entry.signal.aborted) throw error;
      }
    }
  }

  current(key: string): Promise<T> | undefined {
    return this.entries.get(key)?.value;
  }

  forget(key: string, value: Promise<T>): void {
    if (this.entries.get(key)?.value === value) this.entries.delete(key);
  }

  private begin(key: string, signal: AbortSignal, get: () => Promise<T>): { value: Promise<T>; signal: AbortSignal } {
    const value = get();
    const entry = { value, signal };
    this.entries.set(key, entry);
    value.catch(() => {
      this.forget(key, value);
    });
    return entry;
  }
}

function stoppedWhileSigningIn(operation: Operation): HuaweiCloudError {
  return stoppedError("IAM sign-in", operation, false);
}
