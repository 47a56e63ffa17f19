import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pick } from "./testing/client";

const started: ChildProcessWithoutNullStreams[] = [];

afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

/** Starts the executable from its sources; killed at the end of the test. */
function start(...args: string[]): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, ["-r", "ts-node/register/transpile-only", join(__dirname, "main.ts"), ...args]);
  started.push(child);
  return child;
}

async function run(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = start(...args);
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
  child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
  const code = await exitOf(child);
  return { code, stdout, stderr };
}

function exitOf(child: ChildProcessWithoutNullStreams): Promise<number | null> {
  return new Promise((resolve) => child.once("close", resolve));
}

/** The first line that the executable prints, as JSON. */
async function firstLine(child: ChildProcessWithoutNullStreams): Promise<unknown> {
  let text = "";
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    text += chunk.toString();
    if (text.includes("\n")) break;
  }
  return JSON.parse(text);
}

test("it begins with what makes it executable", () => {
  expect(readFileSync(join(__dirname, "main.ts"), "utf8").split("\n")[0]).toBe("#!/usr/bin/env node");
});

test.each(["SIGTERM", "SIGINT"] as const)("it says where it is, serves, and on %s saves and ends", async (signal) => {
  const folder = mkdtempSync(join(tmpdir(), "simulator-"));
  try {
    const data = join(folder, "cloud.json");
    const child = start("--servers", "1", "--project", "cn-east-3=abc", "--access-key", "AK", "--data", data);
    const line = await firstLine(child);
    expect(line).toEqual({
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string,
      accessKey: "AK",
      secretKey: expect.any(String) as string,
      domain: "simulator",
      user: "simulator",
      userId: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      password: expect.any(String) as string,
      projects: { "cn-east-3": "abc" },
    });
    const state: unknown = await (await fetch(`${String(pick(line, "url"))}/_admin/state`)).json();
    expect(pick(state, "projects", 0, "servers", "length")).toBe(1);
    const exit = exitOf(child);
    child.kill(signal);
    expect(await exit).toBe(0);
    expect(existsSync(data)).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a bad option is a mistake of the user's: exit code 2, and nothing on stdout", async () => {
  const { code, stdout, stderr } = await run("--port", "x");
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toBe('huaweicloud-cph-simulator: --port must be a number, zero or more; got "x".\n');
});

test("where it cannot start, it says why: exit code 1", async () => {
  const { code, stderr } = await run("--data", "/nonexistent/cloud.json");
  expect(code).toBe(1);
  expect(stderr).toMatch(/^huaweicloud-cph-simulator: ENOENT/);
});

test("it prints its help and its version", async () => {
  const [help, version] = await Promise.all([run("--help"), run("--version")]);
  expect([help.code, version.code]).toEqual([0, 0]);
  expect(help.stdout).toContain("Usage: huaweicloud-cph-simulator");
  expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\S*\n$/);
});
