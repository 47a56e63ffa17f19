import type { CallName } from "../errors/calls";
import { HuaweiCloudError } from "../errors/errors";
import type { Settings } from "../settings/settings";

/**
 * Projects that the configured credentials work in, told without them: by the configuration, and by what the state recorded. A project
 * belongs to one account, so that they tell whose account it is.
 */
export class KnownProjects {
  private readonly recorded = new Map<string, Set<string>>();

  constructor(private readonly settings: Settings) {}

  /** The state has a resource in this project. */
  record(region: string, projectId: string): void {
    this.recorded.set(region, (this.recorded.get(region) ?? new Set()).add(projectId));
  }

  /** The project in a region; undefined where none is known, or the state names several. */
  in(region: string): string | undefined {
    const { configuredProjectId } = this.settings;
    if (region === this.settings.region && configuredProjectId !== undefined) return configuredProjectId;
    const [projectId, ...others] = this.recorded.get(region) ?? [];
    return others.length === 0 ? projectId : undefined;
  }

  /** Throws where the state has its resources of a region in other projects alone: what this one lacks is not gone, nor to be made in it. */
  require(operation: CallName, region: string, projectId: string): void {
    const recorded = this.recorded.get(region);
    if (recorded === undefined || recorded.has(projectId)) return;
    throw new HuaweiCloudError({
      operation,
      message: `nothing was sent: the settings lead to project ${projectId} in ${region}, and the state's resources are in ${[...recorded].join(", ")}`,
      hint:
        "The credentials may be another account's, or another project is set: correct them. To move resources to another project, destroy " +
        "them first.",
    });
  }
}
