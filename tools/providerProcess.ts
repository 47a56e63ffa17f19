/** Provider processes, started and called as the engine does it: Pulumi's for dynamic resources, and this package's plugin. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { credentials } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { CheckRequest, type CheckResponse, ConfigureRequest, DiffRequest } from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

export interface ProviderProcess {
  /** Its standard input is open for as long as the engine lives. */
  readonly child: ChildProcess;
  /** When it had answered its first call, in milliseconds from its start. */
  readonly firstAnswer: number;
  /** Checks the inputs of a resource, which may have others already. Throws where they are refused. */
  check(urn: string, inputs: Properties, olds?: Properties): Promise<void>;
  /** Compares what is recorded of a resource with other inputs. */
  diff(urn: string, recorded: { inputs: Properties; outputs: Properties }, inputs: Properties): Promise<void>;
  kill(): void;
}

/** Properties as they are sent. */
export type Properties = Record<string, JavaScriptValue>;

/** Credentials that are never used. */
const settings = { region: "cn-north-4", accessKey: "access", secretKey: "secret" };

/** Starts the process in which the engine runs dynamic resources, and configures it. Which resource it is, the inputs tell it. */
export function startDynamicProcess(): Promise<ProviderProcess> {
  const named = Object.entries(settings).map(([name, value]) => [`huaweicloud-cph:${name}`, value]);
  return startProcess(
    [process.execPath, require.resolve("@pulumi/pulumi/cmd/dynamic-provider")],
    Object.fromEntries(named) as Record<string, string>,
  );
}

/** Starts the plugin, as it was built, and configures it. */
export function startPluginProcess(): Promise<ProviderProcess> {
  return startProcess([process.execPath, join(__dirname, "../dist/provider/hosts/plugin/main.js")], settings);
}

/** Starts the plugin as an executable, and configures it. */
export function startPluginExecutable(file: string): Promise<ProviderProcess> {
  return startProcess([file], settings);
}

type Command = [file: string, ...args: string[]];

async function startProcess([file, ...args]: Command, configuration: Record<string, string>): Promise<ProviderProcess> {
  const begun = performance.now();
  const child = spawn(file, [...args, "127.0.0.1:1"], {
    // The stub is looked up from here.
    cwd: join(__dirname, "../examples/keypair"),
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [port] = (await once(child.stdout, "data")) as [Buffer];
  const client = new ResourceProviderClient(`127.0.0.1:${port.toString().trim()}`, credentials.createInsecure());
  await answered((done) => client.getPluginInfo(new Empty(), done));
  const firstAnswer = performance.now() - begun;
  const request = new ConfigureRequest();
  request.setArgs(Struct.fromJavaScript(configuration));
  await answered((done) => client.configure(request, done));
  return {
    child,
    firstAnswer,
    async check(urn, inputs, olds = {}) {
      const check = new CheckRequest();
      check.setUrn(urn);
      check.setOlds(Struct.fromJavaScript(olds));
      check.setNews(Struct.fromJavaScript(inputs));
      const answer = await answered<CheckResponse>((done) => client.check(check, done));
      const [failure] = answer.getFailuresList();
      if (failure !== undefined) throw new Error(`${failure.getProperty()}: ${failure.getReason()}`);
    },
    async diff(urn, recorded, inputs) {
      const diff = new DiffRequest();
      diff.setId("id");
      diff.setUrn(urn);
      diff.setOldInputs(Struct.fromJavaScript(recorded.inputs));
      diff.setOlds(Struct.fromJavaScript(recorded.outputs));
      diff.setNews(Struct.fromJavaScript(inputs));
      await answered((done) => client.diff(diff, done));
    },
    kill() {
      client.close();
      child.kill("SIGKILL");
    },
  };
}

function answered<Answer>(call: (done: (error: Error | null, answer: Answer) => void) => unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    call((error, answer) => {
      if (error) reject(error);
      else resolve(answer);
    });
  });
}
