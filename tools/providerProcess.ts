/** Pulumi's dynamic provider process, started and called as the engine does it. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { credentials } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { CheckRequest, ConfigureRequest } from "@pulumi/pulumi/proto/provider_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

export interface ProviderProcess {
  /** Its standard input is open for as long as the engine lives. */
  readonly child: ChildProcess;
  /** Checks the inputs of a resource whose provider is the given text. */
  check(provider: string, inputs: Record<string, JavaScriptValue>): Promise<void>;
  kill(): void;
}

/** Starts a process and configures it with credentials that are never used. */
export async function startProviderProcess(): Promise<ProviderProcess> {
  const child = spawn(process.execPath, [require.resolve("@pulumi/pulumi/cmd/dynamic-provider"), "127.0.0.1:1"], {
    // The stub is looked up from here.
    cwd: join(__dirname, "../examples/keypair"),
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [port] = (await once(child.stdout, "data")) as [Buffer];
  const client = new ResourceProviderClient(`127.0.0.1:${port.toString().trim()}`, credentials.createInsecure());
  const configuration = new ConfigureRequest();
  configuration.setArgs(
    Struct.fromJavaScript({
      "huaweicloud-cph:region": "cn-north-4",
      "huaweicloud-cph:accessKey": "access",
      "huaweicloud-cph:secretKey": "secret",
    }),
  );
  await answered((done) => client.configure(configuration, done));
  return {
    child,
    check(provider, inputs) {
      const request = new CheckRequest();
      request.setOlds(Struct.fromJavaScript({}));
      request.setNews(Struct.fromJavaScript({ ...inputs, __provider: provider }));
      return answered((done) => client.check(request, done));
    },
    kill() {
      client.close();
      child.kill("SIGKILL");
    },
  };
}

function answered(call: (done: (error: Error | null) => void) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    call((error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}
