import type { Settings } from "./settings";

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
}
