import { variantTable, type VariantName, type Variants } from "./index";
import { binding, call, cph, kps, pick, pickText, send, serverIds, signIn, type Answer } from "./testing/client";
import { sampleKeys } from "./testing/keys";
import { useSimulator } from "./testing/suite";
import { defaultVariants, parseVariants } from "./variants";

const simulator = useSimulator({ jobSeconds: 10, machineAgency: { name: "host" } });

const publicKey = sampleKeys.ed25519.text;
const { md5, sha256 } = sampleKeys.ed25519;

function create(fields: Record<string, unknown> = { name: "demo", public_key: publicKey }): Promise<Answer> {
  return call(simulator, `POST ${kps}`, { body: { keypair: fields } });
}

function batch(fields: Record<string, unknown> = { name: "demo", public_key: publicKey }): Promise<Answer> {
  return call(simulator, `POST ${kps}/batch-import`, { body: [{ keypair: fields }] });
}

function list(query = ""): Promise<Answer> {
  return call(simulator, `GET ${kps}${query}`);
}

function show(): Promise<Answer> {
  return call(simulator, `GET ${kps}/demo`);
}

async function listedNames(): Promise<unknown[]> {
  return (pick((await list()).body, "keypairs") as unknown[]).map((item) => pick(item, "keypair", "name"));
}

async function addKeypairs(count: number): Promise<void> {
  for (let number = 1; number <= count; number++)
    await simulator.replaceKeypair("cn-north-4", `key-${number}`, { publicKey });
}

async function bind(...ids: string[]): Promise<Answer> {
  await create();
  return call(simulator, `PUT ${cph}/servers/open-access`, { body: binding("demo", ...ids) });
}

function jobsOf(answer: Answer): Promise<Answer> {
  return call(simulator, `GET ${cph}/jobs?request_id=${pickText(answer.body, "request_id")}`);
}

/** Binds a server and lets the job end; returns the job as it is then shown. */
async function finishedJob(): Promise<unknown> {
  const started = await bind(serverIds(simulator)[0]);
  simulator.advanceClock(10);
  return pick((await jobsOf(started)).body, "jobs", 0);
}

async function throttled(): Promise<Answer> {
  simulator.addFault({ action: { type: "throttle" } });
  return list();
}

async function withExpiredToken(): Promise<unknown> {
  const headers = { "x-auth-token": await signIn(simulator) };
  simulator.expireTokens();
  return pick((await send(simulator, `GET ${kps}`, { headers })).body, "error_code");
}

async function errorOf(answer: Promise<Answer>): Promise<[number, unknown]> {
  const { status, body } = await answer;
  return [status, pick(body, "error_code")];
}

/** For each switch: what shows its value, and what that shows for each of its values. */
const choices: {
  [N in VariantName as Variants[N] extends number ? never : N]: {
    readonly observe: () => Promise<unknown>;
    readonly expected: Record<Variants[N] & string, unknown>;
  };
} = {
  missingKeypair: {
    observe: () => errorOf(show()),
    expected: { "404": [404, "KPS.4016"], "KPS.4016": [400, "KPS.4016"], "KPS.6004": [400, "KPS.6004"] },
  },
  existingKeypair: {
    observe: async () => {
      await create();
      return errorOf(create());
    },
    expected: { "400": [400, "KPS.7004"], "409": [409, "KPS.7004"] },
  },
  createStatus: {
    observe: async () => (await create()).status,
    expected: { "200": 200, "201": 201, "202": 202 },
  },
  updateBody: {
    observe: async () => {
      await create();
      return (await call(simulator, `PUT ${kps}/demo`, { body: { keypair: { description: "x" } } })).text;
    },
    expected: { empty: "", object: "{}" },
  },
  deleteStatus: {
    observe: async () => {
      await create();
      return (await call(simulator, `DELETE ${kps}/demo`)).status;
    },
    expected: { "204": 204, "200": 200, "202": 202 },
  },
  lastPageMarker: {
    observe: async () => pick((await list()).body, "page_info", "next_marker"),
    expected: { null: null, absent: undefined, empty: "" },
  },
  listOrder: {
    observe: async () => {
      await addKeypairs(3);
      const first = await list("?limit=2");
      const marker = pickText(first.body, "page_info", "next_marker");
      const next = await list(`?marker=${marker}`);
      return [...((await listedNames()) as string[]), pick(next.body, "keypairs", 0, "keypair", "name")];
    },
    expected: {
      "newest-first": ["key-3", "key-2", "key-1", "key-1"],
      "oldest-first": ["key-1", "key-2", "key-3", "key-3"],
    },
  },
  listLimitExceeded: {
    observe: async () => (await list("?limit=1001")).status,
    expected: { capped: 200, refused: 400 },
  },
  listFields: {
    observe: async () => {
      await create();
      return Object.keys(pick((await list()).body, "keypairs", 0, "keypair") as object).length;
    },
    expected: { all: 7, few: 3 },
  },
  listFrozenState: {
    observe: async () => {
      await create();
      return pick((await list()).body, "keypairs", 0, "keypair", "frozen_state");
    },
    expected: { number: 0, string: "0" },
  },
  batchNesting: {
    observe: async () => {
      const answer = pick((await batch()).body, "succeeded_keypairs", 0);
      return [pick(answer, "keypair", "name"), pick(answer, "keypair", "keypair", "name")];
    },
    expected: { keypair: ["demo", undefined], "keypair.keypair": [undefined, "demo"] },
  },
  batchPrivateKey: {
    observe: async () => {
      const source = pick((await create({ name: "source" })).body, "keypair");
      const protection = { private_key: pick(source, "private_key"), encryption: { type: "default" } };
      const answer = await batch({ name: "a", public_key: pick(source, "public_key"), key_protection: protection });
      return answer.text.includes("PRIVATE KEY");
    },
    expected: { absent: false, returned: true },
  },
  batchWithoutPublicKey: {
    observe: async () => {
      const answer = await batch({ name: "demo" });
      return [pick(answer.body, "succeeded_keypairs", "length"), answer.text.includes("PRIVATE KEY")];
    },
    expected: { failed: [0, false], generated: [1, true] },
  },
  createFingerprint: {
    observe: async () => pick((await create()).body, "keypair", "fingerprint"),
    expected: { md5, sha256 },
  },
  batchFingerprint: {
    observe: async () => pick((await batch()).body, "succeeded_keypairs", 0, "keypair", "fingerprint"),
    expected: { md5, sha256 },
  },
  readFingerprint: {
    observe: async () => {
      await create();
      return [
        pick((await list()).body, "keypairs", 0, "keypair", "fingerprint"),
        pick((await show()).body, "keypair", "fingerprint"),
      ];
    },
    expected: { md5: [md5, md5], sha256: [sha256, sha256] },
  },
  publicKeyNewline: {
    observe: async () => {
      const created = pick((await create()).body, "keypair", "public_key");
      return [created, pick((await show()).body, "keypair", "public_key")];
    },
    expected: { absent: [publicKey, publicKey], appended: [`${publicKey}\n`, `${publicKey}\n`] },
  },
  publicKeyComment: {
    observe: async () => pick((await create()).body, "keypair", "public_key"),
    expected: { kept: publicKey, replaced: publicKey.replace(/\S+$/, "Generated-by-Nova") },
  },
  invalidBatchEntry: {
    observe: async () => {
      const entries = [
        { name: "demo", public_key: publicKey },
        { name: "bad name", public_key: publicKey },
      ];
      const body = entries.map((keypair) => ({ keypair }));
      const answer = await call(simulator, `POST ${kps}/batch-import`, { body });
      return [answer.status, pick(answer.body, "error_code"), await listedNames()];
    },
    expected: { alone: [200, undefined, ["demo"]], "the-whole-call": [400, "KPS.0002", []] },
  },
  algorithm: {
    observe: async () => {
      await create();
      await create({ name: "rsa" });
      const answers = await Promise.all(["demo", "rsa"].map((name) => call(simulator, `GET ${kps}/${name}`)));
      return answers.map(({ body }) => pick(body, "keypair", "algorithm"));
    },
    expected: { "ssh-ed25519": ["ssh-ed25519", "ssh-rsa"], ED25519: ["ED25519", "RSA"] },
  },
  emptyText: {
    observe: async () => {
      const protection = (fields: object) => ({ key_protection: { encryption: { type: "default", ...fields } } });
      const fields = { type: "", scope: "", user_id: "", public_key: "", ...protection({ kms_key_id: "" }) };
      const answers = await Promise.all(
        Object.entries(fields).map(([field, value]) => create({ name: `no-${field}`, [field]: value })),
      );
      const { status, body } = await create({ name: "none", ...fields });
      return [...answers.map((answer) => answer.status), status, pick(body, "keypair", "type")];
    },
    expected: {
      refused: [400, 400, 400, 400, 400, 400, undefined],
      "as-absent": [200, 200, 200, 200, 200, 200, "ssh"],
    },
  },
  timeUnit: {
    observe: async () => {
      await create();
      return String(pick((await show()).body, "keypair", "create_time")).replace(/\d/g, "9");
    },
    expected: { milliseconds: "9".repeat(13), seconds: "9".repeat(10), iso8601: "9999-99-99T99:99:99.999Z" },
  },
  kpsLanguage: {
    observe: async () => {
      await create();
      const inBatch = pickText((await batch()).body, "failed_keypairs", 0, "failed_reason");
      return [
        pick((await create()).body, "error_msg"),
        pick(JSON.parse(inBatch), "error_msg"),
        pick((await call(simulator, `GET ${kps}/missing`)).body, "error_msg"),
      ];
    },
    expected: {
      english: ["Key pair 'demo' already exists.", "Key pair 'demo' already exists.", "The key pair is not exist."],
      chinese: ["密钥对已存在。", "密钥对已存在。", "密钥对不存在。"],
    },
  },
  busyServer: {
    observe: async () => {
      const [first] = serverIds(simulator);
      await bind(first);
      return pick((await bind(first)).body, "jobs", 0, "error_code");
    },
    expected: { accepted: undefined, refused: "CPS.0042" },
  },
  missingServer: {
    observe: async () => [
      await errorOf(call(simulator, `GET ${cph}/servers/unknown`)),
      pick((await bind("unknown")).body, "jobs", 0, "error_code"),
    ],
    expected: {
      "by-call": [[404, "CPS.0015"], "CPS.0159"],
      "CPS.0015": [[404, "CPS.0015"], "CPS.0015"],
      "CPS.0159": [[404, "CPS.0159"], "CPS.0159"],
    },
  },
  createTimeUnit: {
    observe: async () => {
      const { now } = simulator.state();
      simulator.advanceClock(5);
      const added = simulator.addServer("cn-north-4").createTime;
      const found = async (query: string) => pick((await call(simulator, `GET ${cph}/servers?${query}`)).body, "count");
      const seconds = Math.floor(added / 1000);
      return [
        await found(`create_since=${added}&create_until=${added}`),
        await found(`create_since=${Math.floor(now / 1000) + 1}&create_until=${seconds + 1}`),
      ];
    },
    expected: { milliseconds: [1, 0], seconds: [0, 1] },
  },
  rejectedEntry: {
    observe: async () => {
      const answer = await bind(serverIds(simulator)[0], "unknown");
      return [answer.status, pick(answer.body, "error_code"), simulator.state().projects[0]?.jobs.length];
    },
    expected: { alone: [200, undefined, 1], "the-whole-call": [404, "CPS.0159", 0] },
  },
  cphStatuses: {
    observe: async () => [
      (await call(simulator, `GET ${cph}/servers/unknown`)).status,
      (await call(simulator, "GET /v1/unknown/cloud-phone/servers")).status,
      (await call(simulator, `GET ${cph}/jobs/unknown`)).status,
    ],
    expected: { inferred: [404, 403, 404], "400": [400, 400, 404] },
  },
  statusDuringJob: {
    observe: async () => {
      const [first] = serverIds(simulator);
      await bind(first);
      const again = pick((await bind(first)).body, "jobs", 0, "error_code");
      const shown = async () => pick((await call(simulator, `GET ${cph}/servers/${first}`)).body, "status");
      const listed = await call(simulator, `GET ${cph}/servers?status=13`);
      const during = [await shown(), pick(listed.body, "count"), again];
      simulator.advanceClock(10);
      return [...during, await shown()];
    },
    expected: { normal: [5, 0, undefined, 5], starting: [13, 1, "CPS.0099", 5] },
  },
  jobStatus: {
    observe: async () => pick(await finishedJob(), "status"),
    expected: { number: 2, string: "2" },
  },
  jobErrorCode: {
    observe: async () => pick(await finishedJob(), "error_code"),
    expected: { empty: "", null: null, absent: undefined },
  },
  runningEndTime: {
    observe: async () => {
      const started = await bind(serverIds(simulator)[0]);
      const endTime = async () => pick((await jobsOf(started)).body, "jobs", 0, "end_time");
      const running = await endTime();
      simulator.advanceClock(10);
      return [running, String(await endTime()).slice(0, 2)];
    },
    expected: { empty: ["", "20"], absent: [undefined, "20"] },
  },
  keypairDeletedDuringJob: {
    observe: async () => {
      const [first] = serverIds(simulator);
      const started = await bind(first);
      await call(simulator, `DELETE ${kps}/demo`);
      simulator.advanceClock(10);
      const job = pick((await jobsOf(started)).body, "jobs", 0);
      const server = await call(simulator, `GET ${cph}/servers/${first}`);
      return [pick(job, "status"), pick(job, "error_code"), pick(server.body, "keypair_name")];
    },
    expected: { succeeds: [2, "", "demo"], fails: [-1, "CPS.0067", ""] },
  },
  missingJob: {
    observe: () => errorOf(call(simulator, `GET ${cph}/jobs/unknown`)),
    expected: { "404": [404, "CPS.0011"], "400": [400, "CPS.0011"] },
  },
  missingRequest: {
    observe: async () => (await call(simulator, `GET ${cph}/jobs?request_id=unknown`)).status,
    expected: { "400": 400, "404": 404, "empty-list": 200 },
  },
  serverCount: {
    observe: async () => pick((await call(simulator, `GET ${cph}/servers?limit=2`)).body, "count"),
    expected: { total: 3, page: 2 },
  },
  cphCodeSpelling: {
    observe: async () => {
      const [first] = serverIds(simulator);
      simulator.addFault({ match: { serverId: first }, action: { type: "jobFailed", code: "CPS.0005" } });
      return [
        (await errorOf(call(simulator, `GET ${cph}/jobs`)))[1],
        pick((await bind("unknown")).body, "jobs", 0, "error_code"),
        pick(await finishedJob(), "error_code"),
      ];
    },
    expected: {
      "CPS.0005": ["CPS.0049", "CPS.0159", "CPS.0005"],
      CPS0005: ["CPS0049", "CPS0159", "CPS0005"],
    },
  },
  iamUnauthorized: {
    observe: async () => {
      const { status, body } = await send(simulator, "GET /v3/projects");
      return [
        status,
        pick(body, "error_code"),
        pick(body, "error", "code"),
        (await errorOf(send(simulator, `GET ${kps}`)))[1],
      ];
    },
    expected: {
      gateway: [401, "APIGW.0301", undefined, "APIGW.0301"],
      iam: [401, undefined, 401, "APIGW.0301"],
    },
  },
  metadataVersions: {
    observe: async () => {
      const headers = { "x-metadata-token-ttl-seconds": "60" };
      const token = await send(simulator, "PUT /meta-data/latest/api/token", { headers });
      return [token.status, (await send(simulator, "GET /openstack/latest/securitykey")).status];
    },
    expected: { both: [200, 200], v2: [200, 401], v1: [404, 200] },
  },
  gatewayPrefix: {
    observe: async () => (await errorOf(send(simulator, "GET /nothing")))[1],
    expected: { APIGW: "APIGW.0101", APIG: "APIG.0101" },
  },
  foreignProject: {
    observe: () => {
      const paths = [`${kps}/demo`, `${cph}/servers`].map((path) => path.replace(/[0-9a-f]{32}/, "e".repeat(32)));
      return Promise.all(paths.map((path) => errorOf(call(simulator, `GET ${path}`))));
    },
    expected: {
      forbidden: [
        [403, "KPS.9003"],
        [403, "CPS.0001"],
      ],
      missing: [
        [404, "KPS.4016"],
        [404, "CPS.0159"],
      ],
      invalid: [
        [403, "KPS.9003"],
        [400, "CPS.0046"],
      ],
    },
  },
  expiredToken: {
    observe: withExpiredToken,
    expected: { "0307": "APIGW.0307", "0301": "APIGW.0301" },
  },
  retryAfter: {
    observe: async () => (await throttled()).headers.get("retry-after"),
    expected: { absent: null, present: "1" },
  },
  throttleBody: {
    observe: async () => {
      const { status, text } = await throttled();
      return [status, text.slice(0, 2)];
    },
    expected: { gateway: [429, '{"'], empty: [429, ""], html: [429, "<h"] },
  },
};

const cases = Object.entries(choices).flatMap(([name, { observe, expected }]) =>
  Object.entries(expected).map(([value, result]) => ({ name, value, observe, result })),
);

test.each(cases)("$name = $value", async ({ name, value, observe, result }) => {
  simulator.setVariants(parseVariants({ [name]: value }));
  expect(await observe()).toEqual(result);
});

test.each(cases.filter(({ name, value }) => defaultVariants()[name as VariantName] === value))(
  "$name is $value unless told otherwise",
  async ({ observe, result }) => {
    expect(await observe()).toEqual(result);
  },
);

describe("amounts", () => {
  test("maxListLimit", async () => {
    await addKeypairs(3);
    simulator.setVariants({ maxListLimit: 2 });
    expect(pick((await list("?limit=3")).body, "page_info", "current_count")).toBe(2);
    expect(pick((await list()).body, "page_info", "current_count")).toBe(2);
  });

  test("jobSeconds", async () => {
    simulator.setVariants({ jobSeconds: 100 });
    const started = await bind(serverIds(simulator)[0]);
    simulator.advanceClock(99);
    expect(pick((await jobsOf(started)).body, "jobs", 0, "status")).toBe(1);
    simulator.advanceClock(1);
    expect(pick((await jobsOf(started)).body, "jobs", 0, "status")).toBe(2);
  });

  test("jobsVisibleAfter", async () => {
    simulator.setVariants({ jobsVisibleAfter: 5 });
    const started = await bind(serverIds(simulator)[0]);
    const path = `GET ${cph}/jobs/${pickText(started.body, "jobs", 0, "job_id")}`;
    expect((await call(simulator, path)).status).toBe(404);
    expect((await jobsOf(started)).status).toBe(400);
    simulator.advanceClock(5);
    expect((await call(simulator, path)).status).toBe(200);
    expect((await jobsOf(started)).status).toBe(200);
  });

  test("keypairNameLag", async () => {
    simulator.setVariants({ keypairNameLag: 5 });
    const [first] = serverIds(simulator);
    expect(pick(await finishedJob(), "status")).toBe(2);
    const shown = async () => [
      pick((await call(simulator, `GET ${cph}/servers/${first}`)).body, "keypair_name"),
      pick((await call(simulator, `GET ${cph}/servers?server_id=${first}`)).body, "servers", 0, "keypair_name"),
    ];
    expect(await shown()).toEqual(["", ""]);
    simulator.advanceClock(5);
    expect(await shown()).toEqual(["demo", "demo"]);
  });

  test("serversPerCall", async () => {
    simulator.setVariants({ serversPerCall: 2 });
    const ids = serverIds(simulator);
    expect(await errorOf(bind(...ids))).toEqual([400, "CPS.0096"]);
    expect((await bind(...ids.slice(1))).status).toBe(200);
  });
});

describe("the table", () => {
  test("has a case above for every value of every switch", () => {
    for (const [name, entry] of Object.entries(variantTable)) {
      if ("values" in entry) {
        const tested = cases.filter((candidate) => candidate.name === name).map(({ value }) => value);
        expect([name, ...tested.sort()]).toEqual([name, ...[...entry.values].sort()]);
      }
    }
  });

  test("tells what it does not know", () => {
    expect(() => parseVariants({ nothing: "1" })).toThrow('There is no variant "nothing"');
    expect(() => parseVariants({ toString: "1" })).toThrow("There is no variant");
    expect(() => parseVariants({ timeUnit: "days" })).toThrow("can be milliseconds, seconds, iso8601");
    expect(() => parseVariants({ jobSeconds: "-1" })).toThrow("must be a number");
    expect(() => parseVariants({ jobSeconds: "" })).toThrow("must be a number");
    expect(parseVariants({ jobSeconds: "0.5", timeUnit: "seconds" })).toEqual({ jobSeconds: 0.5, timeUnit: "seconds" });
  });

  test("is put back by a reset, to what the simulator was started with", () => {
    simulator.setVariants({ timeUnit: "seconds", jobSeconds: 1 });
    simulator.reset();
    expect(simulator.variants()).toEqual({ ...defaultVariants(), jobSeconds: 10 });
  });
});
