import type { Account } from "./account";

/** What hosts add to every state. */
export interface WithProject {
  /** The project of the resource, by its id: whose account it is, where the credentials of the last update are refused. */
  __project?: string;
}

/** Tells the cloud of the project in which a state knows its resource. */
export function recallProject({ cloud }: Account, { region }: { region?: unknown }, { __project }: WithProject): void {
  if (typeof region === "string" && __project !== undefined) cloud.recordProject(region, __project);
}

/** The project in which this run saw a resource, or else an earlier one. */
export function projectOf(
  { cloud }: Account,
  { region }: { region?: string },
  earlier: WithProject,
): string | undefined {
  return (region === undefined ? undefined : cloud.projectIn(region)) ?? earlier.__project;
}
