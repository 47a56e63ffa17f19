/** Runs the plugin, asks it what an engine asks that wants the schema alone, and prints the files of all modules that are loaded by then. */
const { credentials } = require("@grpc/grpc-js");
const { ResourceProviderClient } = require("@pulumi/pulumi/proto/provider_grpc_pb");
const { GetSchemaRequest, ProviderHandshakeRequest } = require("@pulumi/pulumi/proto/provider_pb");
const { Empty } = require("google-protobuf/google/protobuf/empty_pb");

const write = process.stdout.write.bind(process.stdout);

// The plugin prints its port, and nothing else.
process.stdout.write = (port) => {
  const client = new ResourceProviderClient(`127.0.0.1:${port.trim()}`, credentials.createInsecure());
  client.handshake(new ProviderHandshakeRequest(), () => {
    client.getPluginInfo(new Empty(), () => {
      client.getSchema(new GetSchemaRequest(), (error, response) => {
        if (error) throw error;
        write(JSON.stringify({ schema: response.getSchema(), files: Object.keys(require.cache) }));
        process.exit();
      });
    });
  });
};

require("../../../dist/provider/hosts/plugin/main.js");
