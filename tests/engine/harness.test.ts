import { getEventListeners, once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { Client, credentials, Server, ServerCredentials, status } from "@grpc/grpc-js";
import * as pulumi from "@pulumi/pulumi";
import { createWorkspace, type EngineWorkspace } from "./harness";
import { grpcClientOptions } from "./harnessInline";

/**
 * A dynamic resource as Pulumi stores one: its objects live in a file, so that a test can change them behind the
 * engine's back. Its ids prove that the provider's process finds this package.
 */
const provider = `
const { readFileSync, rmSync, writeFileSync } = require("node:fs");
const { name } = require("pulumi-huaweicloud-cph/package.json");
exports.handler = () => ({
  diff: async (id, olds, news) => ({ changes: olds.text !== news.text }),
  create: async ({ file, text }) => {
    if (text === "refused") throw new Error("the cloud refused " + process.env.HW_REASON);
    writeFileSync(file, text);
    return { id: name, outs: { file, text } };
  },
  update: async (id, olds, { file, text }) => { writeFileSync(file, text); return { outs: { file, text } }; },
  read: async (id, props) => ({ id, props: { ...props, text: readFileSync(props.file, "utf8") } }),
  delete: async (id, { file }) => rmSync(file),
});`;

class TextFile extends pulumi.CustomResource {
  constructor(name: string, args: { file: string; text: pulumi.Input<string> }, opts?: pulumi.CustomResourceOptions) {
    super("pulumi-nodejs:dynamic/test:TextFile", name, { ...args, __provider: provider }, opts);
  }
}

function programWithText(file: string, text: pulumi.Input<string>): () => Promise<void> {
  return () => {
    new TextFile("note", { file, text });
    return Promise.resolve();
  };
}

describe("an inline stack", () => {
  test("takes a dynamic resource through its life", async () => {
    const workspace = createWorkspace();
    const file = join(workspace.folder, "note.txt");
    const stack = await workspace.createStack(programWithText(file, "one"));

    expect((await stack.preview()).changes).toEqual({ create: 2 });
    expect(existsSync(file)).toBe(false);

    expect((await stack.up()).changes).toEqual({ create: 2 });
    expect(readFileSync(file, "utf8")).toBe("one");
    const { resources } = await stack.exportState();
    expect(resources.find(({ type }) => type.endsWith("TextFile"))?.id).toBe("pulumi-huaweicloud-cph");

    stack.setProgram(programWithText(file, "two"));
    expect((await stack.up()).changes).toEqual({ same: 1, update: 1 });
    expect(readFileSync(file, "utf8")).toBe("two");

    await stack.destroy();
    expect(existsSync(file)).toBe(false);
    // However many runs a workspace has: Node warns of more than ten listeners.
    expect(getEventListeners(workspace.signal, "abort")).toEqual([]);
  });

  test("leaves Node the options that it has", async () => {
    const workspace = createWorkspace();
    workspace.env.NODE_OPTIONS = "--no-deprecation";
    await workspace.createStack(() => Promise.resolve());
    expect(workspace.env.NODE_OPTIONS).toMatch(/^--no-deprecation --require "/);
  });

  test("finds drift", async () => {
    const workspace = createWorkspace();
    const file = join(workspace.folder, "note.txt");
    const stack = await workspace.createStack(programWithText(file, "as declared"));
    await stack.up();
    expect(await stack.previewRefresh()).toMatchObject({ exitCode: 0, changes: { same: 2 } });

    writeFileSync(file, "changed by hand");
    expect(await stack.previewRefresh()).toMatchObject({ exitCode: 7, changes: { same: 1, update: 1 } });

    await stack.refresh();
    expect((await stack.exportState()).text).toContain("changed by hand");
  });

  test("gives the exit code and all output of a failure", async () => {
    const workspace = createWorkspace();
    workspace.env.HW_REASON = "for this test";
    const stack = await workspace.createStack(programWithText(join(workspace.folder, "note.txt"), "refused"));

    await expect(stack.up()).rejects.toThrow(/exit code 1 instead of 0:[^]*the cloud refused for this test/);
    const { output } = await stack.up({ exitCode: 1 });
    expect(output).toContain("the cloud refused for this test");
  });

  test("keeps secrets out of the output and the exported state, and shows outputs to the test", async () => {
    const stack = await createWorkspace().createStack(
      () => Promise.resolve({ word: new pulumi.Config().requireSecret("word") }),
      { "test-project:word": { value: "open sesame", secret: true } },
    );
    const { output } = await stack.up();
    const outputs = await stack.outputs();

    expect(outputs.word).toEqual({ value: "open sesame", secret: true });
    expect(output).toContain("[secret]");
    expect(output + (await stack.exportState()).text).not.toContain("open sesame");
    expect((await stack.pulumi(["config", "get", "word"])).stdout.trim()).toBe("open sesame");
  });

  test("has its own settings and state, also where another has had the same settings", async () => {
    const config = { "test-project:word": { value: "open sesame", secret: true } };
    const program = () => Promise.resolve({ word: new pulumi.Config().requireSecret("word") });
    const first = await createWorkspace().createStack(program, config);
    await first.up();
    await first.setConfig({ "test-project:word": { value: "another", secret: true } });
    const second = await createWorkspace().createStack(program, config);

    expect((await second.exportState()).resources).toEqual([]);
    expect((await second.up()).changes).toEqual({ create: 1 });
    expect(await second.outputs()).toEqual({ word: { value: "open sesame", secret: true } });
    await first.up();
    expect(await first.outputs()).toEqual({ word: { value: "another", secret: true } });
  });
});

describe("a project", () => {
  const program = `
    import * as pulumi from "@pulumi/pulumi";
    import { name } from "pulumi-huaweicloud-cph/package.json";
    const config = new pulumi.Config();
    const size: number = config.requireNumber("size");
    if (size > 100) {
      throw new Error("a fleet of " + size + " is too large");
    }
    new pulumi.ComponentResource("test:Fleet", "fleet-of-" + size);
    export const word = config.requireSecret("word");
    export const installed = name;
  `;

  /** Types take Pulumi longer to check than all else: one test has them checked, and the others do without. */
  function skipTypes(workspace: EngineWorkspace): void {
    workspace.env.PULUMI_NODEJS_TRANSPILE_ONLY = "true";
  }

  function writeProject(workspace: EngineWorkspace, program: string): string {
    const folder = join(workspace.folder, "source");
    mkdirSync(folder);
    writeFileSync(join(folder, "Pulumi.yaml"), "name: fleet\nruntime: nodejs\n");
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "fleet", main: "index.ts" }));
    writeFileSync(join(folder, "index.ts"), program);
    return folder;
  }

  test("is run by the plain CLI, with its settings, and is not touched itself", async () => {
    const workspace = createWorkspace();
    const source = writeProject(workspace, program);
    const project = await workspace.createProject(source, {
      "fleet:size": { value: "3" },
      "fleet:word": { value: "open sesame", secret: true },
    });

    const { output } = await project.up(["--skip-preview"]);
    expect(output).toContain("+ 2 created");
    expect(output).not.toContain("open sesame");
    const { stdout } = await project.pulumi(["stack", "output", "--json", "--show-secrets"]);
    expect(JSON.parse(stdout)).toEqual({ word: "open sesame", installed: "pulumi-huaweicloud-cph" });

    skipTypes(workspace);
    await project.preview(["--expect-no-changes"]);
    await project.setConfig({ "fleet:size": { value: "4" } });
    await project.preview(["--expect-no-changes"], { exitCode: 7 });
    expect(readdirSync(source).sort()).toEqual(["Pulumi.yaml", "index.ts", "package.json"]);
  });

  test("reports a program that fails", async () => {
    const workspace = createWorkspace();
    skipTypes(workspace);
    const project = await workspace.createProject(writeProject(workspace, program), {
      "fleet:size": { value: "101" },
    });

    const { output } = await project.up(["--skip-preview"], { exitCode: 1 });
    expect(output).toContain("a fleet of 101 is too large");
  });

  test("is interrupted, with its program, when its workspace is closed", async () => {
    const workspace = createWorkspace();
    skipTypes(workspace);
    const pidFile = join(workspace.folder, "pid");
    const program = `
      require("node:fs").writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));
      setInterval(() => undefined, 1000);
    `;
    const project = await workspace.createProject(writeProject(workspace, program));
    const run = project.up(["--skip-preview"], { exitCode: 1 });
    while (!existsSync(pidFile)) await setTimeout(100);

    const pid = Number(readFileSync(pidFile, "utf8"));

    await workspace.close();
    expect((await run).output).toContain("update canceled");
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });
});

describe("a workspace", () => {
  test("shields programs from the environment of the developer", async () => {
    process.env.HW_ACCESS_KEY = "the developer's";
    process.env.PULUMI_STACK = "the developer's";
    const workspace = createWorkspace();

    const { stdout } = await workspace.run("env", [], workspace.folder);
    expect(stdout).not.toContain("the developer's");
  });

  test("interrupts what still runs, and removes its folder, when it is closed", async () => {
    const workspace = createWorkspace();
    const sleep = workspace.run("sleep", ["60"], workspace.folder);

    await workspace.close();
    expect((await sleep).exitCode).toBe(130);
    expect(existsSync(workspace.folder)).toBe(false);
  });
});

test("a program that outlives its run fails no test, and whatever else nobody handles does", async () => {
  const unavailable = "14 UNAVAILABLE: No connection established. Last error: Error: connect ECONNREFUSED 127.0.0.1:7";
  void Promise.reject(new Error(unavailable));
  await setTimeout(20);
  expect(() => {
    handleError(new Error(unavailable));
  }).toThrow("handled");
  expect(() => {
    handleError(new Error("13 INTERNAL: something else"));
    handleError(new Error("14 UNAVAILABLE: No connection established. Last error: null"));
  }).not.toThrow();
});

test("an engine is reached at a port where an earlier one was not there any more", async () => {
  const address = `127.0.0.1:${await freePort()}`;
  expect(await answerAt(address)).toBe(status.UNAVAILABLE);
  const server = new Server();
  await promisify(server.bindAsync.bind(server))(address, ServerCredentials.createInsecure());
  const answer = await answerAt(address);
  server.forceShutdown();
  expect(answer).toBe(status.UNIMPLEMENTED);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await promisify(server.close.bind(server))();
  return port;
}

/** The code of what a new client of the SDK's kind gets for a call of a method that nobody has. */
function answerAt(address: string): Promise<number | undefined> {
  const client = new Client(address, credentials.createInsecure(), grpcClientOptions);
  const toBytes = () => Buffer.alloc(0);
  return new Promise((resolve) => {
    client.makeUnaryRequest("/nobody/has", toBytes, toBytes, undefined, (error) => {
      resolve(error?.code);
    });
  });
}

/** Hands an error to the tests' environment; throws where it is to be handled. */
function handleError(error: Error): void {
  const Environment = jest.requireActual<{ prototype: { handleTestEvent: (event: object) => void } }>(
    "../../tools/jest/engineEnvironment",
  );
  const handled = () => {
    throw new Error("handled");
  };
  Environment.prototype.handleTestEvent({ name: "error", error, promise: { catch: handled } });
}
