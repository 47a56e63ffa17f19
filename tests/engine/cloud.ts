/** A simulated cloud for one test file, and what stacks need to reach it. */
import { generateKeyPairSync } from "node:crypto";
import type { ConfigMap } from "@pulumi/pulumi/automation";
import { parseKey } from "sshpk";
import { startSimulator, type Simulator, type SimulatorOptions } from "pulumi-huaweicloud-cph/simulator";

export const region = "cn-north-4";
export const projectId = "0123456789abcdef0123456789abcdef";
export const accessKey = "TESTACCESSKEY";
export const secretKey = "test-secret-key-that-protects-nothing";

export interface TestCloud {
  readonly simulator: Simulator;
  /** Configuration of a stack that works in this cloud. */
  readonly config: ConfigMap;
  /** Ids of the servers that were there from the start. */
  readonly serverIds: string[];
  /** Calls since the last look, as `METHOD operation`; only those with an effect. */
  writes(): string[];
  /** The key pair that a server carries. */
  keypairOf(serverId: string): string;
}

/** Starts a cloud that ends with the test file. */
export async function startCloud(options: SimulatorOptions = {}): Promise<TestCloud> {
  const simulator = await startSimulator({
    jobSeconds: 0.2,
    accessKey,
    secretKey,
    projects: { [region]: projectId },
    ...options,
  });
  openSimulators.push(simulator);
  const serversOf = () => simulator.state().projects[0]?.servers ?? [];
  return {
    simulator,
    config: configOf(simulator),
    serverIds: serversOf().map(({ id }) => id),
    writes() {
      const calls = simulator.calls().filter(({ method }) => method !== "GET");
      simulator.clearCalls();
      return calls.map(({ operation }) => String(operation));
    },
    keypairOf: (serverId) => serversOf().find(({ id }) => id === serverId)?.keypairName ?? "(no such server)",
  };
}

const openSimulators: Simulator[] = [];

afterAll(() => Promise.all(openSimulators.map((simulator) => simulator.close())));

function configOf({ url }: Simulator): ConfigMap {
  return {
    "huaweicloud-cph:region": { value: region },
    "huaweicloud-cph:accessKey": { value: accessKey, secret: true },
    "huaweicloud-cph:secretKey": { value: secretKey, secret: true },
    "huaweicloud-cph:endpoints": { value: JSON.stringify({ kms: url, cph: url, iam: url }) },
  };
}

export interface TestKey {
  publicKey: string;
  privateKey: string;
}

/** A new ed25519 key pair in the formats that users have. */
export function newKey(comment = "test@example"): TestKey {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const key = parseKey(publicKey.export({ type: "spki", format: "pem" }), "pem");
  key.comment = comment;
  return { publicKey: key.toString("ssh"), privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
}
