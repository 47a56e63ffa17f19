// Runs the plugin, asks it what engines ask, and prints after which question which modules are loaded.
const { credentials } = require("@grpc/grpc-js");
const { ResourceProviderClient } = require("@pulumi/pulumi/proto/provider_grpc_pb");
const proto = require("@pulumi/pulumi/proto/provider_pb");
const { Empty } = require("google-protobuf/google/protobuf/empty_pb");
const { Struct } = require("google-protobuf/google/protobuf/struct_pb");

const write = process.stdout.write.bind(process.stdout);

// The plugin prints its port, and nothing else.
process.stdout.write = (port) => {
  void ask(new ResourceProviderClient(`127.0.0.1:${port.trim()}`, credentials.createInsecure()));
};

async function ask(client) {
  const answer = (call) =>
    new Promise((resolve, reject) => {
      call((error, response) => (error ? reject(error) : resolve(response)));
    });
  await answer((done) => client.handshake(new proto.ProviderHandshakeRequest(), done));
  await answer((done) => client.getPluginInfo(new Empty(), done));
  const schema = await answer((done) => client.getSchema(new proto.GetSchemaRequest(), done));
  const withSchema = Object.keys(require.cache);

  const configure = new proto.ConfigureRequest();
  configure.setArgs(Struct.fromJavaScript({ region: "region", accessKey: "access", secretKey: "secret" }));
  await answer((done) => client.configure(configure, done));
  const check = new proto.CheckRequest();
  check.setUrn("urn:pulumi:stack::project::huaweicloud-cph:index:Keypair::key");
  check.setOlds(Struct.fromJavaScript({}));
  check.setNews(Struct.fromJavaScript({ publicKey: "ssh-rsa AAAA" }));
  await answer((done) => client.check(check, done));
  const withCheck = Object.keys(require.cache);

  write(JSON.stringify({ schema: schema.getSchema(), withSchema, withCheck }));
  process.exit();
}

require("../../../dist/provider/hosts/plugin/main.js");
