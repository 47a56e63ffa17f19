import type { Operation } from "../../operation/operation";
import { keepSecrets } from "../../text/redaction";
import { Acceptance } from "./acceptance";
import { accessKeysOf, type AccessKeys } from "./accessKeys";
import type { HttpRequest, HttpResponse, ServiceRequest } from "../sending/http";
import { secretsOf, type Credentials } from "../settings/credentials";
import { endpointOf } from "../settings/endpoints";
import { HuaweiCloudError } from "../errors/errors";
import { createProjectToken, type ProjectToken } from "./securityTokens";
import type { KnownProjects } from "./knownProjects";
import { Projects } from "./projects";
import type { Settings } from "../settings/settings";
import { RenewedValues } from "./renewedValues";
import { signCall } from "../sending/signer";
import type { Transport } from "../sending/transport";

/** A call, and when it was asked for: it may have waited since. */
interface AskedRequest extends ServiceRequest {
  askedAt: number;
}

/** One set of credentials: sends calls that are authorised with it, in the projects that it works in. */
export class Identity {
  private readonly acceptance = new Acceptance();
  private readonly projects: Projects;
  /** Of a user, one for each region. */
  private readonly tokens = new RenewedValues<ProjectToken>();
  /** What signs calls; undefined for a token, and for a user, who is given tokens. */
  private readonly keys?: AccessKeys;

  constructor(
    private readonly settings: Settings,
    private readonly transport: Transport,
    private readonly credentials: Credentials,
    private readonly knownProjects: KnownProjects,
    /** Whether they take the place of others, whose projects they are then sent to. */
    isInPlaceOfOthers: boolean,
  ) {
    this.projects = new Projects(settings, knownProjects, isInPlaceOfOthers, (request, region, operation) =>
      this.send(request, region, operation),
    );
    if (credentials.kind !== "token" && credentials.kind !== "password")
      this.keys = accessKeysOf(credentials, { settings, transport, acceptance: this.acceptance });
  }

  /** Whether any service has accepted the credentials. */
  get wasAccepted(): boolean {
    return this.acceptance.isGiven;
  }

  /** Whether a project has answered: those in place of others are sent to known projects alone until then. */
  get isProven(): boolean {
    return this.projects.haveAnswered;
  }

  /** The project in which calls to a region were answered. */
  projectIn(region: string): string | undefined {
    return this.projects.answeredIn(region);
  }

  /** Whether the project in a region is the account's; undefined where nothing tells. */
  ownsProject(region: string, operation: Operation): Promise<boolean | undefined> {
    return this.projects.isOwn(region, operation, (asking) => this.projectId(region, asking));
  }

  /** Sends a call to a service in a region. */
  async send(request: ServiceRequest, region: string, operation: Operation): Promise<HttpResponse> {
    keepSecrets(secretsOf(this.credentials));
    const asked = { ...request, askedAt: performance.now() };
    const projectId = request.service === "iam" ? "" : await this.projectId(region, operation).catch(throwUnsent);
    if (projectId !== "") this.knownProjects.require(request.operation, region, projectId);
    const response = await this.sendIn(projectId, asked, region, operation);
    if (projectId !== "") this.projects.noteAnswer(region, projectId);
    return response;
  }

  /** The project that calls to a region belong to: told, or looked up. */
  async projectId(region: string, operation: Operation): Promise<string> {
    const known = this.projects.known(region);
    if (known !== undefined) return known;
    if (this.credentials.kind === "password") return (await this.userToken(region, operation)).projectId;
    return this.projects.find(region, operation);
  }

  private sendIn(
    projectId: string,
    request: AskedRequest,
    region: string,
    operation: Operation,
  ): Promise<HttpResponse> {
    const { keys } = this;
    const call = () => this.acceptance.learnFrom(() => this.call(projectId, request, region, operation));
    if (keys !== undefined) return this.acceptance.oneByOneUntilGiven(() => keys.renewing(call), operation);
    return this.credentials.kind === "password" ? this.tokens.renewing(region, call) : call();
  }

  private call(projectId: string, request: AskedRequest, region: string, operation: Operation): Promise<HttpResponse> {
    return this.transport.send(
      {
        service: request.service,
        operation: request.operation,
        method: request.method,
        url: `${endpointOf(this.settings, request.service, region)}${request.path(projectId)}`,
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
    if (this.keys !== undefined) return signCall(call, await this.keys.get(region, operation));
    const { token } = this.credentials.kind === "token" ? this.credentials : await this.userToken(region, operation);
    keepSecrets([token]);
    return { ...call.headers, "X-Auth-Token": token };
  }

  private userToken(region: string, operation: Operation): Promise<ProjectToken> {
    return this.tokens.get(region, operation, (signingIn) => this.signIn(region, signingIn));
  }

  private signIn(region: string, operation: Operation): Promise<ProjectToken> {
    const { credentials, transport } = this;
    if (credentials.kind !== "password") throw new TypeError("only a password is exchanged for tokens");
    const known = this.projects.known(region);
    const project = known === undefined ? { name: this.projects.name(region) } : { id: known };
    const endpoint = endpointOf(this.settings, "iam", region);
    return this.acceptance.signIn(() =>
      createProjectToken({ transport, endpoint, operation }, credentials.user, credentials.password, project),
    );
  }
}

/** What a call needed first was not to be had. */
function throwUnsent(error: unknown): never {
  throw error instanceof HuaweiCloudError ? error.withOutcomeUnknown(false) : error;
}
