import type { Operation } from "../operation/operation";
import { keepSecrets } from "../text/redaction";
import { Acceptance } from "./acceptance";
import type { HttpRequest, HttpResponse, ServiceRequest } from "./http";
import { secretsOf, type Credentials } from "./credentials";
import { endpointOf } from "./endpoints";
import { createProjectToken, type ProjectToken } from "./iam";
import type { KnownProjects } from "./knownProjects";
import { Projects } from "./projects";
import type { Settings } from "./settings";
import { signRequest } from "./signer";
import type { Transport } from "./transport";
import { UserTokens } from "./userTokens";

/** A call, and when it was asked for: it may have waited since. */
interface AskedRequest extends ServiceRequest {
  askedAt: number;
}

/** One set of credentials: sends calls that are authorised with it, in the projects that it works in. */
export class Identity {
  private readonly acceptance = new Acceptance();
  private readonly projects: Projects;
  private readonly tokens = new UserTokens((region, operation) => this.signIn(region, operation));

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
    const projectId = request.service === "iam" ? "" : await this.projectId(region, operation);
    if (projectId !== "") this.knownProjects.require(request.operation, region, projectId);
    const response = await this.sendIn(projectId, asked, region, operation);
    if (projectId !== "") this.projects.noteAnswer(region, projectId);
    return response;
  }

  /** The project that calls to a region belong to: told, or looked up. */
  async projectId(region: string, operation: Operation): Promise<string> {
    const known = this.projects.known(region);
    if (known !== undefined) return known;
    if (this.credentials.kind === "password") return (await this.tokens.get(region, operation)).projectId;
    return this.projects.find(region, operation);
  }

  private sendIn(
    projectId: string,
    request: AskedRequest,
    region: string,
    operation: Operation,
  ): Promise<HttpResponse> {
    const call = () => this.acceptance.learnFrom(() => this.call(projectId, request, region, operation));
    switch (this.credentials.kind) {
      case "accessKey":
        return this.acceptance.oneByOneUntilGiven(call, operation);
      case "token":
        return call();
      case "password":
        return this.tokens.renewing(region, call);
    }
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
    switch (this.credentials.kind) {
      case "accessKey": {
        const headers = { ...call.headers, Host: new URL(call.url).host };
        return signRequest({ ...call, headers }, this.credentials);
      }
      case "token":
        return { ...call.headers, "X-Auth-Token": this.credentials.token };
      case "password": {
        const { token } = await this.tokens.get(region, operation);
        keepSecrets([token]);
        return { ...call.headers, "X-Auth-Token": token };
      }
    }
  }

  private signIn(region: string, operation: Operation): Promise<ProjectToken> {
    const { credentials, transport } = this;
    if (credentials.kind !== "password") throw new TypeError("only a password is exchanged for tokens");
    const known = this.projects.known(region);
    const project = known === undefined ? { name: this.projects.name(region) } : { id: known };
    const endpoint = endpointOf(this.settings, "iam", region);
    return this.acceptance.signIn(() =>
      createProjectToken(transport, endpoint, credentials.user, credentials.password, project, operation),
    );
  }
}
