import { Server, ServerCredentials, credentials, status as codes, type ServiceError } from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogSeverity, type LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderClient, ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import packageSchema from "../../../schema.json";
import { useSimulator } from "../../../simulator/testing/suite";
import { unknownValue } from "../../schema/unknown";
import { addServers } from "../../testing/fleet";
import { publicKeys } from "../../testing/keys";
import { accessKeyOf, region, useShortBackoff } from "../../testing/simulatedCloud";
import { serviceOf } from "./service";
import { Session } from "./session";
import { received, sent, type Values } from "./values";

const simulator = useSimulator({ servers: 0, jobSeconds: 0.01 });
useShortBackoff();

/** A message of the plugin, as the engine gets it. */
interface Told {
  urn: string;
  isWarning: boolean;
  isStatus: boolean;
  message: string;
}

let told: Told[];
let engine: Server;
let engineAddress: string;
let plugin: Server;
let client: ResourceProviderClient;

beforeAll(async () => {
  for (const name of Object.keys(process.env)) if (/^(HW|HUAWEICLOUD)_/.test(name)) process.env[name] = "";
  engine = new Server();
  engine.addService(EngineService, {
    log({ request }: { request: LogRequest }, answer: (error: null, empty: Empty) => void) {
      // The engine may be slow, and end before it has heard all.
      setTimeout(() => {
        told.push({
          urn: request.getUrn(),
          isWarning: request.getSeverity() === LogSeverity.WARNING,
          isStatus: request.getEphemeral(),
          message: request.getMessage(),
        });
        answer(null, new Empty());
      }, 100);
    },
  });
  plugin = new Server();
  plugin.addService(ResourceProviderService, serviceOf(new Session()));
  client = new ResourceProviderClient(await listening(plugin), credentials.createInsecure());
  const handshake = new pb.ProviderHandshakeRequest();
  engineAddress = await listening(engine);
  handshake.setEngineAddress(engineAddress);
  await answer<pb.ProviderHandshakeResponse>((done) => client.handshake(handshake, done));
});

beforeEach(async () => {
  told = [];
  await configure();
});

afterAll(() => {
  client.close();
  plugin.forceShutdown();
  engine.forceShutdown();
});

function listening(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve(`127.0.0.1:${port}`);
      else reject(error);
    });
  });
}

function answer<Response>(
  call: (done: (error: ServiceError | null, response: Response) => void) => unknown,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    call((error, response) => {
      if (error === null) resolve(response);
      else reject(error);
    });
  });
}

async function configure(settings: Values = {}, plugin = client): Promise<void> {
  const { url } = simulator;
  const request = new pb.ConfigureRequest();
  const endpoints = JSON.stringify({ kms: url, cph: url, iam: url });
  request.setArgs(sent({ region, ...accessKeyOf(simulator), endpoints, ...settings }, ["secretKey"]));
  await answer<pb.ConfigureResponse>((done) => plugin.configure(request, done));
}

function urnOf(type: string, name = "it"): string {
  return `urn:pulumi:stack::project::huaweicloud-cph:index:${type}::${name}`;
}

const keypair = urnOf("Keypair");
const binding = urnOf("CloudPhoneKeypairBinding");

async function check(urn: string, news: Values, olds: Values = {}): Promise<Values> {
  const request = new pb.CheckRequest();
  request.setUrn(urn);
  request.setOlds(sent(olds));
  request.setNews(sent(news));
  const response = await answer<pb.CheckResponse>((done) => client.check(request, done));
  expect(response.getFailuresList()).toEqual([]);
  return plain(response.getInputs());
}

interface Operation {
  preview?: boolean;
  timeout?: number;
}

async function create(urn: string, news: Values, { preview = false, timeout = 0 }: Operation = {}) {
  const inputs = await check(urn, news);
  const request = new pb.CreateRequest();
  request.setUrn(urn);
  request.setProperties(sent(inputs));
  request.setPreview(preview);
  request.setTimeout(timeout);
  const response = await answer<pb.CreateResponse>((done) => client.create(request, done));
  return { id: response.getId(), inputs, state: plain(response.getProperties()) };
}

async function update(urn: string, olds: Values, news: Values, { preview = false }: Operation = {}): Promise<Values> {
  const request = new pb.UpdateRequest();
  request.setUrn(urn);
  request.setId(String(olds.name));
  request.setOlds(sent(olds));
  request.setNews(sent(news));
  request.setPreview(preview);
  return plain((await answer<pb.UpdateResponse>((done) => client.update(request, done))).getProperties());
}

function plain(struct: Struct | undefined): Values {
  return received(struct).values;
}

async function failureOf(call: Promise<unknown>): Promise<ServiceError> {
  return (await call.then(
    () => "no failure",
    (error: unknown) => error,
  )) as ServiceError;
}

test("the plugin tells its version and schema", async () => {
  const info = await answer<{ getVersion(): string }>((done) => client.getPluginInfo(new Empty(), done));
  expect(info.getVersion()).toBe(packageSchema.version);
  const schema = await answer<pb.GetSchemaResponse>((done) => client.getSchema(new pb.GetSchemaRequest(), done));
  expect(JSON.parse(schema.getSchema())).toEqual(packageSchema);
});

test("what it has no use for is unimplemented", async () => {
  const failure = await failureOf(answer((done) => client.construct(new pb.ConstructRequest(), done)));
  expect(failure.code).toBe(codes.UNIMPLEMENTED);
});

test("types and functions of others are refused by name", async () => {
  expect((await failureOf(check(urnOf("Server"), {}))).details).toBe(
    "huaweicloud-cph:index:Server is not a resource of this package.",
  );
  const request = new pb.InvokeRequest();
  request.setTok("huaweicloud-cph:index:getNothing");
  expect((await failureOf(answer((done) => client.invoke(request, done)))).details).toBe(
    "huaweicloud-cph:index:getNothing is not a function of this package.",
  );
});

test("a plugin that was started for debugging is told later where the engine listens", async () => {
  const debugged = new Server();
  debugged.addService(ResourceProviderService, serviceOf(new Session()));
  const own = new ResourceProviderClient(await listening(debugged), credentials.createInsecure());
  const attach = new PluginAttach();
  attach.setAddress(engineAddress);
  await answer((done) => own.attach(attach, done));
  await configure({ insecure: "true" }, own);
  const request = new pb.InvokeRequest();
  request.setTok("huaweicloud-cph:index:getServers");
  await answer((done) => own.invoke(request, done));
  expect(told).toMatchObject([{ isWarning: true, message: expect.stringContaining("TLS") as string }]);
  own.close();
  debugged.forceShutdown();
});

describe("a provider", () => {
  const settings = { region, secretKey: "one", version: "1.0.0" };

  async function differenceOf(olds: Values, news: Values): Promise<pb.DiffResponse> {
    const request = new pb.DiffRequest();
    request.setOlds(sent(olds));
    request.setOldInputs(sent(olds));
    request.setNews(sent(news));
    return answer((done) => client.diffConfig(request, done));
  }

  test.each([
    ["that is the same, in another version", settings, { ...settings, version: "2.0.0" }],
    ["that took the place of a dynamic one", { "huaweicloud-cph:region": region }, { region }],
  ])("%s is not changed", async (_, olds, news) => {
    expect((await differenceOf(olds, news)).getChanges()).toBe(pb.DiffResponse.DiffChanges.DIFF_NONE);
  });

  test("with other settings is changed, and not replaced", async () => {
    const response = await differenceOf(settings, { region: "another", secretKey: "two" });
    expect(response.getDiffsList()).toEqual(["region", "secretKey"]);
    expect(response.getReplacesList()).toEqual([]);
  });
});

describe("a preview", () => {
  test("of a creation calls nothing, and knows what the inputs tell", async () => {
    simulator.clearCalls();
    const { id, state } = await create(keypair, { description: "d" }, { preview: true });
    expect(simulator.calls()).toEqual([]);
    expect(id).toBe("");
    expect(state).toMatchObject({ description: "d", type: "ssh", fingerprint: unknownValue, privateKey: unknownValue });
    expect(state.name).toMatch(/^it-[0-9a-f]{7}$/);
  });

  test("of an update knows what stays, and not when a pair was created that may be healed", async () => {
    const { inputs, state } = await create(keypair, { description: "one" });
    const news = await check(keypair, { description: "two" }, inputs);
    simulator.clearCalls();
    const { fingerprint, publicKey, privateKey } = state;
    expect(await update(keypair, state, news, { preview: true })).toMatchObject({
      description: "two",
      fingerprint,
      publicKey,
      privateKey,
      createdAt: unknownValue,
    });
    expect(simulator.calls()).toEqual([]);
    expect(await update(keypair, state, news)).toMatchObject({ description: "two", fingerprint });
  });
});

test("what an update leaves as it is is told with the difference", async () => {
  const { inputs, state } = await create(keypair, { description: "one" });
  const request = new pb.DiffRequest();
  request.setUrn(keypair);
  request.setOlds(sent(state));
  request.setNews(sent({ ...inputs, description: "two" }));
  const response = await answer<pb.DiffResponse>((done) => client.diff(request, done));
  expect(response.getChanges()).toBe(pb.DiffResponse.DiffChanges.DIFF_SOME);
  expect(response.getDiffsList()).toEqual(["description"]);
  expect(response.getStablesList()).toContain("fingerprint");
  expect(response.getReplacesList()).toEqual([]);
});

test("progress is a status of its resource, and a warning of all is the stack's", async () => {
  const serverIds = addServers(simulator, 1);
  await simulator.replaceKeypair(region, "key", { publicKey: publicKeys.rsa });
  await configure({ insecure: "true" });
  await create(binding, { keypairName: "key", serverIds });
  expect(told).toEqual([
    { urn: "", isWarning: true, isStatus: false, message: expect.stringContaining("TLS") as string },
    { urn: binding, isWarning: false, isStatus: true, message: '1 of 1 servers bound to key pair "key"' },
  ]);
});

describe("an operation", () => {
  const servers = () => {
    const serverIds = addServers(simulator, 1);
    for (const serverId of serverIds) simulator.changeServer(region, serverId, { status: 13 });
    return serverIds;
  };

  test("ends when its time is over", async () => {
    await simulator.replaceKeypair(region, "key");
    const failure = await failureOf(create(binding, { keypairName: "key", serverIds: servers() }, { timeout: 0.5 }));
    expect(failure.details).toMatch(/server \w+/);
  });

  test("ends when the engine cancels, and what is configured anew runs again", async () => {
    await simulator.replaceKeypair(region, "key");
    const creation = failureOf(create(binding, { keypairName: "key", serverIds: servers() }));
    while (!simulator.calls().some(({ operation }) => operation === "UpdateKeypair")) await new Promise(setImmediate);
    await answer((done) => client.cancel(new Empty(), done));
    expect((await creation).details).toMatch(/The server is not ready/);
    await configure();
    await create(keypair, {});
  });
});
