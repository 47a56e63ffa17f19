#!/usr/bin/env node
/** The plugin `pulumi-resource-huaweicloud-cph`, which Pulumi's engine starts, and asks by gRPC for everything. */
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { stopWhenOrphaned } from "../orphan";
import { answerTo } from "./commandLine";
import { serviceOf } from "./service";
import { Session } from "./session";

/** The engine's own limit, in bytes. */
const longestMessage = 400 * 1024 * 1024;

const args = process.argv.slice(2);
const answer = answerTo(args);
if (answer === undefined) serve();
else process.stdout.write(`${answer}\n`);

function serve(): void {
  const session = new Session();
  const server = new Server({
    "grpc.max_receive_message_length": longestMessage,
    "grpc.max_send_message_length": longestMessage,
  });
  server.addService(ResourceProviderService, serviceOf(session));
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) throw error;
    // The engine reads the first line, and nothing else belongs there.
    process.stdout.write(`${port}\n`);
  });

  // Given an address, it is the engine that has started this process, and holds its standard input.
  if (args.length > 0) stopWhenOrphaned(session);
}
