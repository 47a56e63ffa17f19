import type { CloudOperation } from "../contract";
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

/**
 * Throws where this run works in another project than the one that the state has the resource in: what is not there is not gone. The
 * state may have resources in several projects, if other settings led elsewhere for a while.
 */
export async function requireProject(
  context: CloudOperation,
  { region }: { region?: unknown },
  { __project }: WithProject,
): Promise<void> {
  if (typeof region !== "string" || __project === undefined) return;
  const { cloud } = context;
  const project = cloud.projectIn(region) ?? (await cloud.projectId(region, context));
  if (project === __project) return;
  throw new Error(
    `The state has this resource in project ${__project}, and the settings lead to project ${project}: the credentials ` +
      "may be another account's, or another project is set. Correct them, or give the resource a Provider with its projectId.",
  );
}

/** The project in which this run saw a resource, or else an earlier one. */
export function projectOf(
  { cloud }: Account,
  { region }: { region?: string },
  earlier: WithProject,
): string | undefined {
  return (region === undefined ? undefined : cloud.projectIn(region)) ?? earlier.__project;
}
