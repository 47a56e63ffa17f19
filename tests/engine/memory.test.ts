/** A provider process holds private keys no longer than it works on them. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { startCloud } from "./cloud";
import { createWorkspace } from "./harness";

const names = ["refusedLater", "hosted", "refused", "generated"];

/** Runs the process; tells which private keys its memory holds in the end. */
async function keysHeld(keep?: "keep"): Promise<{ held: string[]; exitCode: unknown }> {
  const cloud = await startCloud();
  const action = { type: "status", status: 400, code: "KPS.6011", message: "Refused." } as const;
  cloud.simulator.addFault({ match: { operation: "ImportPrivateKey" }, action });
  cloud.simulator.addFault({ match: { operation: "CreateKeypair" }, skip: 2, times: 1, action });
  const configuration = Object.fromEntries(Object.entries(cloud.config).map(([name, { value }]) => [name, value]));
  const snapshot = join(createWorkspace().folder, "memory.heapsnapshot");
  const program = join(__dirname, "memory/index.js");
  const child = spawn(process.execPath, [program, JSON.stringify(configuration), snapshot, ...(keep ? [keep] : [])], {
    // Its standard input stays open for as long as the engine lives.
    stdio: ["pipe", "pipe", "pipe"],
  });
  const [printed, complaints, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit") as Promise<[unknown]>,
  ]);
  expect(complaints).toMatch(/^KPS ImportPrivateKey failed: Refused\. .*\nKPS CreateKeypair failed: Refused\. .*\n$/);
  const memory = readFileSync(snapshot, "utf8");
  const lines = printed
    .trim()
    .split("\n")
    .map((line) => line.split(" "));
  expect(lines.map(([name]) => name)).toEqual(names);
  const held = lines.filter(([, line = ""]) => memory.includes(Buffer.from(line, "hex").toString()));
  return { held: held.map(([name = ""]) => name), exitCode };
}

test("private keys that were hosted, refused and generated are gone when the operations have ended", async () => {
  expect(await keysHeld()).toEqual({ held: [], exitCode: 0 });
});

test("the search finds keys that are kept", async () => {
  expect(await keysHeld("keep")).toEqual({ held: names, exitCode: 3 });
});
