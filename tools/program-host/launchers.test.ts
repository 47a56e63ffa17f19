import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RunRequest } from "@pulumi/pulumi/proto/language_pb";
import { launcherOf } from "./launchers";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "launchers-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function launcherFor(project: string) {
  writeFileSync(join(folder, "Pulumi.yaml"), project);
  return launcherOf(folder);
}

test.each([
  ["runtime: python", `/fleet/venv/bin/python`],
  ["runtime:\n  name: python\n  options:\n    virtualenv: venv", `/fleet/venv/bin/python`],
  ["runtime: go", "go"],
  ["runtime: java", "mvn"],
])("a project of %j is started in its own language", (runtime, command) => {
  const launch = launcherFor(`name: fleet\n${runtime}\n`);
  expect(launch?.(new RunRequest().setPwd("/fleet"))).toMatchObject({ command, cwd: "/fleet" });
});

test("the CLI itself runs YAML", () => {
  expect(launcherFor("name: fleet\nruntime: yaml\n")).toBeUndefined();
});

test.each(["python", "go", "java"])("a program in %s finds in its environment what its SDK asks for", (runtime) => {
  const request = new RunRequest()
    .setPwd("/fleet")
    .setProject("fleet")
    .setStack("dev")
    .setMonitorAddress("127.0.0.1:2000")
    .setArgsList(["127.0.0.1:1000"])
    .setDryrun(true)
    .setParallel(8)
    .setConfigsecretkeysList(["fleet:password"]);
  request.getConfigMap().set("fleet:password", "open sesame");
  const started = launcherFor(`name: fleet\nruntime: ${runtime}\n`)?.(request);
  expect(started?.env).toMatchObject({
    PULUMI_PROJECT: "fleet",
    PULUMI_STACK: "dev",
    PULUMI_MONITOR: "127.0.0.1:2000",
    PULUMI_ENGINE: "127.0.0.1:1000",
    PULUMI_DRY_RUN: "true",
    PULUMI_PARALLEL: "8",
    PULUMI_CONFIG: '{"fleet:password":"open sesame"}',
    PULUMI_CONFIG_SECRET_KEYS: '["fleet:password"]',
  });
  expect(started?.args.join(" ")).not.toContain("open sesame");
});
