import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CallLog } from "./callLog";
import { startSimulator, type Simulator, type SimulatorOptions } from "./index";
import { withoutComment } from "./keyMaterial";
import { binding, call, cph, kps, pick, serverIds } from "./testing/client";
import { sampleKeys } from "./testing/keys";
import { useSimulator } from "./testing/suite";

const region = "cn-north-4";
const publicKey = sampleKeys.ed25519.text;

describe("a request that cannot be answered", () => {
  let simulator: Simulator;

  beforeAll(async () => {
    simulator = await startSimulator();
  });

  afterAll(() => simulator.close());

  afterEach(() => {
    jest.restoreAllMocks();
  });

  test("is told where that is the simulator's fault", async () => {
    const bug = new TypeError("bug");
    jest.spyOn(CallLog.prototype, "add").mockImplementation(() => {
      throw bug;
    });
    const log = jest.spyOn(console, "error").mockReturnValue();
    await expect(call(simulator, `GET ${kps}`)).rejects.toThrow();
    expect(log).toHaveBeenCalledWith(bug);
  });

  test("is not told where the client went away", async () => {
    const log = jest.spyOn(console, "error").mockReturnValue();
    const answer = jest.spyOn(ServerResponse.prototype, "destroy");
    const unfinished = request(`${simulator.url}${kps}`, { method: "POST", headers: { "Content-Length": "100" } });
    unfinished.on("error", () => undefined);
    unfinished.write("{", () => unfinished.destroy());
    while (answer.mock.calls.length === 0) await new Promise(setImmediate);
    expect(log).not.toHaveBeenCalled();
  });
});

describe("changes behind the provider's back", () => {
  const simulator = useSimulator();

  async function shown(path: string, field: string): Promise<unknown> {
    const answer = await call(simulator, `GET ${path}`);
    return pick(answer.body, field) ?? pick(answer.body, "keypair", field);
  }

  test("a key pair is replaced by another of its name", async () => {
    await call(simulator, `POST ${kps}`, { body: { keypair: { name: "demo", public_key: publicKey } } });
    await simulator.replaceKeypair(region, "demo", { publicKey: sampleKeys.rsa2048.text, description: "new" });
    expect(await shown(`${kps}/demo`, "fingerprint")).toBe(sampleKeys.rsa2048.md5);
    expect(await shown(`${kps}/demo`, "description")).toBe("new");
    expect(await shown(`${kps}/demo`, "id")).toBe(2);
    await simulator.replaceKeypair(region, "demo");
    expect(await shown(`${kps}/demo`, "public_key")).toMatch(/Generated-by-Nova$/);
    await expect(simulator.replaceKeypair(region, "demo", { publicKey: "nonsense" })).rejects.toThrow("OpenSSH");
  });

  test("a key pair is altered", async () => {
    await simulator.replaceKeypair(region, "demo", { publicKey });
    simulator.changeKeypair(region, "demo", { description: "theirs", frozenState: 4, privateKey: "hosted" });
    expect(await shown(`${kps}/demo`, "description")).toBe("theirs");
    expect(await shown(`${kps}/demo`, "frozen_state")).toBe(4);
    expect(await shown(`${kps}/demo`, "is_key_protection")).toBe(true);
    expect(() => {
      simulator.changeKeypair(region, "demo", { publicKey: "nonsense" });
    }).toThrow("OpenSSH");
    expect(() => {
      simulator.changeKeypair(region, "missing", {});
    }).toThrow('There is no key pair "missing".');
  });

  test("a key pair is deleted", async () => {
    await simulator.replaceKeypair(region, "demo", { publicKey });
    expect(simulator.deleteKeypair(region, "demo")).toBe(true);
    expect(simulator.deleteKeypair(region, "demo")).toBe(false);
    expect((await call(simulator, `GET ${kps}/demo`)).status).toBe(404);
  });

  test("a server is given another key pair, with its key", async () => {
    const [first] = serverIds(simulator);
    await simulator.replaceKeypair(region, "demo", { publicKey });
    simulator.changeServer(region, first, { keypairName: "demo" });
    expect(await shown(`${cph}/servers/${first}`, "keypair_name")).toBe("demo");
    expect(simulator.state().projects[0]?.servers[0]?.trustedKey).toBe(withoutComment(publicKey));
    simulator.changeServer(region, first, { keypairName: "unknown", status: 2 });
    expect(await shown(`${cph}/servers/${first}`, "status")).toBe(2);
    expect(simulator.state().projects[0]?.servers[0]?.trustedKey).toBeNull();
  });

  test("servers come and go", async () => {
    const [first] = serverIds(simulator);
    const added = simulator.addServer(region, { name: "extra", status: 10 });
    expect(await shown(`${cph}/servers/${added.id}`, "server_name")).toBe("extra");
    expect(simulator.removeServer(region, first)).toBe(true);
    expect(simulator.removeServer(region, first)).toBe(false);
    expect((await call(simulator, `GET ${cph}/servers/${first}`)).status).toBe(404);
    const ids = simulator.state().projects[0]?.servers.map(({ id }) => id);
    simulator.addServer(region);
    expect(new Set([...(ids ?? []), ...(simulator.state().projects[0]?.servers.map(({ id }) => id) ?? [])]).size).toBe(
      4,
    );
  });

  test("projects are named by region or by id, and have nothing to do with each other", async () => {
    simulator.addProject("ap-southeast-3", "3".repeat(32));
    await simulator.replaceKeypair("ap-southeast-3", "demo", { publicKey });
    expect((await call(simulator, `GET /v3/${"3".repeat(32)}/keypairs/demo`)).status).toBe(200);
    expect((await call(simulator, `GET ${kps}/demo`)).status).toBe(404);
    expect(simulator.deleteKeypair("3".repeat(32), "demo")).toBe(true);
    expect(() => simulator.deleteKeypair("nowhere", "demo")).toThrow('There is no project "nowhere".');
    const [here, there] = simulator.state().projects.map(({ servers }) => servers.map(({ id }) => id));
    expect(here?.filter((id) => there?.includes(id))).toEqual([]);
  });

  test("the state shows no private key", async () => {
    const body = { keypair: { name: "demo", key_protection: { encryption: { type: "default" } } } };
    await call(simulator, `POST ${kps}`, { body });
    expect(simulator.state().projects[0]?.keypairs).toMatchObject([
      { name: "demo", hosted: true, algorithm: "ssh-rsa" },
    ]);
    expect(JSON.stringify(simulator.state())).not.toContain("PRIVATE");
  });

  test("a copy of the state does not change the cloud", () => {
    const server = simulator.state().projects[0]?.servers[0];
    Object.assign(server ?? {}, { status: 8 });
    expect(simulator.state().projects[0]?.servers[0]?.status).toBe(5);
  });

  test("a reset brings the beginning back", async () => {
    const [first, second, third] = serverIds(simulator);
    await simulator.replaceKeypair(region, "demo", { publicKey });
    simulator.removeServer(region, first);
    simulator.revokeAccessKey(simulator.credentials.accessKey);
    simulator.advanceClock(1e6);
    simulator.reset();
    expect(serverIds(simulator)).toEqual([first, second, third]);
    expect((await call(simulator, `GET ${kps}/demo`)).status).toBe(404);
    expect(simulator.calls()).toHaveLength(1);
    expect(Math.abs(simulator.state().now - Date.now())).toBeLessThan(1000);
  });

  test("the log is cleared, or shown in part", async () => {
    await call(simulator, `GET ${kps}/one`);
    await call(simulator, `GET ${kps}/two`);
    expect(simulator.calls(1).map(({ path }) => path)).toEqual([`${kps}/two`]);
    simulator.clearCalls();
    expect(simulator.calls()).toEqual([]);
  });
});

describe("a data file", () => {
  const running: Simulator[] = [];
  let folder: string;
  let data: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "simulator-"));
    data = join(folder, "cloud.json");
  });

  afterEach(async () => {
    await Promise.all(running.splice(0).map((simulator) => simulator.close()));
    rmSync(folder, { recursive: true });
  });

  /** Closed at the end of the test, also where it fails. */
  async function start(options: SimulatorOptions): Promise<Simulator> {
    const simulator = await startSimulator(options);
    running.push(simulator);
    return simulator;
  }

  test("keeps key pairs, servers and running jobs over a restart", async () => {
    const first = await start({ data, jobSeconds: 100 });
    const body = { keypair: { name: "demo", public_key: publicKey } };
    await call(first, `POST ${kps}`, { body });
    await call(first, `PUT ${cph}/servers/open-access`, { body: binding("demo", serverIds(first)[0]) });
    first.changeServer(region, serverIds(first)[1], { name: "renamed" });
    const before = first.state();
    await first.close();

    const second = await start({ data, servers: 7 });
    expect(second.state().projects).toEqual(before.projects);
    second.advanceClock(100);
    expect(second.state().projects[0]?.servers[0]?.keypairName).toBe("demo");
    await call(second, `DELETE ${kps}/demo`);
    await call(second, `POST ${kps}`, { body });
    expect(second.state().projects[0]?.keypairs).toMatchObject([{ id: 2 }]);
  });

  test("is written a moment after a change, and only its owner can read it", async () => {
    const simulator = await start({ data });
    await simulator.replaceKeypair(region, "demo", { publicKey });
    while (!readFileSync(data, "utf8").includes(publicKey)) await new Promise((resolve) => setTimeout(resolve, 10));

    expect(readdirSync(folder)).toEqual(["cloud.json"]);
    expect(statSync(data).mode & 0o777).toBe(0o600);
  });

  test("may be of before servers had numbers", async () => {
    const first = await start({ data });
    const [id] = serverIds(first);
    first.removeServer(region, id);
    const { servers } = first.state().projects[0] ?? {};
    await first.close();
    writeFileSync(data, readFileSync(data, "utf8").replace(/"number": \d+,/g, ""));
    const second = await start({ data });
    expect(second.state().projects[0]?.servers).toEqual(
      servers?.map((server, index) => ({ ...server, number: index + 1 })),
    );
    expect(second.addServer(region).number).toBe(4);
  });

  test("serves under other credentials", async () => {
    await (await start({ data })).close();
    const simulator = await start({ data, domain: "renamed", user: "renamed", accessKey: "AK", secretKey: "SK" });
    expect((await call(simulator, `GET ${kps}`)).status).toBe(200);
  });

  test("gets the projects that it lacks", async () => {
    await (await start({ data })).close();
    const simulator = await start({ data, projects: { "cn-east-3": "e".repeat(32) } });
    expect(simulator.state().projects.map(({ name }) => name)).toEqual([region, "cn-east-3"]);
  });

  test.each(["not json", "[]", '{"format":"something else"}'])(
    "that holds %s is refused and left alone",
    async (text) => {
      writeFileSync(data, text);
      await expect(startSimulator({ data })).rejects.toThrow("is not a data file of this simulator");
      expect(readFileSync(data, "utf8")).toBe(text);
    },
  );

  test("that cannot be written is an error at once", async () => {
    await expect(start({ data: join(folder, "missing", "cloud.json") })).rejects.toThrow("ENOENT");
  });
});

test("a port that is taken is an error", async () => {
  const simulator = await startSimulator();
  const second = startSimulator({ port: Number(new URL(simulator.url).port) });
  await expect(second.finally(() => simulator.close())).rejects.toThrow("EADDRINUSE");
});
