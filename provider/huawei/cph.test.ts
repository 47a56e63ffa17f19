import type { CallAction } from "../../simulator";
import { useSimulator } from "../../simulator/testing/suite";
import { useAnsweringServer, type Reaction } from "../testing/answeringServer";
import { fail, projectOf } from "../testing/fleet";
import { publicKeys } from "../testing/keys";
import {
  cloudOf,
  failureOf,
  madeUpCloud,
  operation,
  projectId,
  region,
  useShortBackoff,
} from "../testing/simulatedCloud";
import { everyVariant } from "../testing/variants";
import type { Cph, Job, Submission } from "./cph";
import { HuaweiCloudError, means } from "./errors/errors";

const simulator = useSimulator({ servers: 3, jobSeconds: 0.05 });
const server = useAnsweringServer();
useShortBackoff();

beforeEach(async () => {
  await simulator.replaceKeypair(projectId, "key", { publicKey: publicKeys.ed25519 });
});

/** CPH as the simulator plays it. */
function cph(): Cph {
  return cloudOf(simulator).cph(region, operation());
}

/** CPH with answers that a test makes up. */
function madeUp(...reactions: Reaction[]): Cph {
  return madeUpCloud(server, ...reactions).cph(region, operation());
}

function serverIds(): [string, string, string, ...string[]] {
  const [first = "", second = "", third = "", ...others] = projectOf(simulator).servers.map(({ id }) => id);
  return [first, second, third, ...others];
}

function bind(ids: readonly string[], keypairName = "key"): Promise<Submission> {
  return cph().changeKeypairs(ids.map((serverId) => ({ serverId, keypairName })));
}

/** Once the jobs are known and have ended; the cloud's clock goes forward meanwhile. */
async function jobsOf(requestId: string, count: number): Promise<Job[]> {
  for (let look = 0; look < 20; look++) {
    const jobs = await cph()
      .listJobs([requestId])
      .catch((error: unknown) => {
        if (!means(error, "missingJob")) throw error;
        return [];
      });
    if (jobs.length === count && jobs.every(({ status }) => status !== 1)) return jobs;
    simulator.advanceClock(1);
  }
  throw new Error("the jobs did not end");
}

describe("under every variant of the service, the same comes out", () => {
  /** Goes through all of CPH and tells what came out, without what variants may differ in. */
  async function story(): Promise<Record<string, unknown>> {
    const client = cph();
    const [first, second, third] = serverIds();
    const told: Record<string, unknown> = {};

    told.listed = (await client.listServers()).map(({ serverId, keypairName }) => [serverId, keypairName]).sort();
    told.named = (await client.listServers({ serverName: "server-2" })).map(({ serverId }) => serverId);
    told.frozen = await client.listServers({ status: 8 });
    told.one = await client.getServer(first);
    told.missing = await client.getServer("nobody");
    told.missingIsMissing = await client.getServer("nobody").catch((error: unknown) => means(error, "missingServer"));

    const { requestId, servers } = await bind([first]);
    told.accepted = servers.map(({ serverId, jobId, error }) => [serverId, jobId !== undefined, error]);
    const jobs = await jobsOf(requestId, 1);
    told.jobs = jobs.map((job) => ({ ...job, jobId: job.jobId === servers[0]?.jobId }));
    simulator.advanceClock(1);
    told.bound = (await client.getServer(first))?.keypairName;
    told.boundInList = (await client.listServers()).find(({ serverId }) => serverId === first)?.keypairName;

    simulator.addFault({
      match: { serverId: second },
      times: 1,
      action: { type: "jobFailed", code: "CPS.0054", message: "Timeout." },
    });
    const failing = await bind([second]);
    told.failed = (await jobsOf(failing.requestId, 1)).map(({ serverId, status, errorCode, errorMessage }) => [
      serverId,
      status,
      errorCode,
      errorMessage,
    ]);

    told.noSuchServer = await codeOf("nobody");
    told.noSuchKeypair = await codeOf(third, "none");
    simulator.changeServer(projectId, third, { status: 8 });
    told.frozenServer = await codeOf(third);
    simulator.changeServer(projectId, third, { status: 5, scalingUp: true });
    told.scaledServer = await codeOf(third);
    told.unknownRequest = await client.listJobs(["nothing"]).then(
      (found) => found.length === 0,
      (error: unknown) => means(error, "missingJob"),
    );
    return told;
  }

  /** Why a server is refused, whether inside a 200 or as the answer to the whole call. */
  async function codeOf(serverId: string, keypairName?: string): Promise<unknown> {
    try {
      const { servers } = await bind([serverId], keypairName);
      return servers.map(({ jobId, error }) => jobId ?? error?.code).join();
    } catch (error) {
      return error instanceof HuaweiCloudError ? error.code : error;
    }
  }

  function expected(): Record<string, unknown> {
    const [first, second] = serverIds();
    const played = projectOf(simulator).servers[0];
    const { missingServer } = simulator.variants();
    const unbound = serverIds().map((id) => [id, ""]);
    return {
      listed: unbound.sort(),
      named: [second],
      frozen: [],
      one: expect.objectContaining({
        serverId: first,
        serverName: played?.name,
        keypairName: "",
        status: 5,
        serverModelName: played?.serverModelName,
        phoneModelName: played?.phoneModelName,
        availabilityZone: played?.availabilityZone,
        networkVersion: "v2",
        vpcId: expect.any(String) as string,
        createTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
      }) as unknown,
      missing: undefined,
      missingIsMissing: undefined,
      accepted: [[first, true, undefined]],
      jobs: [{ jobId: true, serverId: first, status: 2, errorCode: undefined, errorMessage: undefined }],
      bound: "key",
      boundInList: "key",
      failed: [[second, -1, "CPS.0054", "Timeout."]],
      noSuchServer: missingServer === "CPS.0015" ? "CPS.0015" : "CPS.0159",
      noSuchKeypair: "CPS.0067",
      frozenServer: "CPS.1028",
      scaledServer: "CPS.1027",
      unknownRequest: true,
    };
  }

  test.each([["the defaults", {}] as const, ...everyVariant])("%s", async (_, variants) => {
    simulator.setVariants(variants);
    const wanted = expected();
    expect(await story()).toEqual(wanted);
  });

  test("all at their last value at once", async () => {
    for (const [, variants] of everyVariant) simulator.setVariants(variants);
    const wanted = expected();
    expect(await story()).toEqual(wanted);
  });
});

describe("a change of key pairs", () => {
  test("names servers and key pairs, which may differ", async () => {
    const [first, second] = serverIds();
    await simulator.replaceKeypair(projectId, "other", { publicKey: publicKeys.rsa });
    await cph().changeKeypairs([
      { serverId: first, keypairName: "key" },
      { serverId: second, keypairName: "other" },
    ]);
    expect(simulator.calls()).toMatchObject([
      {
        path: `/v1/${projectId}/cloud-phone/servers/open-access`,
        body: {
          servers: [
            { server_id: first, keypair_name: "key" },
            { server_id: second, keypair_name: "other" },
          ],
        },
      },
    ]);
  });

  test("tells which servers failed inside a 200, and why", async () => {
    const [first, second, third] = serverIds();
    simulator.addFault({
      match: { serverId: second },
      action: { type: "entryError", code: "CPS.0042", message: "Busy." },
    });
    for (const cphCodeSpelling of ["CPS.0005", "CPS0005"] as const) {
      simulator.setVariants({ cphCodeSpelling });
      const { requestId, servers } = await bind([first, second, third]);
      expect(servers).toMatchObject([
        { serverId: first, jobId: expect.any(String) as string },
        { serverId: second, error: { code: "CPS.0042", requestId, operation: "CPH UpdateKeypair" } },
        { serverId: third, jobId: expect.any(String) as string },
      ]);
      expect(servers[1]?.jobId).toBeUndefined();
      expect(servers[1]?.error?.message).toMatch(/^CPH UpdateKeypair failed: Busy\. \(CPS\.0042, request \w+\)/);
    }
  });

  test.each<[string, unknown, unknown]>([
    ["an empty error code is accepted", { job_id: "j", error_code: "", error_msg: "" }, { jobId: "j" }],
    ["a null error code is accepted", { job_id: "j", error_code: null }, { jobId: "j" }],
    ["no job and no error is accepted", {}, {}],
    ["an empty job and no error is accepted", { job_id: "", error_code: "" }, {}],
    [
      "an empty job and an error is refused",
      { job_id: "", error_code: "CPS0099" },
      { error: expect.objectContaining({ code: "CPS.0099" }) as unknown },
    ],
    [
      "a null job and an error is refused",
      { job_id: null, error_code: "CPS.0099", error_msg: null },
      { error: expect.objectContaining({ code: "CPS.0099" }) as unknown },
    ],
  ])("an entry with %s", async (_, entry, expected) => {
    const client = madeUp({ body: { request_id: "r", jobs: [{ server_id: "s", ...(entry as object) }] } });
    expect(await client.changeKeypairs([])).toEqual({
      requestId: "r",
      servers: [{ serverId: "s", ...(expected as object) }],
    });
  });

  test.each([
    ["no list", { request_id: "r" }, { requestId: "r", servers: [] }],
    ["neither list nor request id", {}, { requestId: "", servers: [] }],
  ])("an answer with %s mentions no server", async (_, body, expected) => {
    expect(await madeUp({ body }).changeKeypairs([])).toEqual(expected);
  });

  test.each([
    ["no JSON object", [], /the answer is not an object/],
    ["an entry without a server", { jobs: [{ job_id: "j" }] }, /jobs\[0\]\.server_id is not a text/],
  ])("an answer that is %s leaves the outcome unknown", async (_, body, message) => {
    const error = await failureOf(madeUp({ body }).changeKeypairs([]));
    expect(error.message).toMatch(message);
    expect(error.outcomeUnknown).toBe(true);
  });

  test("of too many servers is told apart", async () => {
    simulator.setVariants({ serversPerCall: 2 });
    for (const cphCodeSpelling of ["CPS.0005", "CPS0005"] as const) {
      simulator.setVariants({ cphCodeSpelling });
      const error = await failureOf(bind(serverIds()));
      expect(error.means("tooManyServers")).toBe(true);
      expect(error.outcomeUnknown).toBe(false);
    }
    expect((await bind(serverIds().slice(1))).servers).toHaveLength(2);
  });

  test.each<[string, CallAction]>([
    ["lost", { type: "reset", when: "after" }],
    ["cut off", { type: "truncate" }],
    ["a gateway's page", { type: "html", when: "after" }],
    ["an error of the service", { type: "status", status: 500, code: "CPS.0003" }],
    ["a throttle", { type: "throttle" }],
  ])("whose answer is %s is sent again: it has the same effect", async (_, action) => {
    const [first] = serverIds();
    fail(simulator, "UpdateKeypair", action, { times: 1 });
    const { requestId } = await bind([first]);
    expect(await jobsOf(requestId, 1)).toMatchObject([{ serverId: first, status: 2 }]);
    expect(simulator.calls().filter(({ method }) => method === "PUT")).toHaveLength(2);
  });
});

describe("servers that are not ready", () => {
  const failing = (code: string) =>
    new HuaweiCloudError({ operation: "CPH UpdateKeypair", message: "x", status: 400, code });

  test("are those that may be ready in a while", () => {
    const codes = [
      "CPS.0042",
      "CPS.0098",
      "CPS.0099",
      "CPS.1027",
      "CPS1027",
      "CPS.0067",
      "CPS.0015",
      "CPS.1028",
      "CPS.0096",
      "",
    ];
    expect(codes.filter((code) => failing(code).means("notReady", "noKeypairOrNotReady", "busy"))).toEqual([
      "CPS.0042",
      "CPS.0098",
      "CPS.0099",
      "CPS.1027",
      "CPS1027",
    ]);
  });

  test("are told by the codes that the service gives", async () => {
    const [first] = serverIds();
    for (const change of [{ status: 13 }, { scalingUp: true, status: 5 }, { status: 1 }]) {
      simulator.changeServer(projectId, first, change);
      const [entry] = (await bind([first])).servers;
      expect(entry?.error?.means("notReady", "busy")).toBe(true);
    }
  });
});

describe("jobs", () => {
  test("of several requests are had with one call", async () => {
    const [first, second, third] = serverIds();
    const requests = [await bind([first]), await bind([second, third])];
    simulator.advanceClock(1);
    simulator.clearCalls();
    const jobs = await cph().listJobs(requests.map(({ requestId }) => requestId));
    expect(jobs.map(({ serverId }) => serverId).sort()).toEqual([first, second, third].sort());
    expect(jobs.map(({ jobId }) => jobId).sort()).toEqual(
      requests.flatMap(({ servers }) => servers.map(({ jobId }) => jobId)).sort(),
    );
    expect(simulator.calls()).toHaveLength(1);
  });

  test.each([1, 100, 101, 250])("%d of one request are read to the end", async (count) => {
    simulator.setVariants({ serversPerCall: 1000 });
    while (serverIds().length < count) simulator.addServer(projectId);
    const { requestId } = await bind(serverIds().slice(0, count));
    simulator.advanceClock(1);
    const jobs = await cph().listJobs([requestId]);
    expect(new Set(jobs.map(({ jobId }) => jobId)).size).toBe(count);
    expect(jobs.every(({ status }) => status === 2)).toBe(true);
  });

  test.each<[unknown, unknown]>([
    [1, 1],
    ["2", 2],
    ["-1", -1],
    [0, 0],
    [3, 3],
    ["queued", "queued"],
    [null, undefined],
    [undefined, undefined],
    ["", undefined],
    [{}, undefined],
  ])("with status %j do not keep the others from being read", async (status, expected) => {
    const jobs = [
      { job_id: "a", server_id: "s", status },
      { job_id: "b", server_id: "t", status: 2, error_code: null },
    ];
    expect(await madeUp({ body: { request_id: "r", jobs } }).listJobs(["x"])).toMatchObject([
      { jobId: "a", serverId: "s", status: expected },
      { jobId: "b", serverId: "t", status: 2 },
    ]);
  });

  test("that failed tell why, also where the code has no dot", async () => {
    const jobs = [{ job_id: "a", server_id: "s", status: -1, error_code: "CPS0005", error_msg: "No." }];
    const [job] = await madeUp({ body: { jobs } }).listJobs(["x"]);
    expect(job).toEqual({
      jobId: "a",
      serverId: "s",
      status: -1,
      errorCode: "CPS.0005",
      errorMessage: "No.",
    });
  });

  test.each(["400", "404", "empty-list"] as const)(
    "of an unknown request are missing, nothing worse (%s)",
    async (missingRequest) => {
      simulator.setVariants({ missingRequest });
      const found = cph().listJobs(["nothing"]);
      if (missingRequest === "empty-list") expect(await found).toEqual([]);
      else expect((await failureOf(found)).means("missingJob")).toBe(true);
    },
  );

  test.each<CallAction>([
    { type: "status", status: 500, code: "CPS.0003" },
    { type: "status", status: 403, code: "CPS.0001" },
    { type: "html", status: 404 },
    { type: "reset" },
  ])("that cannot be had are not missing: %o", async (action) => {
    simulator.addFault({ action });
    expect((await failureOf(cph().listJobs(["x"]))).means("missingJob")).toBe(false);
  });
});

describe("lists of servers", () => {
  test.each([0, 1, 99, 100, 101, 200, 201])("of %d are read to the end, each once", async (count) => {
    for (const id of serverIds()) simulator.removeServer(projectId, id);
    const ids = Array.from(
      { length: count },
      (_, index) => simulator.addServer(projectId, { id: `server-${index}` }).id,
    );
    const listed = await cph().listServers();
    expect(listed.map(({ serverId }) => serverId).sort()).toEqual(ids.sort());
  });

  test("are filtered by the service", async () => {
    simulator.addServer(projectId, { id: "x", name: "fleet a&b=ü", status: 8 });
    expect((await cph().listServers({ serverName: "a&b=ü" })).map(({ serverId }) => serverId)).toEqual(["x"]);
    expect((await cph().listServers({ status: 8, serverName: "fleet" })).map(({ serverId }) => serverId)).toEqual([
      "x",
    ]);
    expect(await cph().listServers({ status: 8, serverName: "other" })).toEqual([]);
    expect(await cph().listServers({ serverName: "" })).toHaveLength(serverIds().length);
    expect(simulator.calls().map(({ path }) => path.split("?")[1])).toEqual([
      "server_name=a%26b%3D%C3%BC&offset=0&limit=100",
      "server_name=fleet&status=8&offset=0&limit=100",
      "server_name=other&status=8&offset=0&limit=100",
      "offset=0&limit=100",
    ]);
  });

  test("leave deleted servers out, unless those are asked for", async () => {
    const [first, ...others] = serverIds();
    simulator.changeServer(projectId, first, { status: 6 });
    expect((await cph().listServers()).map(({ serverId }) => serverId).sort()).toEqual(others.sort());
    expect((await cph().listServers({ status: 6 })).map(({ serverId }) => serverId)).toEqual([first]);
  });

  /** A list of so many servers, which an act changes before a page is answered. */
  function listOf(
    ids: string[],
    { largestPage = 100, count = "total" }: { largestPage?: number; count?: "total" | "page" | "absent" } = {},
    act: (page: number) => void = () => undefined,
  ): Cph {
    let pages = 0;
    const client = madeUp();
    server.react(({ path }) => {
      act(pages++);
      const query = new URL(path, server.url).searchParams;
      const offset = Number(query.get("offset"));
      const servers = ids
        .slice(offset, offset + Math.min(largestPage, Number(query.get("limit"))))
        .map((server_id) => ({ server_id }));
      const counts = { total: ids.length, page: servers.length, absent: undefined };
      return { body: { servers, count: counts[count] } };
    });
    return client;
  }

  const idsOf = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => `s-${from + index}`);
  const listedBy = async (client: Cph) => (await client.listServers()).map(({ serverId }) => serverId);

  describe.each(["total", "page", "absent"] as const)("with a count that is %s", (count) => {
    test.each([1, 99, 100, 101, 199, 200, 298, 299, 753])("of %d show each once", async (length) => {
      const ids = idsOf(0, length);
      expect(await listedBy(listOf(ids, { count }))).toEqual(ids);
    });

    test.each([250, 1_050])("of %d miss no server, whichever is deleted before any of the pages", async (length) => {
      for (let page = 1; page <= length / 100; page++) {
        for (const deleted of [0, 98, 99, 100, 150, length - 1]) {
          const ids = idsOf(0, length);
          const client = listOf(ids, { count }, (read) => {
            if (read === page) ids.splice(deleted, 1);
          });
          expect((await listedBy(client)).filter((id) => ids.includes(id))).toEqual(ids);
        }
      }
    });

    test("miss no server where one is deleted and one is added at either end", async () => {
      for (const add of ["unshift", "push"] as const) {
        const ids = idsOf(0, 350);
        const client = listOf(ids, { count }, (read) => {
          if (read < 1 || read > 3) return;
          ids.splice(10, 1);
          ids[add](`new-${read}`);
        });
        expect(await listedBy(client)).toEqual(expect.arrayContaining(ids.filter((id) => id.startsWith("s-"))));
      }
    });

    test("miss no server where many go at once", async () => {
      const ids = idsOf(0, 1_000);
      const client = listOf(ids, { count }, (read) => {
        if (read === 3) ids.splice(0, 250);
      });
      expect(await listedBy(client)).toEqual(expect.arrayContaining(ids));
    });

    test("name every server once where they grow", async () => {
      const ids = idsOf(0, 250);
      const listed = await listedBy(
        listOf(ids, { count }, (read) => {
          if (read === 1) ids.unshift(...idsOf(1_000, 1_120));
        }),
      );
      expect(listed).toEqual(expect.arrayContaining(idsOf(0, 250)));
      expect(new Set(listed).size).toBe(listed.length);
    });

    test("are an error where they never settle", async () => {
      const ids = idsOf(0, 50_000);
      const client = listOf(ids, { count }, (read) => {
        if (read > 0) ids.splice(0, 600);
      });
      expect((await failureOf(client.listServers())).message).toMatch(
        /ListCloudPhoneServers failed: the list changed so much/,
      );
      expect(server.requests.length).toBeLessThan(60);
    });
  });

  test.each([
    ["total", 2],
    ["total", 50],
    ["absent", 50],
    ["absent", 99],
  ] as const)("are read to their end where pages are short: count %s, %d on a page", async (count, largestPage) => {
    const ids = idsOf(0, 120);
    expect(await listedBy(listOf(ids, { count, largestPage }))).toEqual(ids);
  });

  test.each([
    [1, 1],
    [99, 1],
    [101, 2],
    [250, 3],
    [1_000, 11],
    [5_000, 51],
  ])("of %d servers take %d calls where nothing moves", async (length, calls) => {
    await listedBy(listOf(idsOf(0, length)));
    expect(server.requests).toHaveLength(calls);
  });

  test("that are the same page at every offset are an error", async () => {
    const first = { servers: idsOf(0, 100).map((server_id) => ({ server_id })) };
    for (const body of [first, { ...first, count: 1_000 }]) {
      expect((await failureOf(madeUp({ body }).listServers())).operation).toBe("CPH ListCloudPhoneServers");
      expect(server.requests.length).toBeLessThan(60);
    }
  });

  test.each<[string, Reaction]>([
    ["no body", { body: "" }],
    ["an empty object", { body: {} }],
    ["no list", { body: { count: 0, servers: null } }],
    ["a list of another kind", { body: { count: 0, servers: "" } }],
  ])("with %s are an error, not empty", async (_, reaction) => {
    expect((await failureOf(madeUp(reaction).listServers())).message).toContain("the answer is not as documented");
    expect((await failureOf(madeUp(reaction).listJobs(["x"]))).message).toContain("the answer is not as documented");
  });

  test.each(["total", "page"] as const)(
    "are read to their end and no further, whatever their count means: %s",
    async (serverCount) => {
      simulator.setVariants({ serverCount });
      for (let count = 0; count < 750; count++) simulator.addServer(projectId);
      const listed = await cph().listServers();
      expect(new Set(listed.map(({ serverId }) => serverId)).size).toBe(753);
      expect(simulator.calls()).toHaveLength(8);
    },
  );

  test("of which a page cannot be had are an error, not shorter", async () => {
    for (let count = 0; count < 110; count++) simulator.addServer(projectId);
    simulator.addFault({ skip: 1, action: { type: "status", status: 500 } });
    expect(await failureOf(cph().listServers())).toMatchObject({ operation: "CPH ListCloudPhoneServers", status: 500 });
  });
});

describe("a server", () => {
  test("may lack everything but its id, or describe itself in other types", async () => {
    const least = { serverId: "s", serverName: "", keypairName: "", status: 0, addresses: [] };
    expect(await madeUp({ body: { server_id: "s" } }).getServer("s")).toEqual(least);
    const nulls = {
      server_id: "s",
      server_name: null,
      keypair_name: null,
      status: null,
      addresses: null,
      metadata: null,
    };
    expect(await madeUp({ body: nulls }).getServer("s")).toEqual(least);
    const odd = {
      server_id: "s",
      status: "5",
      metadata: { charging_mode: 1 },
      cidr: 7,
      addresses: [{ public_ip: null }, "x"],
    };
    expect(await madeUp({ body: odd }).getServer("s")).toMatchObject({
      status: 5,
      metadata: { chargingMode: "1" },
      cidr: "7",
    });
  });

  test("is described in full", async () => {
    const address = { intranet_ip: "1", access_ip: "2", server_ip: "3", public_ip: "4" };
    const body = {
      server_id: "s",
      server_name: "n",
      keypair_name: "k",
      status: 5,
      availability_zone: "az",
      server_model_name: "sm",
      phone_model_name: "pm",
      vpc_id: "v",
      cidr: "c",
      vpc_cidr: "vc",
      subnet_id: "sn",
      subnet_cidr: "sc",
      addresses: [address],
      resource_project_id: "rp",
      metadata: { order_id: "o", product_id: "p", charging_mode: "0" },
      network_version: "v1",
      enterprise_project_id: "e",
      create_time: "t1",
      update_time: "t2",
    };
    expect(await madeUp({ body }).getServer("s")).toEqual({
      serverId: "s",
      serverName: "n",
      keypairName: "k",
      status: 5,
      availabilityZone: "az",
      serverModelName: "sm",
      phoneModelName: "pm",
      vpcId: "v",
      cidr: "c",
      vpcCidr: "vc",
      subnetId: "sn",
      subnetCidr: "sc",
      addresses: [{ intranetIp: "1", accessIp: "2", serverIp: "3", publicIp: "4" }],
      resourceProjectId: "rp",
      metadata: { orderId: "o", productId: "p", chargingMode: "0" },
      networkVersion: "v1",
      enterpriseProjectId: "e",
      createTime: "t1",
      updateTime: "t2",
    });
  });

  test.each(["CPS.0015", "CPS.0156", "CPS.0159", "CPS0015"])(
    "is gone where the service says %s, with 404 or 400",
    async (code) => {
      for (const status of [404, 400])
        expect(await madeUp({ status, body: { error_code: code } }).getServer("s")).toBeUndefined();
    },
  );

  test("is gone where its status is deleted", async () => {
    const [first] = serverIds();
    simulator.changeServer(projectId, first, { status: 6 });
    expect(await cph().getServer(first)).toBeUndefined();
  });

  test.each<[string, CallAction]>([
    ["the gateway knows no such API", { type: "status", status: 404, code: "APIGW.0101" }],
    ["a proxy says 404", { type: "html", status: 404 }],
    ["a gateway answers 404 with its own JSON", { type: "status", status: 404, body: { message: "no Route matched" } }],
    ["a framework answers 404", { type: "status", status: 404, body: { status: 404, error: "Not Found" } }],
    ["a 404 says nothing", { type: "status", status: 404, body: "" }],
    ["a 404 has a code that nobody knows", { type: "status", status: 404, code: "CPS.9999" }],
    ["it is forbidden", { type: "status", status: 403, code: "CPS.0001" }],
    ["it is forbidden, although the code is that of a missing one", { type: "status", status: 403, code: "CPS.0015" }],
    ["the service fails", { type: "status", status: 500, code: "CPS.0003" }],
    ["the service fails with the code of a missing one", { type: "status", status: 500, code: "CPS.0015" }],
    ["its id is malformed", { type: "status", status: 400, code: "CPS.0016" }],
    ["the gateway is out", { type: "html", status: 502 }],
    ["the credentials are refused", { type: "status", status: 401, code: "APIGW.0301" }],
    ["the connection is reset", { type: "reset" }],
    ["the answer is cut off", { type: "truncate" }],
    ["the answer is of another shape", { type: "body", body: { server: {} } }],
    ["the answer is empty", { type: "status", status: 200, body: "" }],
  ])("is not gone where %s", async (_, action) => {
    const [first] = serverIds();
    simulator.addFault({ action });
    const error = await failureOf(cph().getServer(first));
    expect(error.operation).toBe("CPH ShowCloudPhoneServerDetail");
    expect(error.means("missingServer")).toBe(false);
  });
});
