import type { Operation } from "../../operation/operation";
import type { HttpResponse, ServiceRequest } from "../sending/http";
import { HuaweiCloudError } from "../errors/errors";
import type { KnownProjects } from "./knownProjects";
import { allProjectsPath, projectIdOf, projectsPath, showsProject } from "./iam";
import type { Settings } from "../settings/settings";
import { SharedValues } from "./sharedValues";

const listProjects = {
  service: "iam",
  operation: "IAM KeystoneListProjects",
  method: "GET",
  idempotent: true,
} as const;

/** Which project calls to a region belong to, for one set of credentials: told, or looked up in IAM. */
export class Projects {
  private readonly found = new SharedValues<string>();
  private readonly told = new Map<string, string>();
  private readonly owned = new SharedValues<boolean | undefined>();
  /** By region: the project in which calls were answered. */
  private readonly answered = new Map<string, string>();

  constructor(
    private readonly settings: Settings,
    /** Those that the configuration and the state name. */
    private readonly knownProjects: KnownProjects,
    /** Whether the credentials take the place of others, whose projects they are then sent to. */
    private readonly isInPlaceOfOthers: boolean,
    /** Sends with the credentials. */
    private readonly send: (request: ServiceRequest, region: string, operation: Operation) => Promise<HttpResponse>,
  ) {}

  /** Whether any project has answered. */
  get haveAnswered(): boolean {
    return this.answered.size > 0;
  }

  /** The project in which calls to a region were answered. */
  answeredIn(region: string): string | undefined {
    return this.answered.get(region);
  }

  noteAnswer(region: string, projectId: string): void {
    this.answered.set(region, projectId);
  }

  /** The project's id, where it need not be asked for. What is told once stays: what a run learns later moves none of its calls. */
  known(region: string): string | undefined {
    const known = this.told.get(region) ?? this.toldNow(region);
    if (known !== undefined) this.told.set(region, known);
    return known;
  }

  private toldNow(region: string): string | undefined {
    const { region: own, projectId, configuredProjectId, presentCredentials } = this.settings;
    // A project in the environment goes with the credentials that it has.
    const isOfOthers = presentCredentials !== undefined && projectId !== configuredProjectId;
    const known = this.isInPlaceOfOthers || isOfOthers ? this.knownProjects.in(region) : undefined;
    return known ?? (region === own ? projectId : undefined);
  }

  name(region: string): string {
    return region === this.settings.region ? (this.settings.projectName ?? region) : region;
  }

  /** The id of the project of that name. */
  find(region: string, operation: Operation): Promise<string> {
    return this.found.get(region, operation, async (finding) => {
      const name = this.name(region);
      const { body } = await this.send({ ...listProjects, path: () => projectsPath(name) }, region, finding);
      return projectIdOf(body, name);
    });
  }

  /** Whether the project in a region is the account's, as calls that it answered or IAM's list tell; undefined where neither does. */
  async isOwn(
    region: string,
    operation: Operation,
    idOf: (operation: Operation) => Promise<string>,
  ): Promise<boolean | undefined> {
    if (this.answered.has(region)) return true;
    return this.owned.get(region, operation, async (asking) => {
      try {
        const id = await idOf(asking);
        const { body } = await this.send({ ...listProjects, path: () => allProjectsPath }, region, asking);
        return showsProject(body, id);
      } catch (error) {
        if (!(error instanceof HuaweiCloudError) || asking.signal.aborted) throw error;
        return undefined;
      }
    });
  }
}
