import type { Call, Server, Simulator } from "../../simulator";
import { region } from "./simulatedCloud";

/** So many servers in a simulator that has none. */
export function addServers(simulator: Simulator, count: number): string[] {
  return Array.from({ length: count }, () => simulator.addServer(region).id);
}

export function serverOf(simulator: Simulator, serverId: string): Server | undefined {
  return simulator.state().projects[0]?.servers.find(({ id }) => id === serverId);
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
  return (simulator.state().projects[0]?.jobs ?? []).map(({ serverId }) => serverId);
}
