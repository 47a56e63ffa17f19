import { PassThrough } from "node:stream";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { useSimulator } from "../../../simulator/testing/suite";
import type { Context, Resource } from "../../contract";
import type * as resourceModule from "../../contract";
import type * as clockModule from "../../operation/clock";
import { unknownValue } from "../../schema/unknown";
import { addServers, callsOf, fail, projectOf, serverOf, serversOfCalls } from "../../testing/fleet";
import { removeInterruptListeners } from "../../testing/interrupts";
import { privateKeys, publicKeys } from "../../testing/keys";
import { accessKeyOf, projectId, region, shortenBackoff, shortenPauses } from "../../testing/simulatedCloud";
import type * as dynamicProviderModule from "./dynamicProvider";
import type { DynamicProvider } from "./dynamicProvider";
import type * as v1Module from "./v1";

const simulator = useSimulator({ servers: 0, jobSeconds: 0.01 });

let v1: typeof v1Module;
let dynamicProvider: typeof dynamicProviderModule.dynamicProvider;
/** The one of the host that is loaded. */
let clock: typeof clockModule.clock;

const stdin = Object.getOwnPropertyDescriptor(process, "stdin");

beforeAll(async () => {
  for (const name of Object.keys(process.env)) if (/^(HW|HUAWEICLOUD)_/.test(name)) process.env[name] = "";
  // The host ends the process with its standard input, to which each that is loaded listens.
  const input = new PassThrough().setMaxListeners(0);
  Object.defineProperty(process, "stdin", { value: input, configurable: true });
  loadHost();
  await configure();
});

afterAll(() => {
  if (stdin !== undefined) Object.defineProperty(process, "stdin", stdin);
});

beforeEach(async () => {
  shortenWaits();
  jest.spyOn(console, "log").mockReturnValue();
  jest.spyOn(console, "error").mockReturnValue();
  await simulator.replaceKeypair(region, "original", { publicKey: publicKeys.rsa });
  await simulator.replaceKeypair(region, "one", { publicKey: publicKeys.ed25519 });
});

afterEach(() => {
  jest.restoreAllMocks();
});

/** The host as a process begins with it: not configured. */
function loadHost(): void {
  jest.resetModules();
  removeInterruptListeners();
  v1 = jest.requireActual<typeof v1Module>("./v1");
  ({ dynamicProvider } = jest.requireActual<typeof dynamicProviderModule>("./dynamicProvider"));
  ({ clock } = jest.requireActual<typeof clockModule>("../../operation/clock"));
  shortenWaits();
}

function shortenWaits(): void {
  shortenBackoff(clock);
  shortenPauses(clock);
}

function simulatedConfiguration(): Record<string, unknown> {
  const { url } = simulator;
  return { region, ...accessKeyOf(simulator), endpoints: JSON.stringify({ kms: url, cph: url, iam: url }) };
}

/** Configures each provider of the host, as the process does with each stub it meets. */
async function configure(configuration = simulatedConfiguration()): Promise<void> {
  const named = Object.entries(configuration).map(([name, value]) => [`huaweicloud-cph:${name}`, value]);
  const rawConfig = { "project:other": "x", ...Object.fromEntries(named) } as Record<string, unknown>;
  const config = { rawConfig, get: (key: string) => rawConfig[key] };
  await Promise.all([v1.keypair, v1.binding].map((provider) => provider.configure({ config })));
}

type Properties = Parameters<DynamicProvider["create"]>[0];

/** The properties as they arrive on the other side; fails where one cannot be sent, such as `undefined`. */
function sent<T extends object>(properties: T): T {
  for (const value of everyValue(properties)) expect(value).not.toBeUndefined();
  return Struct.fromJavaScript(properties as Record<string, JavaScriptValue>).toJavaScript() as unknown as T;
}

function everyValue(value: unknown): unknown[] {
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(everyValue) : [value];
}

const __provider = 'exports.handler = () => require("pulumi-huaweicloud-cph/dynamic/v1").keypair';

/** What the process records of a result: it adds the stub. */
function recorded(properties: Properties, stub: unknown = __provider): Properties {
  const result = sent(properties);
  result.__provider = stub;
  return result;
}

/** What the SDK sends to check; absent values never arrive, null ones do. */
function newsOf(own: Record<string, unknown>, host: Record<string, unknown> = {}): Properties {
  return { ...own, __provider, __logicalName: "made", ...host };
}

/** Check as the process does it. */
async function check(provider: DynamicProvider, olds: Properties, news: Properties) {
  const { inputs, failures } = await provider.check(olds, news);
  return { inputs: recorded(inputs, news.__provider), failures };
}

async function create(provider: DynamicProvider, own: Record<string, unknown>, host?: Record<string, unknown>) {
  const { inputs, failures } = await check(provider, {}, newsOf(own, host));
  expect(failures).toEqual([]);
  const { id, outs } = await provider.create(inputs);
  return { id, inputs, outs: recorded(outs) };
}

/** What the process makes of an error: a partial failure is one with an id. */
interface Failure extends Error {
  id?: string;
  properties?: Properties;
  reasons?: string[];
}

async function failureOf(call: Promise<unknown>): Promise<Failure> {
  const failure: unknown = await call.then(
    () => "no failure",
    (error: unknown) => error,
  );
  // Errors of another module registry are no instances of this one's classes.
  expect(failure).toMatchObject({ message: expect.any(String) as string });
  // The process prints the stack beside the message.
  const { message, stack = "" } = failure as Failure;
  expect(`${String(failure)}: ${stack}`).toBe(`Error: ${message}`);
  return failure as Failure;
}

describe("the project of a resource", () => {
  afterEach(async () => {
    loadHost();
    await configure();
  });

  test.each([
    ["after a neighbour was found there", true],
    ["before anything was asked", false],
  ])("a resource that the state has in another project is neither forgotten nor changed: %s", async (_, isAsked) => {
    const { id, inputs, outs } = await create(v1.keypair, { publicKey: publicKeys.rsa });
    const bound = await create(v1.binding, { keypairName: "one", serverIds: addServers(simulator, 1) });
    const retained = { ...bound.outs, __project: "e".repeat(32) };
    const elsewhere = { ...outs, __project: "e".repeat(32) };
    const expected = `in project ${"e".repeat(32)}, and the settings lead to project ${projectId}`;
    for (const operate of [
      () => v1.keypair.read("gone", { ...elsewhere, name: "gone" }),
      () => v1.keypair.read(id, elsewhere),
      () => v1.keypair.update(id, elsewhere, { ...inputs, description: "changed" }),
      () => v1.keypair.delete(id, elsewhere),
      () => v1.binding.delete(bound.id, retained),
    ]) {
      loadHost();
      await configure();
      // The neighbour is in the project to which the settings lead.
      await v1.keypair.diff(id, outs, inputs);
      simulator.clearCalls();
      if (isAsked) await v1.keypair.read(id, outs);
      expect((await failureOf(operate())).message).toContain(expected);
      expect(simulator.calls().filter(({ method }) => method !== "GET")).toEqual([]);
    }
  });

  test("the state records the project, which tells whose account it is where the configuration's credentials are refused", async () => {
    const { id, inputs, outs } = await create(v1.keypair, { publicKey: publicKeys.rsa });
    const { props, inputs: found } = await v1.keypair.read(id, outs);
    expect([outs.__project, props?.__project]).toEqual([projectId, projectId]);
    for (const given of [inputs, found]) expect(given).not.toHaveProperty("__project");
    fail(simulator, "UpdateKeypairDescription", { type: "status", status: 403 }, { times: 1 });
    const { properties } = await failureOf(create(v1.keypair, { description: "mine" }));
    expect(properties).toHaveProperty("__project", projectId);

    const rotated = { accessKey: "ROTATED", secretKey: "rotated-secret" };
    simulator.addAccessKey({ ...rotated, user: "simulator" });
    simulator.revokeAccessKey(accessKeyOf(simulator).accessKey);
    for (const operate of [
      () => v1.keypair.read(id, outs),
      () => v1.keypair.diff(id, outs, inputs).then(() => create(v1.keypair, { publicKey: publicKeys.ed25519 })),
      () => v1.keypair.update(id, outs, { ...inputs, description: "changed" }),
      () => v1.keypair.delete(id, outs),
    ]) {
      loadHost();
      Object.assign(process.env, { HW_ACCESS_KEY: rotated.accessKey, HW_SECRET_KEY: rotated.secretKey });
      await configure();
      Object.assign(process.env, { HW_ACCESS_KEY: "", HW_SECRET_KEY: "" });
      await operate();
    }
    expect(projectOf(simulator).keypairs.map(({ name }) => name)).not.toContain(id);
  });
});

describe("a key pair", () => {
  test("is created, found unchanged, updated, read and deleted, and every property can be sent", async () => {
    const { keypair } = v1;
    const own = { publicKey: publicKeys.rsa, description: "first", userId: null, keyProtection: null };
    const { id, inputs, outs } = await create(keypair, own);
    expect(id).toMatch(/^made-[0-9a-f]{7}$/);
    expect(outs).toMatchObject({ name: id, description: "first", keyProtected: false });
    expect(inputs).not.toHaveProperty("__logicalName");
    expect(outs).toHaveProperty("__logicalName", "made");
    expect(outs).not.toHaveProperty("privateKey");

    const checked = await check(keypair, inputs, newsOf(own));
    expect(checked.inputs).toEqual(inputs);
    expect(await keypair.diff(id, outs, checked.inputs)).toEqual({
      changes: false,
      replaces: [],
      deleteBeforeReplace: false,
    });

    const changed = await check(keypair, inputs, newsOf({ ...own, description: "" }));
    expect(await keypair.diff(id, outs, changed.inputs)).toMatchObject({ changes: true, replaces: [] });
    const updated = await keypair.update(id, outs, changed.inputs);
    const state = recorded(updated.outs);
    expect(state.description).toBe("");
    expect(await keypair.diff(id, state, changed.inputs)).toMatchObject({ changes: false });

    const read = await keypair.read(id, state);
    expect(read.id).toBe(id);
    expect(recorded(read.props ?? {})).toEqual(state);
    expect(await keypair.diff(id, recorded(read.props ?? {}), sent(read.inputs ?? {}))).toMatchObject({
      changes: false,
    });

    await keypair.delete(id, state);
    expect(await keypair.read(id, state)).toEqual({ id: "" });
    await keypair.delete(id, state);
  });

  test("that is generated comes with its private key, also hosted", async () => {
    const { outs } = await create(v1.keypair, { keyProtection: { encryption: { type: "default" } } });
    expect(outs.privateKey).toMatch(/PRIVATE KEY/);
    expect(outs.keyProtected).toBe(true);
  });

  test("is replaced in the order that its name allows", async () => {
    const { id, inputs, outs } = await create(v1.keypair, { publicKey: publicKeys.rsa });
    const other = await check(v1.keypair, inputs, newsOf({ publicKey: publicKeys.ed25519 }));
    expect(await v1.keypair.diff(id, outs, other.inputs)).toEqual({
      changes: true,
      replaces: ["publicKey"],
      deleteBeforeReplace: false,
    });
    const named = await create(v1.keypair, { name: "named", publicKey: publicKeys.rsa });
    const next = await check(v1.keypair, named.inputs, newsOf({ name: "named", publicKey: publicKeys.ed25519 }));
    expect(await v1.keypair.diff("named", named.outs, next.inputs)).toMatchObject({ deleteBeforeReplace: true });
  });

  test("with values that only the update will know passes check and shows a change", async () => {
    const { id, inputs, outs } = await create(v1.keypair, { publicKey: publicKeys.rsa });
    const { inputs: news, failures } = await check(v1.keypair, inputs, newsOf({ publicKey: unknownValue }));
    expect(failures).toEqual([]);
    expect(await v1.keypair.diff(id, outs, news)).toMatchObject({ changes: true, replaces: ["publicKey"] });
  });

  test("with another stub than it was made with shows no change", async () => {
    const { id, inputs, outs } = await create(v1.keypair, { publicKey: publicKeys.rsa });
    expect(await v1.keypair.diff(id, outs, { ...inputs, __provider: "another" })).toMatchObject({ changes: false });
  });

  test("that another host recorded, without a stub, shows a change, so that it gets one", async () => {
    const { id, inputs, outs } = await create(v1.keypair, { publicKey: publicKeys.rsa });
    Reflect.deleteProperty(outs, "__provider");
    expect(await v1.keypair.diff(id, outs, inputs)).toMatchObject({ changes: true, replaces: [] });
  });

  test("with another name in the program keeps the name it was given", async () => {
    const { inputs } = await create(v1.keypair, { publicKey: publicKeys.rsa });
    const renamed = await check(v1.keypair, inputs, { ...newsOf({ publicKey: publicKeys.rsa }), __logicalName: "new" });
    expect(renamed.inputs.name).toBe(inputs.name);
  });
});

describe("a read", () => {
  test("of what is only named (get) finds all there is", async () => {
    const { id, props } = await v1.keypair.read("one", newsOf({}));
    expect(id).toBe("one");
    expect(sent(props ?? {})).toMatchObject({ name: "one", publicKey: publicKeys.ed25519, region });
    const [serverId = ""] = addServers(simulator, 1);
    simulator.changeServer(region, serverId, { keypairName: "one" });
    const found = await v1.binding.read(`one/${serverId}`, newsOf({}));
    expect(sent(found.props ?? {})).toMatchObject({ keypairName: "one", serverIds: [serverId] });
  });

  test.each([
    ["keypair", "missing"],
    ["binding", "one/missing"],
  ] as const)("of what is only named (get) and not there is an error (%s)", async (kind, id) => {
    expect((await failureOf(v1[kind].read(id, newsOf({})))).message).toContain(id);
  });

  test("of what the state knows and is gone says so with an empty id", async () => {
    const { id, outs } = await create(v1.keypair, { publicKey: publicKeys.rsa });
    simulator.deleteKeypair(region, id);
    expect(await v1.keypair.read(id, outs)).toEqual({ id: "" });
  });

  test("that fails is an error without an id", async () => {
    const { id, outs } = await create(v1.keypair, { publicKey: publicKeys.rsa });
    const action = { type: "status", status: 403, code: "KPS.9003" } as const;
    fail(simulator, "ListKeypairDetail", action);
    fail(simulator, "ListKeypairs", action);
    const failure = await failureOf(v1.keypair.read(id, outs));
    expect(failure.message).toContain("KPS.9003");
    expect(failure).not.toHaveProperty("id");
  });
});

describe("check", () => {
  test("tells all failures at once, by their paths, without telling the engine a value to print", async () => {
    const secret = privateKeys.rsa;
    const news = newsOf({
      name: "a b",
      publickey: "x",
      keyProtection: { privateKey: secret, encryption: { type: "no" } },
    });
    const { failures } = await check(v1.keypair, {}, news);
    expect(failures.map(({ property }) => property)).toEqual(failures.map(() => ""));
    const reasons = failures.map(({ reason }) => reason);
    for (const path of ["name", "publickey", "publicKey", "keyProtection.encryption.type"])
      expect(reasons).toContainEqual(expect.stringMatching(new RegExp(`^${path} `)));

    expect(reasons.join()).not.toContain(secret.split("\n")[2]);
  });

  test("keeps the time limits, and not the name in the program", async () => {
    const { inputs } = await check(v1.keypair, {}, newsOf({}, { __timeouts: { create: 90 } }));
    expect(inputs).toMatchObject({ __timeouts: { create: 90 }, __provider });
    expect(inputs).not.toHaveProperty("__logicalName");
  });

  test("shows nothing of what the program gave as a secret, at any level", async () => {
    const own = {
      name: "a secret name",
      type: "s3",
      region: "x y",
      keyProtection: { encryption: { type: "s3-nested" } },
    };
    const { inputs, failures } = await check(v1.keypair, {}, newsOf(own, { __secrets: Object.keys(own) }));
    expect(inputs).not.toHaveProperty("__secrets");
    expect(failures.map(({ reason }) => reason).sort()).toEqual([
      'keyProtection.encryption.type must be "default" or "kms", not "[secret]"',
      'name may hold letters, digits, "_" and "-" only, not "[secret]"',
      'region must be a region such as "cn-north-4", not "[secret]"',
      'type must be "ssh" or "x509", not "[secret]"',
    ]);
    const serverIds = ["not a secret", "s3rver id", "s3".repeat(20)];
    const binding = await check(v1.binding, {}, newsOf({ keypairName: "k", serverIds }, { __secrets: ["serverIds"] }));
    expect(JSON.stringify(binding.failures)).not.toMatch(/not a secret|s3/);
  });

  test("calls nothing", async () => {
    await check(v1.keypair, {}, newsOf({ publicKey: publicKeys.rsa }));
    await check(v1.binding, {}, newsOf({ keypairName: "one", serverIds: ["id"] }));
    expect(simulator.calls()).toEqual([]);
  });
});

describe("a partial failure", () => {
  function newServers(): [string, string] {
    const [one = "", two = ""] = addServers(simulator, 2).sort();
    for (const id of [one, two]) simulator.changeServer(region, id, { keypairName: "original" });
    return [one, two];
  }

  test("of a create carries the id, all properties with the stub, and the reasons", async () => {
    const action = { type: "status", status: 500, code: "KPS.0003" } as const;
    fail(simulator, "UpdateKeypairDescription", action);
    const failure = await failureOf(create(v1.keypair, { description: "mine" }, { __timeouts: { update: 60 } }));
    expect(failure.id).toMatch(/^made-/);
    const properties = sent(failure.properties ?? {});
    expect(properties).toMatchObject({ name: failure.id, __provider, __timeouts: { update: 60 } });
    expect(properties.privateKey).toMatch(/PRIVATE KEY/);
    expect(failure.reasons).toEqual([expect.stringContaining("KPS.0003")]);

    // The next update does the rest.
    simulator.clearFaults();
    const { inputs } = await check(v1.keypair, {}, newsOf({ name: failure.id, description: "mine" }));
    const { outs } = await v1.keypair.update(failure.id ?? "", recorded(properties), inputs);
    expect(sent(outs)).toMatchObject({ description: "mine", privateKey: properties.privateKey });
  });

  test("of an update carries them as well", async () => {
    const [one, two] = newServers();
    const { binding } = v1;
    const { id, inputs, outs } = await create(binding, { keypairName: "one", serverIds: [one] });
    simulator.addFault({ match: { serverId: one }, action: { type: "entryError", code: "CPS.1028" } });
    const changed = await check(binding, inputs, newsOf({ keypairName: "original", serverIds: [one, two] }));
    const failure = await failureOf(binding.update(id, outs, changed.inputs));
    expect(failure.id).toBe(id);
    expect(sent(failure.properties ?? {})).toMatchObject({ __provider, keypairName: "original", serverIds: [two] });
    expect(failure.reasons).toEqual([expect.stringContaining(one)]);
    simulator.clearFaults();
    simulator.clearCalls();
    const finished = await binding.update(id, recorded(failure.properties ?? {}), changed.inputs);
    expect(sent(finished.outs).serverIds).toEqual([one, two]);
    expect(serversOfCalls(simulator)).toEqual([[one]]);
  });

  test("of a delete is a plain error: the state stays as it was, and the next one does the rest", async () => {
    const [one, two] = newServers();
    const { binding } = v1;
    const own = { keypairName: "one", serverIds: [one, two], deletionPolicy: "restore" };
    const { id, outs } = await create(binding, own);
    simulator.addFault({ match: { serverId: one }, action: { type: "entryError", code: "CPS.1028" } });
    const failure = await failureOf(binding.delete(id, outs));
    expect(failure.message).toContain("CPS.1028");
    expect(failure).not.toHaveProperty("id");
    simulator.clearFaults();
    await binding.delete(id, outs);
    expect([one, two].map((serverId) => serverOf(simulator, serverId)?.keypairName)).toEqual(["original", "original"]);
  });
});

/** A resource that does what a test tells it to. */
function madeUp(methods: Partial<Resource<object, object>>): DynamicProvider {
  return dynamicProvider({
    defaultTimeout: 600_000,
    check: (_olds, news) => ({ inputs: news, problems: [] }),
    diff: () => ({ changed: [], replaces: [], deleteBeforeReplace: false, stables: [] }),
    create: () => Promise.resolve({ id: "id", state: {} }),
    read: () => Promise.resolve(undefined),
    update: () => Promise.resolve({}),
    delete: () => Promise.resolve(),
    ...methods,
  });
}

describe("an error", () => {
  test.each<[string, unknown, string]>([
    ["that happens to carry an id", Object.assign(new Error("no"), { id: "7", properties: {}, reasons: [] }), "no"],
    ["that is a text", "no", "no"],
    ["that is an object with an id", { id: "7", toString: () => "no" }, "no"],
  ])("%s is not taken for a partial failure", async (_, thrown, message) => {
    const fail = () =>
      Promise.resolve().then(() => {
        throw thrown;
      });
    const provider = madeUp({ create: fail, read: fail, update: fail, delete: fail });
    for (const call of [
      provider.create({}),
      provider.read("id", {}),
      provider.update("id", {}, {}),
      provider.delete("id", {}),
    ]) {
      const failure = await failureOf(call);
      expect(failure.message).toBe(message);
      expect(Object.keys(failure)).not.toContain("id");
    }
  });
});

test("no error, warning or reason shows what check was told is a secret, however short", async () => {
  const keypairName = "k7";
  const serverIds = ["s3cret-server-id", "s9"];
  const { inputs } = await check(
    v1.binding,
    {},
    newsOf({ keypairName, serverIds }, { __secrets: ["keypairName", "serverIds"] }),
  );
  const { message, reasons = [] } = await failureOf(v1.binding.create(inputs));
  const texts = [message, ...reasons, ...jest.mocked(console.error).mock.calls.flat().map(String)];
  expect(texts.join()).toContain("server [secret]");
  expect(texts.join()).not.toMatch(/s3cret|\bs9\b|\bk7\b/);
});

describe("results", () => {
  test("leave out what is undefined, at every level", async () => {
    const state = { a: undefined, b: [{ c: undefined, d: 1 }] };
    const provider = madeUp({
      create: () => Promise.resolve({ id: "id", state }),
      read: () => Promise.resolve({ id: "id", state, inputs: state }),
      update: () => Promise.resolve(state),
    });
    const clean = { b: [{ d: 1 }] };
    expect(sent((await provider.create({})).outs)).toEqual(clean);
    expect(sent((await provider.update("id", {}, {})).outs)).toEqual(clean);
    const read = await provider.read("id", {});
    expect([sent(read.props ?? {}), sent(read.inputs ?? {})]).toEqual([clean, clean]);
  });

  test("of a partial failure as well", async () => {
    // The class of the host's own module registry.
    const { PartialFailure } = jest.requireActual<typeof resourceModule>("../../contract");
    const failing = () => Promise.reject(new PartialFailure("id", { a: undefined, b: 1 }, ["no"]));
    const failure = await failureOf(madeUp({ create: failing }).create({ __provider }));
    expect(failure).toMatchObject({ id: "id", reasons: ["no"], message: "no" });
    expect(sent(failure.properties ?? {})).toEqual({ b: 1, __provider });
  });
});

describe("time limits", () => {
  /** The seconds that an operation is given, measured by what it is told. */
  async function secondsGiven(run: (provider: DynamicProvider) => Promise<unknown>): Promise<number> {
    let seconds = NaN;
    const note = (context: Context) => {
      seconds = (context.deadline - Date.now()) / 1000;
      expect(context.signal.aborted).toBe(false);
    };
    await run(
      madeUp({
        create: (context) => Promise.resolve({ id: "id", state: {} }).finally(note.bind(undefined, context)),
        read: (context) => Promise.resolve(undefined).finally(note.bind(undefined, context)),
        update: (context) => Promise.resolve({}).finally(note.bind(undefined, context)),
        delete: (context) => Promise.resolve().finally(note.bind(undefined, context)),
      }),
    );
    return Math.ceil(seconds);
  }
  const __timeouts = { create: 90, update: 120, delete: 5400 };

  test.each<[string, (provider: DynamicProvider) => Promise<unknown>, number]>([
    ["create", (provider) => provider.create({ __timeouts }), 90],
    ["update, by the new inputs", (provider) => provider.update("id", {}, { __timeouts }), 120],
    ["delete, by the state", (provider) => provider.delete("id", { __timeouts }), 5400],
    ["create, where none is given", (provider) => provider.create({}), 600],
    ["create, where another's is given", (provider) => provider.create({ __timeouts: { delete: 5 } }), 600],
    ["create, where none stands for the default", (provider) => provider.create({ __timeouts: { create: 0 } }), 600],
    ["delete, in a year", (provider) => provider.delete("id", { __timeouts: { delete: 3e7 } }), (2 ** 31 - 1) / 1000],
  ])("are those of the program: %s", async (_, run, seconds) => {
    expect(await secondsGiven(run)).toBe(Math.ceil(seconds));
  });

  test("end an operation, which then tells what it knows", async () => {
    fail(simulator, "CreateKeypair", { type: "hang", when: "after" });
    const own = { publicKey: publicKeys.rsa };
    const failure = await failureOf(create(v1.keypair, own, { __timeouts: { create: 0.3 } }));
    expect(failure.id).toBe(failure.properties?.name);
    expect(failure.message).toMatch(/the operation's time ran out before an answer came/);
  });
});

describe("what is told during an operation", () => {
  test("goes to the engine by the console", async () => {
    const tell = (context: Context) => {
      context.log.info("so far");
      context.log.warn("beware");
      return Promise.resolve({ id: "id", state: {} });
    };
    await madeUp({ create: tell }).create({});
    expect(jest.mocked(console.log).mock.calls).toEqual([["so far"]]);
    expect(jest.mocked(console.error).mock.calls).toEqual([["warning: beware"]]);
  });

  test("of the resource is told with its name in the program, of the account without", async () => {
    const tell = ({ log, ownLog }: Context) => {
      ownLog.info("so far");
      ownLog.warn("beware");
      log.info("throttled");
      log.warn("all of you");
      return Promise.resolve();
    };
    await madeUp({ delete: tell }).delete("id", { __logicalName: "phones" });
    expect(jest.mocked(console.log).mock.calls).toEqual([["phones: so far"], ["throttled"]]);
    expect(jest.mocked(console.error).mock.calls).toEqual([["warning: phones: beware"], ["warning: all of you"]]);
  });

  test("of a binding is told with its name in the program, also where several bind the same key pair", async () => {
    const { binding } = v1;
    const servers = addServers(simulator, 3);
    const toldOf = (name: string) =>
      jest
        .mocked(console.log)
        .mock.calls.map(String)
        .filter((line) => line.startsWith(`${name}: `));
    const ownOf = (serverId: string) => ({ keypairName: "one", deletionPolicy: "retain", serverIds: [serverId] });
    const names = ["tablets", "phones"];
    const checked = await Promise.all(
      names.map((__logicalName, index) => check(binding, {}, newsOf(ownOf(servers[index] ?? ""), { __logicalName }))),
    );
    const made = await Promise.all(checked.map(({ inputs }) => binding.create(inputs)));
    for (const name of names) expect(toldOf(name)).toEqual([`${name}: 1 of 1 servers bound to key pair "one"`]);

    const { outs = {}, id = "" } = made[1] ?? {};
    const changed = await check(binding, outs, newsOf(ownOf(servers[2] ?? ""), { __logicalName: "phones" }));
    await binding.update(id, recorded(outs), changed.inputs);
    expect(toldOf("phones").slice(1)).toEqual([
      'phones: 1 of 1 servers bound to key pair "one"',
      expect.stringMatching(/^phones: 1 server keeps key pair "one"/),
    ]);
  });
});

describe("configuration", () => {
  afterAll(async () => {
    loadHost();
    await configure();
  });

  beforeEach(loadHost);

  test("counts from the first call on, also where configure is not waited for", async () => {
    const configured = configure();
    const reads = [1, 2, 3].map(() => v1.keypair.read("one", newsOf({})));
    expect((await Promise.all(reads)).map(({ id }) => id)).toEqual(["one", "one", "one"]);
    await configured;
  });

  test("is shared by both resources", async () => {
    const get = (key: string) => simulatedConfiguration()[key.replace("huaweicloud-cph:", "")];
    await v1.keypair.configure({ config: { get } });
    expect((await check(v1.binding, {}, newsOf({}))).inputs.region).toBe(region);
  });

  test("that cannot be used is a failure of check, once for each resource, and of every operation", async () => {
    await configure({ ...simulatedConfiguration(), maxRetries: "many" });
    const news = newsOf({ publicKey: publicKeys.rsa });
    const { inputs, failures } = await check(v1.keypair, {}, news);
    expect(failures).toEqual([
      { property: "", reason: expect.stringContaining("huaweicloud-cph:maxRetries") as string },
    ]);
    expect((await failureOf(v1.keypair.create(inputs))).message).toContain("huaweicloud-cph:maxRetries");
    expect((await failureOf(v1.keypair.read("one", news))).message).toContain("huaweicloud-cph:maxRetries");
  });

  test("shows nothing of what a program gave to a provider as a secret", async () => {
    loadHost();
    const endpoints = JSON.stringify({ kms: "ftp://s3cret-host" });
    await configure({ ...simulatedConfiguration(), endpoints, secretSettings: '["endpoints"]' });
    const { failures } = await check(v1.keypair, {}, newsOf({}));
    expect(failures).toEqual([
      {
        property: "",
        reason: 'huaweicloud-cph:endpoints.kms must be a full URL such as https://example.com, not "[secret]".',
      },
    ]);
  });

  test("with names that are no settings fails check and get, with all that is wrong, and nothing that is in the state", async () => {
    await configure();
    const { outs } = await create(v1.keypair, { name: "made-before", publicKey: publicKeys.rsa });
    loadHost();
    await configure({ ...simulatedConfiguration(), regoin: "x", tokn: "", explicitCredentials: "true" });
    const reasons = [
      'huaweicloud-cph:regoin is not a setting; did you mean "region"?',
      'huaweicloud-cph:tokn is not a setting; did you mean "token"?',
    ];
    const { failures } = await check(v1.keypair, {}, newsOf({}));
    expect(failures).toEqual(reasons.map((reason) => ({ property: "", reason })));
    const failure = await failureOf(v1.keypair.read("one", newsOf({})));
    expect(failure.message).toBe(reasons.join(" "));
    expect((await v1.keypair.read("made-before", outs)).id).toBe("made-before");
    await v1.keypair.delete("made-before", outs);
  });

  test("whose id token is not there fails check and get, and the environment's key reads and deletes what is in the state", async () => {
    await configure();
    const { outs } = await create(v1.keypair, { name: "made-before", publicKey: publicKeys.rsa });
    loadHost();
    const { region: inRegion, endpoints, accessKey, secretKey } = simulatedConfiguration() as Record<string, string>;
    Object.assign(process.env, { HW_ACCESS_KEY: accessKey, HW_SECRET_KEY: secretKey });
    await configure({ region: inRegion, endpoints, idpId: "pipelines", idTokenFile: "/of/another/machine" });
    Object.assign(process.env, { HW_ACCESS_KEY: "", HW_SECRET_KEY: "" });
    const reason = expect.stringMatching(
      /^idTokenFile \(HW_ID_TOKEN_FILE\) names the file "\/of\/another\/machine", which cannot be read/,
    ) as string;
    expect((await check(v1.keypair, {}, newsOf({}))).failures).toEqual([{ property: "", reason }]);
    expect((await failureOf(v1.keypair.read("one", newsOf({})))).message).toEqual(reason);
    expect((await v1.keypair.read("made-before", outs)).id).toBe("made-before");
    await v1.keypair.delete("made-before", outs);
  });

  test("without credentials is a failure of check that says what to set", async () => {
    const { region: inRegion, endpoints } = simulatedConfiguration();
    // A file without profiles, whatever the user of this machine has.
    await configure({ region: inRegion, endpoints, sharedConfigFile: require.resolve("../../../package.json") });
    const { failures } = await check(v1.keypair, {}, newsOf({}));
    expect(failures).toEqual([
      { property: "", reason: expect.stringMatching(/HW_ACCESS_KEY and HW_SECRET_KEY/) as string },
    ]);
  });

  test("without a region leaves it to the resources", async () => {
    await configure({ ...simulatedConfiguration(), region: undefined });
    const missing = await check(v1.keypair, {}, newsOf({}));
    expect(missing.failures).toEqual([{ property: "", reason: expect.stringMatching(/^region is missing/) as string }]);
    expect((await check(v1.keypair, {}, newsOf({ region }))).failures).toEqual([]);
  });

  test("that never came is an error of every operation", async () => {
    expect((await failureOf(v1.keypair.create({}))).message).toMatch(/not configured/);
    expect((await failureOf(v1.keypair.read("one", newsOf({})))).message).toMatch(/not configured/);
  });
});

test("many operations at once share one project look-up and few calls", async () => {
  const created = await Promise.all(
    Array.from({ length: 20 }, () => create(v1.keypair, { publicKey: publicKeys.rsa })),
  );
  expect(callsOf(simulator, "BatchImportKeypair")).toHaveLength(2);
  expect(new Set(created.map(({ id }) => id)).size).toBe(20);
  expect(callsOf(simulator, "KeystoneListProjects").length).toBeLessThanOrEqual(1);
});

describe("a create that the engine does not live to see the end of", () => {
  let exit: jest.SpyInstance;

  beforeEach(async () => {
    Object.defineProperty(process, "stdin", { value: new PassThrough(), configurable: true });
    exit = jest.spyOn(process, "exit").mockReturnValue(undefined as never);
    loadHost();
    await configure();
  });

  afterEach(async () => {
    Object.defineProperty(process, "stdin", { value: new PassThrough(), configurable: true });
    loadHost();
    await configure();
  });

  /** Ends the engine once the simulator has the pair, and waits for the end of the process. */
  async function createOrphaned(own: Record<string, unknown>): Promise<void> {
    const before = keypairNames().length;
    const creation = create(v1.keypair, own).catch(() => undefined);
    while (keypairNames().length === before) await new Promise(setImmediate);
    process.stdin.emit("end");
    await creation;
    while (exit.mock.calls.length === 0) await new Promise(setImmediate);
  }

  function keypairNames(): string[] {
    return projectOf(simulator).keypairs.map(({ name }) => name);
  }

  const slowLook = { match: { operation: "ListKeypairDetail" }, action: { type: "delay", milliseconds: 2 } } as const;

  describe.each([
    [
      "before the create was answered",
      { match: { service: "kps", method: "POST" }, action: { type: "hang", when: "after" } },
    ],
    ["while the new pair is looked at", slowLook],
  ] as const)("%s", (_when, fault) => {
    test.each([
      ["an import", { name: "mine", publicKey: publicKeys.ecdsa256 }],
      ["an import without a given name", { publicKey: publicKeys.ecdsa256 }],
      ["one that could be adopted if it had a given name", { publicKey: publicKeys.ecdsa256, adoptExisting: true }],
      ["a generated pair", { name: "mine" }],
    ])("is undone: %s", async (_what, own) => {
      simulator.addFault(fault);
      await createOrphaned(own);
      expect(keypairNames()).toEqual(["original", "one"]);
    });
  });

  test("leaves what the next create may adopt", async () => {
    simulator.addFault(slowLook);
    await createOrphaned({ name: "mine", publicKey: publicKeys.ecdsa256, adoptExisting: true });
    expect(keypairNames()).toContain("mine");
  });

  test("is undone where it takes effect only a while later", async () => {
    simulator.addFault({ match: { operation: "CreateKeypair" }, action: { type: "delay", milliseconds: 400 } });
    const creation = create(v1.keypair, { name: "mine", publicKey: publicKeys.ecdsa256 }).catch(() => undefined);
    const isMade = () => callsOf(simulator, "CreateKeypair").some(({ status }) => status === 200);
    while (callsOf(simulator, "CreateKeypair").length === 0) await new Promise(setImmediate);
    process.stdin.emit("end");
    await creation;
    while (exit.mock.calls.length === 0 || !isMade()) await new Promise(setImmediate);
    expect(keypairNames()).toEqual(["original", "one"]);
  });

  test("deletes no pair of somebody else", async () => {
    fail(simulator, "CreateKeypair", { type: "hang", when: "before" });
    const creation = create(v1.keypair, { name: "mine", publicKey: publicKeys.ecdsa256 }).catch(() => undefined);
    while (callsOf(simulator, "CreateKeypair").length === 0) await new Promise(setImmediate);
    await simulator.replaceKeypair(region, "mine", { publicKey: publicKeys.rsa });
    process.stdin.emit("end");
    await creation;
    expect(keypairNames()).toContain("mine");
  });
});
