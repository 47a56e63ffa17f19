import type { CloudOperation, Context, Resource } from "../contract";
import type { Account } from "./account";
import type { Limits, Operations } from "./operations";

/** What hosts add to every state. */
export interface WithProject {
  /** The project of the resource, by its id: whose account it is, where the credentials of the last update are refused. */
  __project?: string;
}

/** Tells the cloud of the project in which a state knows its resource. */
export function recallProject({ cloud }: Account, { region }: { region?: unknown }, { __project }: WithProject): void {
  if (typeof region === "string" && __project !== undefined) cloud.recordProject(region, __project);
}

/** What an operation begins with: `known` is what the state says of the resource, and of its project. */
export interface Beginning {
  readonly kind: "create" | "read" | "update" | "delete";
  /** How long the program lets it take; absent for the default. */
  readonly seconds?: number;
  readonly known: { region?: unknown };
  readonly project: WithProject;
}

/** Runs one operation on a resource, in the project in which the state has it. */
export async function runInProject<Given extends Omit<Context, keyof Limits>, Result>(
  operations: Operations,
  resource: Pick<Resource<never, never>, "defaultTimeout">,
  { kind, seconds, known, project }: Beginning,
  given: Given,
  operate: (context: Given & Limits) => Promise<Result>,
): Promise<Result> {
  recallProject(given, known, project);
  return operations.run(resource, seconds, given, async (context) => {
    await requireProject(context, known, project);
    const result = await operate(context);
    // Credentials that took the place of others meanwhile may lead elsewhere.
    if (kind === "read") await requireProject(context, known, project);
    return result;
  });
}

/**
 * Throws where this run works in another project than the one that the state has the resource in: what is not there is not gone. The
 * state may have resources in several projects, if other settings led elsewhere for a while.
 */
async function requireProject(
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
