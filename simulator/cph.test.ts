import { withoutComment } from "./keyMaterial";
import { binding, call, cph, kps, pick, pickText, serverIds, type Answer } from "./testing/client";
import { sampleKeys } from "./testing/keys";
import { useSimulator } from "./testing/suite";

const region = "cn-north-4";
const simulator = useSimulator({ jobSeconds: 60 });

beforeEach(async () => {
  await simulator.replaceKeypair(region, "blue", { publicKey: sampleKeys.ed25519.text });
  await simulator.replaceKeypair(region, "green", { publicKey: sampleKeys.rsa2048.text });
});

function bind(keypairName: string, ...ids: string[]): Promise<Answer> {
  return call(simulator, `PUT ${cph}/servers/open-access`, { body: binding(keypairName, ...ids) });
}

function server(id: string): Promise<Answer> {
  return call(simulator, `GET ${cph}/servers/${id}`);
}

function stateOf(id: string) {
  return simulator.state().projects[0]?.servers.find((candidate) => candidate.id === id);
}

const eleven = Array.from({ length: 11 }, (_, number) => `server-${number}`);

function codes(answer: Answer): unknown[] {
  return (pick(answer.body, "jobs") as unknown[]).map((job) => pick(job, "error_code"));
}

describe("UpdateKeypair", () => {
  test("starts one job a server, and the key pair is there when it ends", async () => {
    const [first, second, third] = serverIds(simulator);
    const answer = await call(simulator, `PUT ${cph}/servers/open-access`, {
      body: { servers: [...binding("blue", first).servers, ...binding("green", second).servers] },
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      request_id: answer.headers.get("x-request-id"),
      jobs: [
        { server_id: first, job_id: expect.stringMatching(/^[0-9a-f]{32}$/) as string },
        { server_id: second, job_id: expect.stringMatching(/^[0-9a-f]{32}$/) as string },
      ],
    });
    expect((await server(first)).body).toMatchObject({ keypair_name: "" });
    simulator.advanceClock(60);
    expect((await server(first)).body).toMatchObject({ keypair_name: "blue" });
    expect(stateOf(first)?.trustedKey).toBe(withoutComment(sampleKeys.ed25519.text));
    expect(stateOf(second)?.trustedKey).toBe(withoutComment(sampleKeys.rsa2048.text));
    expect((await server(third)).body).toMatchObject({ keypair_name: "" });
  });

  test("binds the key that the name stood for at the time of the call", async () => {
    const [first] = serverIds(simulator);
    await bind("blue", first);
    await simulator.replaceKeypair(region, "blue", { publicKey: sampleKeys.ecdsa256.text });
    simulator.advanceClock(60);
    expect(stateOf(first)?.trustedKey).toBe(withoutComment(sampleKeys.ed25519.text));
  });

  test("the job that ends last wins", async () => {
    const [first] = serverIds(simulator);
    await bind("blue", first);
    simulator.advanceClock(1);
    await bind("green", first);
    simulator.advanceClock(61);
    expect(stateOf(first)?.keypairName).toBe("green");
  });

  test("a deleted key pair leaves its servers as they are", async () => {
    const [first] = serverIds(simulator);
    await bind("blue", first);
    simulator.advanceClock(60);
    expect((await call(simulator, `DELETE ${kps}/blue`)).status).toBe(204);
    expect((await server(first)).body).toMatchObject({ keypair_name: "blue" });
    expect(stateOf(first)?.trustedKey).toBe(withoutComment(sampleKeys.ed25519.text));
  });

  test("an entry can fail inside a success", async () => {
    const [first] = serverIds(simulator);
    const answer = await bind("blue", first, "0".repeat(32));
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      jobs: [
        { server_id: first, job_id: expect.any(String) as string },
        { server_id: "0".repeat(32), error_code: "CPS.0159", error_msg: "Server not found." },
      ],
    });
    expect(pick(answer.body, "jobs", 1)).not.toHaveProperty("job_id");
  });

  test.each([
    ["a frozen server", { status: 8 }, "CPS.1028"],
    ["a server that is off", { status: 10 }, "CPS.0099"],
    ["a server that is being created", { status: 1 }, "CPS.0099"],
    ["a server that is being scaled up", { scalingUp: true }, "CPS.1027"],
  ])("refuses %s", async (_, change, code) => {
    const [first] = serverIds(simulator);
    simulator.changeServer(region, first, change);
    expect(codes(await bind("blue", first))).toEqual([code]);
    expect(simulator.state().projects[0]?.jobs).toEqual([]);
  });

  test("refuses a key pair that does not exist, or whose name is too long for CPH", async () => {
    const [first] = serverIds(simulator);
    const long = "a".repeat(65);
    await simulator.replaceKeypair(region, long, { publicKey: sampleKeys.ed25519.text });
    expect(codes(await bind("missing", first))).toEqual(["CPS.0067"]);
    expect(codes(await bind(long, first))).toEqual(["CPS.0098"]);
  });

  test.each<[string, unknown, string]>([
    ["no servers", {}, "CPS.0097"],
    ["an empty list of servers", { servers: [] }, "CPS.0097"],
    ["a server id of 33 bytes", binding("blue", "a".repeat(33)), "CPS.0097"],
    ["a server id with a slash", binding("blue", "a/b"), "CPS.0097"],
    ["no server id", { servers: [{ keypair_name: "blue" }] }, "CPS.0097"],
    ["an empty key pair name", binding("", "a"), "CPS.0068"],
    ["no key pair name", { servers: [{ server_id: "a" }] }, "CPS.0068"],
    ["eleven servers", binding("blue", ...eleven), "CPS.0096"],
  ])("refuses the whole call for %s", async (_, body, code) => {
    const answer = await call(simulator, `PUT ${cph}/servers/open-access`, { body });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      request_id: answer.headers.get("x-request-id"),
      error_code: code,
      error_msg: expect.any(String) as string,
    });
  });

  test("takes ten servers", async () => {
    expect(codes(await bind("blue", ...eleven.slice(1)))).toEqual(Array(10).fill("CPS.0159"));
  });
});

describe("jobs", () => {
  test("run, then succeed", async () => {
    const [first] = serverIds(simulator);
    const started = await bind("blue", first);
    const id = pickText(started.body, "jobs", 0, "job_id");
    const running = await call(simulator, `GET ${cph}/jobs/${id}`);
    expect(running.body).toEqual({
      request_id: running.headers.get("x-request-id"),
      job_id: id,
      server_id: first,
      begin_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
      end_time: "",
      status: 1,
      error_code: "",
      error_msg: "",
      execute_msg: "",
    });
    simulator.advanceClock(60);
    expect((await call(simulator, `GET ${cph}/jobs/${id}`)).body).toMatchObject({
      status: 2,
      end_time: expect.stringMatching(/Z$/) as string,
    });
  });

  test("end while nobody advances the clock", async () => {
    const [first] = serverIds(simulator);
    simulator.setVariants({ jobSeconds: 0.05 });
    const started = await bind("blue", first);
    const id = pickText(started.body, "jobs", 0, "job_id");
    let status: unknown = 1;
    while (status === 1) status = pick((await call(simulator, `GET ${cph}/jobs/${id}`)).body, "status");

    expect(status).toBe(2);
  });

  test("are found by the request that started them", async () => {
    const [first, second, third] = serverIds(simulator);
    const one = pickText((await bind("blue", first, second)).body, "request_id");
    const other = pickText((await bind("green", third)).body, "request_id");
    const find = async (query: string) =>
      (pick((await call(simulator, `GET ${cph}/jobs?${query}`)).body, "jobs") as unknown[]).map((job) =>
        pick(job, "server_id"),
      );
    expect(await find(`request_id=${one}`)).toEqual([first, second]);
    expect(await find(`request_ids=${other},${one}`)).toEqual([first, second, third]);
    expect(await find(`request_id=${one}&request_ids=${other}`)).toEqual([third]);
    expect(await find(`request_ids=${other},${one}&offset=1&limit=1`)).toEqual([second]);
    expect(await find(`request_ids=&request_id=${one}`)).toEqual([first, second]);
  });

  test("are not found by a list in request_id, which is for one request", async () => {
    const [first, second] = serverIds(simulator);
    const one = pickText((await bind("blue", first)).body, "request_id");
    const other = pickText((await bind("green", second)).body, "request_id");
    const answer = await call(simulator, `GET ${cph}/jobs?request_id=${one},${other}`);
    expect([answer.status, answer.body]).toMatchObject([400, { error_code: "CPS.0050" }]);
  });

  test.each([
    ["", "CPS.0049"],
    ["?request_id=", "CPS.0049"],
    ["?request_ids=&request_id=", "CPS.0049"],
    ["?request_id=unknown", "CPS.0050"],
    [`?request_ids=${Array.from({ length: 21 }, (_, number) => number).join(",")}`, "CPS.0161"],
    ["?request_id=a&limit=101", "CPS.0002"],
    ["?request_id=a&limit=0", "CPS.0002"],
    ["?request_id=a&offset=-1", "CPS.0002"],
    ["?request_id=a&offset=x", "CPS.0002"],
  ])("cannot be listed by %s", async (query, code) => {
    const answer = await call(simulator, `GET ${cph}/jobs${query}`);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ error_code: code });
  });

  test("that were over when their key pair was deleted have succeeded, though nobody looked in between", async () => {
    simulator.setVariants({ keypairDeletedDuringJob: "fails" });
    const started = await bind("blue", serverIds(simulator)[0]);
    simulator.advanceClock(60);
    simulator.deleteKeypair(region, "blue");
    const id = pickText(started.body, "jobs", 0, "job_id");
    expect((await call(simulator, `GET ${cph}/jobs/${id}`)).body).toMatchObject({ status: 2 });
  });

  test("that never were are not found", async () => {
    const answer = await call(simulator, `GET ${cph}/jobs/unknown`);
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({ error_code: "CPS.0011" });
  });
});

describe("ListCloudPhoneServers", () => {
  async function list(query = ""): Promise<unknown[]> {
    const answer = await call(simulator, `GET ${cph}/servers${query}`);
    return (pick(answer.body, "servers") as unknown[]).map((item) => pick(item, "server_name"));
  }

  test("shows all fields, newest first", async () => {
    const [first] = serverIds(simulator);
    const answer = await call(simulator, `GET ${cph}/servers`);
    expect(answer.body).toMatchObject({ count: 3, request_id: answer.headers.get("x-request-id") });
    expect(await list()).toEqual(["cph-server-3", "cph-server-2", "cph-server-1"]);
    const fields =
      "server_name availability_zone server_id server_model_name phone_model_name keypair_name status vpc_id cidr " +
      "vpc_cidr subnet_id subnet_cidr addresses resource_project_id metadata network_version enterprise_project_id " +
      "create_time update_time";
    expect(Object.keys(pick(answer.body, "servers", 2) as object)).toEqual(fields.split(" "));
    expect(pick(answer.body, "servers", 2, "server_id")).toBe(first);
  });

  test("gives each server addresses of its own, which it keeps", async () => {
    const addresses = async () => {
      const answer = await call(simulator, `GET ${cph}/servers`);
      return (pick(answer.body, "servers") as unknown[]).map((item) => pick(item, "addresses"));
    };
    const of = (inside: string, outside: string) => [
      { intranet_ip: inside, access_ip: outside, server_ip: inside, public_ip: outside },
    ];
    const [first] = serverIds(simulator);
    const [one, two, three] = [2, 3, 4].map((host) => of(`192.168.0.${host}`, `198.18.0.${host}`));
    expect(await addresses()).toEqual([three, two, one]);
    simulator.removeServer(region, first);
    const added = simulator.addServer(region);
    expect(await addresses()).toEqual([of("192.168.0.5", "198.18.0.5"), three, two]);
    expect((await call(simulator, `GET ${cph}/servers/${added.id}`)).body).toMatchObject({
      addresses: of("192.168.0.5", "198.18.0.5"),
    });
    for (let more = 0; more < 251; more++) simulator.addServer(region);

    expect((await addresses())[0]).toEqual(of("192.168.1.0", "198.18.1.0"));
  });

  test("filters by everything that the page names", async () => {
    const [first, second] = serverIds(simulator);
    const { createTime } = simulator.addServer(region, {
      name: "games-1",
      networkVersion: "v1",
      phoneModelName: "big",
    });
    simulator.changeServer(region, first, { status: 8 });
    expect(await list("?server_name=server-2")).toEqual(["cph-server-2"]);
    expect(await list(`?server_id=${second}`)).toEqual(["cph-server-2"]);
    expect(await list("?status=8")).toEqual(["cph-server-1"]);
    expect(await list("?network_version=v1")).toEqual(["games-1"]);
    expect(await list("?phone_model_name=big")).toEqual(["games-1"]);
    expect(await list(`?create_since=${createTime + 1}`)).toEqual([]);
    expect(await list(`?create_until=${createTime}`)).toHaveLength(4);
    expect(await list("?create_until=1")).toEqual([]);
    expect(await list("?server_name=server&status=5&limit=1")).toEqual(["cph-server-3"]);
  });

  test("gives pages", async () => {
    expect(await list("?offset=1&limit=1")).toEqual(["cph-server-2"]);
    expect(await list("?offset=3")).toEqual([]);
  });

  test.each(["limit=0", "limit=101", "limit=x", "limit=1e1", "limit=0x2", "offset=-1", "status=x", "create_since=x"])(
    "refuses %s",
    async (query) => {
      const answer = await call(simulator, `GET ${cph}/servers?${query}`);
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ error_code: "CPS.0002" });
    },
  );
});

describe("ShowCloudPhoneServerDetail", () => {
  test("shows one server, flat", async () => {
    const [first] = serverIds(simulator);
    const answer = await server(first);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      request_id: answer.headers.get("x-request-id"),
      server_id: first,
      server_name: "cph-server-1",
      status: 5,
      band_widths: [{ band_width_name: "cph-server-1-bandwidth", band_width_size: 300 }],
      volumes: [{ volume_name: "cph-server-1-os" }],
      share_volume_info: { version: 1 },
      security_groups: [expect.stringMatching(/^[0-9a-f]{32}$/) as string],
    });
    expect(Object.keys(pick(answer.body, "band_widths", 0) as object)).toEqual([
      "band_width_name",
      "band_width_id",
      "band_width_size",
      "band_width_charge_mode",
      "band_width_share_type",
      "create_time",
      "update_time",
    ]);
  });

  test("shows no security group of a server on the vendor's network", async () => {
    const [first] = serverIds(simulator);
    simulator.changeServer(region, first, { networkVersion: "v1" });
    expect((await server(first)).body).toMatchObject({ security_groups: [] });
  });

  test.each([
    ["0".repeat(32), 404, "CPS.0015"],
    ["0".repeat(33), 400, "CPS.0016"],
    ["a%2Fb", 400, "CPS.0016"],
  ])("does not find %s", async (id, status, code) => {
    const answer = await server(id);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ error_code: code });
  });
});
