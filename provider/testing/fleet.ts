import type { Call, CallAction, FaultRule, Operation, ProjectState, Server, Simulator } from "../../simulator";
import { region } from "./simulatedCloud";

/** So many servers in a simulator that has none. */
export function addServers(simulator: Simulator, count: number): string[] {
  return Array.from({ length: count }, () => simulator.addServer(region).id);
}

/** What the project holds that a simulator has from the start. */
export function projectOf(simulator: Simulator): ProjectState {
  const [project] = simulator.state().projects;
  if (project === undefined) throw new Error("the simulator has no project");
  return project;
}

export function serverOf(simulator: Simulator, serverId: string): Server | undefined {
  return projectOf(simulator).servers.find(({ id }) => id === serverId);
}

/** What becomes of an operation's calls from now on: of all, or of so many after so many that are spared. */
export function fail(
  simulator: Simulator,
  operation: Operation,
  action: CallAction,
  limits: Pick<FaultRule, "skip" | "times"> = {},
): void {
  simulator.addFault({ match: { operation }, ...limits, action });
}

/** Ids of the servers of each open-access call, call by call. */
export function serversOfCalls(simulator: Simulator): string[][] {
  return callsOf(simulator, "UpdateKeypair").map(({ body }) => {
    const { servers } = body as { servers: { server_id: string }[] };
    return servers.map((server) => server.server_id);
  });
}

export function callsOf(simulator: Simulator, operation: Call["operation"]): Call[] {
  return simulator.calls().filter((call) => call.operation === operation);
}

/** The servers for which jobs were started, in order. */
export function serversWithJobs(simulator: Simulator): string[] {
  return projectOf(simulator).jobs.map(({ serverId }) => serverId);
}
