/** The workflows that test and publish: what they may do, and what they run. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { parts } from "./parts";

interface Workflow {
  readonly permissions?: Permissions;
  readonly jobs: Record<string, Job>;
}

interface Job {
  readonly permissions?: Permissions;
  readonly environment?: string;
  readonly needs?: string | string[];
  readonly steps: readonly Step[];
}

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Record<string, unknown>;
}

type Permissions = Record<string, string>;

const folder = join(__dirname, "../../.github/workflows");
const files = readdirSync(folder);

const textOf = (file: string) => readFileSync(join(folder, file), "utf8");
const workflowOf = (file: string) => parse(textOf(file)) as Workflow;
const isUsed = (job: Job | undefined, action: string) =>
  job?.steps.some(({ uses = "" }) => uses.startsWith(`${action}@`));

/** What a job may do beside reading. */
function writesOf({ permissions = {} }: Job | Workflow): string[] {
  return Object.keys(permissions).filter((scope) => permissions[scope] !== "read");
}

test("there is one for tests and one for releases", () => {
  expect(files).toEqual(["release.yml", "test.yml"]);
});

describe.each(files)("%s", (file) => {
  const { permissions, jobs } = workflowOf(file);
  const steps = Object.values(jobs).flatMap((job) => job.steps);

  test("every action is pinned by the hash of a commit, and says which version that is", () => {
    const uses = textOf(file)
      .split("\n")
      .filter((line) => line.includes("uses:"));
    expect(uses).toHaveLength(steps.filter((step) => step.uses !== undefined).length);
    expect(uses.filter((line) => !/ uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
  });

  test("it may do nothing but read, unless a job says so", () => {
    expect(permissions).toBeDefined();
    expect(writesOf({ permissions, jobs })).toEqual([]);
  });

  test("no job that runs what is in the repository may write, sign, or use secrets", () => {
    for (const job of Object.values(jobs)) {
      if (!isUsed(job, "actions/checkout")) continue;

      expect(writesOf(job)).toEqual([]);
      expect(job.environment).toBeUndefined();
      expect(JSON.stringify(job)).not.toContain("secrets.");
    }
  });

  test("no checkout leaves the token of the run behind", () => {
    const checkouts = steps.filter(({ uses = "" }) => uses.startsWith("actions/checkout@"));
    expect(checkouts.filter((step) => step.with?.["persist-credentials"] !== false)).toEqual([]);
  });

  test("no command has text of others put into it", () => {
    expect(steps.filter(({ run = "" }) => run.includes("${{"))).toEqual([]);
  });
});

describe("a release", () => {
  const { jobs } = workflowOf("release.yml");

  test("builds all of its parts", () => {
    const commands = Object.values(jobs).flatMap((job) => job.steps.map(({ run = "" }) => run));
    const built = commands.flatMap(
      (command) => /release\/main\.ts release (.+)$/m.exec(command)?.[1]?.split(" ") ?? [],
    );
    expect(built.sort()).toEqual(Object.keys(parts).sort());
  });

  test("is published by jobs that somebody has to approve, the plugin first", () => {
    const publishing = Object.entries(jobs).filter(([, { environment }]) => environment === "release");
    expect(publishing.map(([name]) => name)).toEqual(["github", "npm", "pypi", "maven"]);
    expect(publishing.map(([, { needs }]) => needs)).toEqual(["checksums", "github", "github", "github"]);
  });

  test("has signed where its files and packages come from", () => {
    expect(isUsed(jobs.github, "actions/attest-build-provenance")).toBe(true);
    expect(JSON.stringify(jobs.npm)).toContain("--provenance");
    for (const name of ["github", "npm", "pypi"]) expect(jobs[name]?.permissions).toHaveProperty("id-token", "write");
  });
});
