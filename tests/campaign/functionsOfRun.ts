/** The functions that a program calls. They run in its own process, which goes on from run to run where the Automation API runs it. */
import * as pulumi from "@pulumi/pulumi";
import { getKeypairs, getServers } from "../../sdk/nodejs/functions";
import type { Given } from "./accounts";
import { region } from "./disturbance";
import type { PlayedCloud } from "./playedCloud";

/** What functions find, and what they tell the user. */
export interface Seen {
  readonly keypairs: readonly string[];
  readonly serverIds: readonly string[];
  readonly told: readonly string[];
}

/** Calls them as a program with these settings does. Each run has a connection to the engine of its own, and all else in common. */
export async function callFunctions({ url }: PlayedCloud, { configuration, environment }: Given): Promise<Seen> {
  const endpoints = JSON.stringify({ kms: url, cph: url, iam: url });
  const settings = { region, endpoints, maxRetries: 2, ...configuration };
  const config = Object.entries(settings).map(([name, value]) => [`huaweicloud-cph:${name}`, String(value)]);
  const told: string[] = [];
  const tell = (message: string) => {
    told.push(message);
    return Promise.resolve();
  };
  const replaced = [
    jest.spyOn(pulumi.runtime, "getMonitor").mockReturnValue({} as ReturnType<typeof pulumi.runtime.getMonitor>),
    jest.spyOn(pulumi.log, "warn").mockImplementation(tell),
    jest.spyOn(pulumi.log, "info").mockImplementation(tell),
  ];
  const present = jest.replaceProperty(process, "env", { ...process.env, ...environment });
  pulumi.runtime.setAllConfig(Object.fromEntries(config) as Record<string, string>, secretSettings);
  try {
    const [{ keypairs }, { servers }] = await Promise.all([getKeypairs(), getServers()]);
    return { keypairs: keypairs.map(({ name }) => name), serverIds: servers.map(({ serverId }) => serverId), told };
  } finally {
    for (const spy of replaced) spy.mockRestore();
    present.restore();
  }
}

const secretSettings = ["accessKey", "secretKey", "securityToken", "password"].map((name) => `huaweicloud-cph:${name}`);
