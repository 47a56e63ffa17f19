import type { Credentials } from "./credentials";
import { HuaweiCloudError, isAuthenticationFailure, stoppedError, type CallName } from "./errors";
import { createProjectToken, projectIdOf, projectsPath } from "./iam";
import type { Operation } from "./operation";
import type { Settings } from "./settings";
import { signRequest } from "./signer";
import type { HttpRequest, HttpResponse, Transport } from "./transport";
import { unlessStopped } from "./waiting";

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

/**
 * Who we are to Huawei Cloud, shared by all resources of a process: holds the credentials, tokens and projects, signs every call
 * and deals with credentials that are refused.
 */
export class Session {
  private identity: Identity;
  /** Those not told yet. */
  private readonly warnings: string[];

  constructor(
    private readonly settings: Settings,
    private readonly transport: Transport,
  ) {
    this.warnings = [...settings.warnings];
    this.identity = new Identity(settings, transport, settings.credentials);
  }

  /** Sends a call to a service in a region. Throws {@link HuaweiCloudError}. */
  async send(request: ServiceRequest, region: string, operation: Operation): Promise<HttpResponse> {
    // All operations have the same settings, so the first of them tells.
    for (const warning of this.warnings.splice(0)) operation.log.warn(warning);
    for (;;) {
      if (operation.signal.aborted) {
        throw stoppedError(request.operation, operation, false);
      }
      const identity = this.identity;
      try {
        return await identity.send(request, region, operation);
      } catch (error) {
        if (isAuthenticationFailure(error)) {
          if (this.takePresentCredentials(identity, error, operation)) continue;
          throw error.withAdvice(this.adviceAbout(identity));
        }
        throw this.isAboutOtherAccount(identity, region, error) ? error.asForeignAnswer(otherAccountHint) : error;
      }
    }
  }

  /**
   * Refresh and destroy run with the configuration of the last update: where its credentials are refused and the environment holds
   * others, those are tried, once.
   */
  private takePresentCredentials(refused: Identity, error: HuaweiCloudError, operation: Operation): boolean {
    if (this.identity !== refused) return true;
    const { presentCredentials } = this.settings;
    if (presentCredentials === undefined || refused.credentials === presentCredentials) return false;
    operation.log.warn(
      `Huawei Cloud refused the configured credentials (${error.code ?? "HTTP 401"}); those in the environment are used instead. ` +
        "Stored credentials of an earlier update may be out of date.",
    );
    this.identity = new Identity(this.settings, this.transport, presentCredentials);
    return true;
  }

  private adviceAbout({ credentials }: Identity): string {
    const { refusalAdvice, presentCredentials, presentRefusalAdvice } = this.settings;
    return credentials === presentCredentials ? (presentRefusalAdvice ?? refusalAdvice) : refusalAdvice;
  }

  /**
   * Credentials that took the place of others may be another account's. A "not found" under replaced credentials is trusted only where
   * `projectId` is configured, since another account would be refused there.
   */
  private isAboutOtherAccount(used: Identity, region: string, error: unknown): error is HuaweiCloudError {
    const { credentials, projectId } = this.settings;
    const replaced = used.credentials !== credentials;
    const sameProject = projectId !== undefined && region === this.settings.region;
    const isRefusal = error instanceof HuaweiCloudError && (error.status === 404 || error.status === 400);
    return replaced && !sameProject && isRefusal;
  }
}

const otherAccountHint =
  "The credentials in the environment, which took the place of the configured ones, may be another account's: configure present ones, " +
  "or huaweicloud-cph:projectId.";

/** One set of credentials, with the tokens and project ids that were got with it. */
class Identity {
  private readonly tokens = new SharedValues<CachedToken>();
  private readonly projectIds = new SharedValues<string>();
  /** Whether the service has accepted the credentials. */
  private accepted = false;
  private refusal?: HuaweiCloudError;
  private firstCall?: Promise<void>;

  constructor(
    private readonly settings: Settings,
    private readonly transport: Transport,
    readonly credentials: Credentials,
  ) {}

  async send(request: ServiceRequest, region: string, operation: Operation): Promise<HttpResponse> {
    const projectId = request.service === "iam" ? "" : await this.projectId(region, operation);
    const attempt = (): Promise<HttpResponse> =>
      this.transport.send(
        {
          service: request.service,
          operation: request.operation,
          method: request.method,
          url: `${this.endpoint(request.service, region)}${request.path(projectId)}`,
          headers: { "Content-Type": "application/json", ...(projectId !== "" && { "X-Project-Id": projectId }) },
          body: request.body === undefined ? "" : JSON.stringify(request.body),
          idempotent: request.idempotent,
        },
        operation,
        (call) => this.authorize(call, region, operation),
      );
    switch (this.credentials.kind) {
      case "accessKey":
        return this.oneByOneUntilAccepted(attempt, operation);
      case "token":
        return attempt();
      case "password":
        return this.renewingToken(region, attempt);
    }
  }

  private async authorize(call: HttpRequest, region: string, operation: Operation): Promise<Record<string, string>> {
    switch (this.credentials.kind) {
      case "accessKey": {
        const headers = { ...call.headers, Host: new URL(call.url).host };
        return signRequest({ ...call, headers }, this.credentials);
      }
      case "token":
        return { ...call.headers, "X-Auth-Token": this.credentials.token };
      case "password":
        return { ...call.headers, "X-Auth-Token": (await this.token(region, operation)).token };
    }
  }

  /** Until the credentials are accepted, calls wait for one another: five wrong signatures in a row lock an access key. */
  private async oneByOneUntilAccepted(
    attempt: () => Promise<HttpResponse>,
    operation: Operation,
  ): Promise<HttpResponse> {
    while (!this.accepted && this.refusal === undefined && this.firstCall !== undefined) {
      await unlessStopped(this.firstCall, operation, stoppedWhileSigningIn);
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
      const response = await call;
      this.accepted = true;
      return response;
    } catch (error) {
      // What was accepted before is not given up for one answer.
      if (isAuthenticationFailure(error) && !this.accepted) this.refusal = error;
      else if (
        error instanceof HuaweiCloudError &&
        error.status !== undefined &&
        error.status < 429 &&
        !error.foreignAnswer
      )
        this.accepted = true;
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
    if (region === this.settings.region && this.settings.projectId !== undefined) return this.settings.projectId;
    if (this.credentials.kind === "password") return (await this.token(region, operation)).projectId;
    return this.projectIds.get(region, operation, async () => {
      const name = this.projectName(region);
      const response = await this.send(
        {
          service: "iam",
          operation: "IAM ListProjects",
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
    const { credentials, settings } = this;
    if (credentials.kind !== "password") throw new TypeError("only a password is exchanged for tokens");
    const held = this.tokens.current(region);
    if (held !== undefined) {
      const isOld = held.then(
        ({ renewAt }) => renewAt <= Date.now(),
        () => false,
      );
      if (await unlessStopped(isOld, operation, stoppedWhileSigningIn)) this.tokens.forget(region, held);
    }
    return this.tokens.get(region, operation, async () => {
      if (this.refusal !== undefined) throw this.refusal;
      const project =
        region === settings.region && settings.projectId !== undefined
          ? { id: settings.projectId }
          : { name: this.projectName(region) };
      try {
        const { user, password } = credentials;
        const endpoint = this.endpoint("iam", region);
        const token = await createProjectToken(this.transport, endpoint, user, password, project, operation);
        return { ...token, renewAt: Date.now() + token.lifetime * renewalPoint };
      } catch (error) {
        if (isAuthenticationFailure(error)) this.refusal = error;
        throw error;
      }
    });
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
        return await unlessStopped(entry.value, operation, stoppedWhileSigningIn);
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
