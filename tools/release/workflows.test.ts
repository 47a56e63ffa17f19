/** The workflows that test and publish: what they may do, and what they run. */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { parts } from "./parts";
import { runStep, textOf, workflowFolder, workflowOf, type Job, type Workflow } from "./workflow";

const files = readdirSync(workflowFolder);

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

  test("is published, once its commit is known to be tested, by jobs that somebody has to approve, the plugin first", () => {
    const publishing = Object.entries(jobs).filter(([, { environment }]) => environment === "release");
    expect(publishing.map(([name]) => name)).toEqual(["github", "npm", "pypi", "maven"]);
    expect(publishing.map(([, { needs }]) => needs)).toEqual([["tested", "checksums"], "github", "github", "github"]);
  });

  test("has signed where its files and packages come from", () => {
    expect(isUsed(jobs.github, "actions/attest-build-provenance")).toBe(true);
    expect(JSON.stringify(jobs.npm)).toContain("--provenance");
    for (const name of ["github", "npm", "pypi"]) expect(jobs[name]?.permissions).toHaveProperty("id-token", "write");
  });
});

/** What the scripts are run with: a stand-in for GitHub's command, which answers and notes what it is told to. */
class GitHub {
  readonly folder = mkdtempSync(join(tmpdir(), "workflows-"));
  private readonly commands = join(this.folder, "commands");
  private readonly calls = join(this.folder, "calls");

  constructor(private readonly job: Job | undefined) {
    mkdirSync(this.commands);
    mkdirSync(join(this.folder, "release"));
    writeFileSync(join(this.folder, "release/checksums.txt"), "");
  }

  /** Runs a step; each call of the command goes to the first answer whose pattern, of a shell, it matches. */
  run(step: string, answers: Record<string, string>): string[] {
    const cases = Object.entries(answers).map(([pattern, answer]) => `  ${pattern}) ${answer} ;;\n`);
    const command = join(this.commands, "gh");
    writeFileSync(command, `#!/bin/sh\necho "$*" >> "${this.calls}"\ncase "$*" in\n${cases.join("")}esac\n`);
    chmodSync(command, 0o755);
    writeFileSync(this.calls, "");
    runStep(this.job, step, this.folder, {
      PATH: [this.commands, process.env.PATH].join(delimiter),
      GITHUB_REPOSITORY: "owner/name",
      GITHUB_REF_NAME: "v1.0.0",
      GITHUB_SHA: "c0ffee",
    });
    return readFileSync(this.calls, "utf8").trimEnd().split("\n");
  }
}

describe("the steps of a release", () => {
  const { jobs } = workflowOf("release.yml");
  let github: GitHub;

  afterEach(() => {
    rmSync(github.folder, { recursive: true });
  });

  test("let a commit through that is on main", () => {
    github = new GitHub(jobs.tested);
    const runWith = (status: string) =>
      github.run("Require a commit of main", { "*compare/main...c0ffee*": `echo ${status}` });
    for (const status of ["identical", "behind"]) expect(runWith(status)).toHaveLength(1);
    for (const status of ["ahead", "diverged", ""]) expect(() => runWith(status)).toThrow();
  });

  test("let a commit through whose tests passed on main", () => {
    github = new GitHub(jobs.tested);
    const runWith = (count: string) =>
      github.run("Require that its tests have passed", {
        "*/test.yml/runs*c0ffee*main*push*success*": `echo ${count}`,
      });
    for (const count of ["1", "10"]) expect(runWith(count)).toHaveLength(1);
    for (const count of ["0", ""]) expect(() => runWith(count)).toThrow();
  });

  test("publish the files once, however often they run", () => {
    github = new GitHub(jobs.github);
    const view = "release view v1.0.0";
    const create = "release create v1.0.0 --verify-tag --generate-notes release/checksums.txt";
    expect(github.run("Publish the files", { '"release view"*': "exit 1" })).toEqual([view, create]);
    expect(github.run("Publish the files", {})).toEqual([view]);
    expect(() => github.run("Publish the files", { "release*": "exit 1" })).toThrow();
  });

  test("tag the Go module once, however often they run", () => {
    github = new GitHub(jobs.github);
    const step = "Publish the Go module, by the tag that its folder asks for";
    const tag = "tags/sdk/go/huaweicloudcph/v1.0.0";
    const look = `api repos/owner/name/git/ref/${tag}`;
    const create = `api repos/owner/name/git/refs -f ref=refs/${tag} -f sha=c0ffee`;
    expect(github.run(step, { "*/git/ref/*": "exit 1" })).toEqual([look, create]);
    expect(github.run(step, {})).toEqual([look]);
    expect(() => github.run(step, { "api*": "exit 1" })).toThrow();
  });
});
