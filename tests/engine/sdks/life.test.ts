/** One program in each language: what its SDK registers lives by the plugin, and nothing that a run tells or leaves behind holds a secret. */
import { cpSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import * as cph from "pulumi-huaweicloud-cph/native";
import { accessKey, newKey, projectId, region, secretKey, startCloud, type TestCloud, type TestKey } from "../cloud";
import { createWorkspace, type EngineWorkspace } from "../harness";
import { checkExitCode } from "../harnessCommand";
import { newStackIn } from "../harnessNewStack";
import { EngineStack } from "../harnessStack";
import { run } from "../installations";
import { go, java, python } from "../languages/languages";
import { testWith } from "../languages/testWith";
import { expectNoSecretIn, filesBelow } from "../secretSearch";
import { installPythonSdk } from "../languages/python";
import { copySdk } from "../languages/sources";

/** The first time, Pulumi's SDKs are downloaded and compiled. */
jest.setTimeout(600_000);

type Operation = "up" | "unchanged" | "destroy";

/** A program with a stack. */
interface Program {
  readonly stack: EngineStack;
  /** Runs an operation with debug output, and gives back all that it told. */
  run(operation: Operation): Promise<string>;
}

/** What programs are told of the cloud and the key that they import. */
type Settings = TestKey & Record<"url" | "region" | "accessKey" | "secretKey" | "spare", string>;

/** A program that is a command with the operation as its argument. */
async function programOfCommand(
  workspace: EngineWorkspace,
  cloud: TestCloud,
  settings: Settings,
  runtime: string,
  command: string[],
): Promise<Program> {
  const folder = await newStackIn(workspace, { name: "test-project", runtime: { name: runtime } }, cloud.config);
  workspace.env.TEST_SETTINGS = JSON.stringify(settings);
  const [executable = "", ...args] = command;
  return {
    stack: new EngineStack(workspace, folder),
    run: async (operation) => checkExitCode(await workspace.run(executable, [...args, operation], folder), 0).output,
  };
}

type Start = (workspace: EngineWorkspace, cloud: TestCloud, settings: Settings) => Promise<Program>;

const startPython: Start = (workspace, cloud, settings) => {
  const { python: interpreter, env } = installPythonSdk(workspace.folder);
  Object.assign(workspace.env, env);
  return programOfCommand(workspace, cloud, settings, "python", [interpreter, join(__dirname, "python/program.py")]);
};

const startGo: Start = (workspace, cloud, settings) => {
  const program = join(workspace.folder, "program");
  run("go", ["build", "-o", program, "."], join(__dirname, "go"));
  return programOfCommand(workspace, cloud, settings, "go", [program]);
};

const startJava: Start = (workspace, cloud, settings) => {
  const project = join(workspace.folder, "java");
  copySdk("java", project);
  cpSync(join(__dirname, "java/Program.java"), join(project, "src/main/java/Program.java"));
  run(
    "mvn",
    ["--quiet", "--batch-mode", "compile", "dependency:build-classpath", "-Dmdep.outputFile=classpath"],
    project,
  );
  const classpath = [join(project, "target/classes"), readFileSync(join(project, "classpath"), "utf8")].join(delimiter);
  return programOfCommand(workspace, cloud, settings, "java", ["java", "-cp", classpath, "Program"]);
};

const startNode: Start = async (workspace, cloud, settings) => {
  const { url, publicKey, privateKey, spare: spareId, ...credentials } = settings;
  const stack = await workspace.createStack(async () => {
    const provider = new cph.Provider("own", { ...credentials, endpoints: { kms: url, cph: url, iam: url } });
    const key = new cph.Keypair("key", { description: "generated" });
    const keyProtection = { privateKey, encryption: { type: cph.EncryptionType.Default } };
    new cph.Keypair("hosted", { publicKey, keyProtection }, { provider });
    const seen = cph.Keypair.get("seen", "other");
    const spare = cph.CloudPhoneKeypairBinding.get("spare", spareId);
    const { servers } = await cph.getServers({ serverName: "cph-server" });
    const phones = new cph.CloudPhoneKeypairBinding("phones", {
      keypairName: key.name,
      keypairFingerprint: key.fingerprint,
      serverIds: servers.map(({ serverId }) => serverId),
      deletionPolicy: "restore",
    });
    const carried = phones.bindings.apply(([first]) => first?.keypairName);
    const found = spare.bindings.apply(([first]) => first?.serverName);
    return { name: key.name, privateKey: key.privateKey, seen: seen.publicKey, spare: found, carried };
  }, cloud.config);
  const runs = {
    up: () => stack.up({ debug: true }),
    unchanged: () => stack.up({ debug: true, refresh: true, expectNoChanges: true }),
    destroy: () => stack.destroy({ debug: true }),
  };
  return {
    stack,
    run: async (operation) => {
      const { output, events } = await runs[operation]();
      return output + JSON.stringify(events);
    },
  };
};

const languages: [language: string, commands: readonly string[], start: Start][] = [
  ["Python", python.needs, startPython],
  ["Go", go.needs, startGo],
  ["Java", java.needs, startJava],
  ["Node", ["node"], startNode],
];

for (const [language, commands, start] of languages) {
  testWith(...commands)(
    `${language}: created, left alone by a second run, restored and destroyed, without a secret in sight`,
    async () => {
      const cloud = await startCloud({ servers: 2 });
      await cloud.simulator.replaceKeypair(projectId, "other");
      const [other] = cloud.simulator.state().projects[0]?.keypairs ?? [];
      for (const id of cloud.serverIds) cloud.simulator.changeServer(projectId, id, { keypairName: "other" });
      // Of another name than those that the program binds.
      const { id: spareId } = cloud.simulator.addServer(projectId, { name: "left-alone", keypairName: "other" });
      const key = newKey();
      const workspace = createWorkspace();
      const settings = { url: cloud.simulator.url, region, accessKey, secretKey, spare: `other/${spareId}`, ...key };
      const program = await start(workspace, cloud, settings);
      const told: Record<string, string> = {};
      const runAndKeep = async (operation: Operation) => {
        told[operation] = await program.run(operation);
        told[`the state after ${operation}`] = (await program.stack.exportState()).text;
      };
      cloud.writes();

      await runAndKeep("up");
      expect(cloud.writes().sort()).toEqual([
        "CreateKeypair",
        "CreateKeypair",
        "UpdateKeypair",
        "UpdateKeypairDescription",
      ]);
      const { stdout } = await program.stack.pulumi(["stack", "output", "--json", "--show-secrets"]);
      const { name, privateKey, seen, spare, carried } = JSON.parse(stdout) as Record<string, string>;
      expect(name).toMatch(/^key-[0-9a-f]{7}$/);
      expect(privateKey).toMatch(/^-----BEGIN RSA PRIVATE KEY-----/);
      expect({ seen, spare, carried }).toEqual({ seen: other?.publicKey, spare: "left-alone", carried: name });
      expect(cloud.serverIds.map((id) => cloud.keypairOf(id))).toEqual([name, name]);

      await runAndKeep("unchanged");
      expect(cloud.writes()).toEqual([]);
      await runAndKeep("destroy");
      expect(cloud.serverIds.map((id) => cloud.keypairOf(id))).toEqual(["other", "other"]);
      expect(cloud.simulator.state().projects[0]?.keypairs.map((keypair) => keypair.name)).toEqual(["other"]);

      // All files of the backend: history and backups as well.
      expectNoSecretIn(
        { ...told, ...filesBelow(workspace.backend) },
        { accessKey, secretKey, hosted: key.privateKey, generated: privateKey ?? "" },
      );
    },
  );
}
