import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { credentials, Server, ServerCredentials } from "@grpc/grpc-js";
import { LanguageRuntimeClient, LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import { RunRequest } from "@pulumi/pulumi/proto/language_pb";
import { createLanguageRuntime } from "./languageRuntime";

/** Connects to a port, and stays until the connection ends. */
const program = (port: number) => `require("node:net").connect(${port}, "127.0.0.1").resume()`;

/** What ends the test's own processes and servers, also where a test failed. */
const cleanups: (() => unknown)[] = [];

afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

test("a run that is cancelled ends what the program's own command has started", async () => {
  const listener = createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as AddressInfo;
  const server = new Server();
  const command = `"${process.execPath}" -e '${program(port)}' & wait`;
  server.addService(
    LanguageRuntimeService,
    createLanguageRuntime(() => ({ command: "sh", args: ["-c", command], cwd: __dirname, env: {} })),
  );
  const address = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  const client = new LanguageRuntimeClient(`127.0.0.1:${address}`, credentials.createInsecure());

  const run = client.run(new RunRequest(), () => undefined);
  const [connection] = (await once(listener, "connection")) as [Socket];
  cleanups.push(
    () => connection.destroy(),
    () => listener.close(),
    () => {
      client.close();
    },
    () => {
      server.forceShutdown();
    },
  );

  run.cancel();
  await once(connection.resume(), "close");
});
