import fc from "fast-check";
import { useAnsweringServer, type Reaction } from "../testing/answeringServer";
import { hostileTexts, hostileValue, mutationsOf } from "../testing/hostileJson";
import { privateKeys, publicKeys } from "../testing/keys";
import {
  connect,
  everyFormOf,
  failureOf,
  operation,
  projectId,
  region,
  useShortBackoff,
} from "../testing/simulatedCloud";
import { expectType } from "../testing/declaredTypes";
import type { Cph } from "./cph";
import { HuaweiCloudError } from "./errors/errors";
import type { Kps } from "./kps";

// Many answers make a test, on machines that are busy with others as well.
jest.setTimeout(30_000);

/** The service answers with anything: of what shape, length and content it likes. */

const server = useAnsweringServer();
useShortBackoff();

afterEach(() => {
  expect({}).not.toHaveProperty("polluted");
});

const secrets = {
  token: "MIIsecret-token",
  issued: "MIIissued-token",
  secretKey: "secret-secret-key",
  password: 'secret"pass\\word',
};
const partOfPrivateKey = privateKeys.rsa.slice(60, 100);

/** Every kind of credentials, with a project that need not be looked up, and what of them may never be shown. */
const sessions = [
  { kind: "a token", configuration: { token: secrets.token, projectId }, own: [secrets.token] },
  {
    kind: "an access key",
    configuration: { accessKey: "access-key-id", secretKey: secrets.secretKey, projectId },
    own: [secrets.secretKey],
  },
  {
    kind: "a password",
    configuration: { userId: "user", password: secrets.password, projectId },
    own: [secrets.password, secrets.issued],
  },
] as const;

interface Clients {
  kps: Kps;
  cph: Cph;
}

function clients(configuration: Record<string, unknown>): Clients {
  const cloud = connect(server, { ...configuration, maxRetries: 1 });
  // Throttling is waited out until the deadline.
  const soon = operation({ seconds: 0.05 });
  return { kps: cloud.kps(region, soon), cph: cloud.cph(region, soon) };
}

interface ClientCall {
  operation: string;
  run(clients: Clients): Promise<unknown>;
  /** An answer as documented. */
  answer: object;
  /** Fails where a result is not of the declared shape. */
  expectShape(result: unknown): void;
  /** Codes that say together with 400 or 404 that there is no such thing. */
  missing?: string[];
}

function expectTypes(typeName: string): (values: unknown) => void {
  return (values) => {
    expect(Array.isArray(values)).toBe(true);
    for (const value of values as unknown[]) expectType(typeName, value);
  };
}

const text = expect.any(String) as string;

/** Fails where a field is neither absent nor of its type. */
function expectFields(value: unknown, required: object, optional: Record<string, string>): void {
  expect(value).toEqual(expect.objectContaining(required));
  for (const [name, type] of Object.entries(optional))
    expect(["undefined", ...type.split("|")]).toContain(typeof (value as Record<string, unknown>)[name]);
}

function expectCreated(value: unknown): void {
  expectFields(value, { name: text, publicKey: text, fingerprint: text }, { privateKey: "string", userId: "string" });
}

const createdKeypair = { name: "k", type: "ssh", public_key: publicKeys.rsa, fingerprint: "f", user_id: "u" };
const summary = {
  name: "k",
  type: "ssh",
  scope: "user",
  public_key: publicKeys.rsa,
  fingerprint: "f",
  is_key_protection: false,
  frozen_state: "0",
};
const detail = {
  ...summary,
  id: 1,
  deleted: false,
  description: "d",
  user_id: "u",
  create_time: 1_700_000_000_000,
  delete_time: null,
  update_time: null,
  frozen_state: 0,
  key_id: "id",
  algorithm: "ssh-rsa",
};
const phoneServer = {
  server_name: "s",
  availability_zone: "z",
  server_id: "id",
  server_model_name: "m",
  keypair_name: "k",
  status: 5,
  addresses: [{ intranet_ip: "10.0.0.1", server_ip: "10.0.0.2" }],
  metadata: { order_id: "o", product_id: "p", charging_mode: "c" },
  create_time: "2020-01-01T00:00:00Z",
};
const encryption = { type: "default" } as const;
const missingKeypair = ["KPS.4016", "KPS.6004"];
const missingServer = ["CPS.0015", "CPS.0156", "CPS.0159"];

const calls: ClientCall[] = [
  {
    operation: "KPS CreateKeypair",
    run: ({ kps }) => kps.createKeypair({ name: "k", publicKey: publicKeys.rsa }),
    answer: { keypair: createdKeypair },
    expectShape: expectCreated,
  },
  {
    operation: "KPS CreateKeypair",
    run: ({ kps }) => kps.createKeypair({ name: "k" }),
    answer: { keypair: { ...createdKeypair, private_key: privateKeys.rsa } },
    expectShape(result) {
      expectCreated(result);
      expect(result).toMatchObject({ privateKey: text });
    },
  },
  {
    operation: "KPS BatchImportKeypair",
    run: ({ kps }) => kps.batchImportKeypairs([{ name: "k", publicKey: publicKeys.rsa }, { name: "l" }]),
    answer: {
      succeeded_keypairs: [{ keypair: createdKeypair }, { keypair: { keypair: { ...createdKeypair, name: "m" } } }],
      failed_keypairs: [{ keypair_name: "l", failed_reason: '{"error_code":"KPS.7004","error_msg":"exists"}' }],
    },
    expectShape(results) {
      expect(results).toEqual([expect.objectContaining({ name: "k" }), expect.objectContaining({ name: "l" })]);
      for (const result of results as object[]) {
        if ("error" in result) expectPresentable(result.error, "KPS BatchImportKeypair");
        else expectCreated((result as { keypair: unknown }).keypair);
      }
    },
  },
  {
    operation: "KPS ListKeypairs",
    run: ({ kps }) => kps.listKeypairs(),
    answer: { keypairs: [{ keypair: summary }, { keypair: summary }], page_info: { next_marker: "m" } },
    expectShape: expectTypes("KeypairSummary"),
  },
  {
    operation: "KPS ListKeypairDetail",
    run: ({ kps }) => kps.getKeypair("k"),
    answer: { keypair: detail },
    expectShape(result) {
      expectType("GetKeypairResult", result);
      expect(result).toMatchObject({ name: "k" });
    },
    missing: missingKeypair,
  },
  {
    operation: "KPS UpdateKeypairDescription",
    run: ({ kps }) => kps.updateDescription("k", "d").then(() => "done"),
    answer: {},
    expectShape: expectDone,
  },
  {
    operation: "KPS DeleteKeypair",
    run: ({ kps }) => kps.deleteKeypair("k"),
    answer: {},
    expectShape: expectDone,
    missing: missingKeypair,
  },
  {
    operation: "KPS ImportPrivateKey",
    run: ({ kps }) => kps.importPrivateKey("k", "u", { privateKey: privateKeys.rsa, encryption }).then(() => "done"),
    answer: { keypair: { name: "k" } },
    expectShape: expectDone,
  },
  {
    operation: "KPS ExportPrivateKey",
    run: ({ kps }) => kps.exportPrivateKey("k"),
    answer: { keypair: { name: "k", private_key: privateKeys.rsa } },
    expectShape(result) {
      expect(typeof result).toBe("string");
    },
  },
  {
    operation: "KPS ClearPrivateKey",
    run: ({ kps }) => kps.clearPrivateKey("k"),
    answer: {},
    expectShape: expectDone,
    missing: [...missingKeypair, "KPS.6005"],
  },
  {
    operation: "CPH UpdateKeypair",
    run: ({ cph }) => cph.changeKeypairs([{ serverId: "id", keypairName: "k" }]),
    answer: {
      request_id: "r",
      jobs: [
        { server_id: "id", job_id: "j" },
        { server_id: "other", error_code: "CPS.1028", error_msg: "frozen" },
      ],
    },
    expectShape(result) {
      expectFields(result, { requestId: text }, {});
      for (const entry of (result as { servers: { error?: unknown }[] }).servers) {
        expectFields(entry, { serverId: text }, { jobId: "string" });
        if (entry.error !== undefined) expectPresentable(entry.error, "CPH UpdateKeypair");
      }
    },
  },
  {
    operation: "CPH ListJobs",
    run: ({ cph }) => cph.listJobs(["r", "s"]),
    answer: { jobs: [{ server_id: "id", job_id: "j", status: -1, error_code: "CPS0005", error_msg: "failed" }] },
    expectShape(result) {
      for (const entry of result as unknown[]) {
        const optional = { status: "string|number", errorCode: "string", errorMessage: "string" };
        expectFields(entry, { jobId: text, serverId: text }, optional);
      }
    },
  },
  {
    operation: "CPH ListCloudPhoneServers",
    run: ({ cph }) => cph.listServers({ serverName: "s" }),
    answer: { count: 2, servers: [phoneServer, { ...phoneServer, server_id: "other" }] },
    expectShape: expectTypes("Server"),
  },
  {
    operation: "CPH ShowCloudPhoneServerDetail",
    run: ({ cph }) => cph.getServer("id"),
    answer: phoneServer,
    expectShape(result) {
      expectType("Server", result);
      expect(result).toMatchObject({ serverId: "id" });
    },
    missing: missingServer,
  },
];

function expectDone(result: unknown): void {
  expect(["done", undefined]).toContain(result);
}

const unprintable = /[\p{Cc}\p{Bidi_Control}\p{Surrogate}\u2028\u2029]/u;

/** Fails where something that was thrown is no clear error of a call, or must not be shown. */
function expectPresentable(error: unknown, ...operations: string[]): void {
  if (!(error instanceof HuaweiCloudError)) throw error;
  expect(operations).toContain(error.operation);
  expect(error.message.startsWith(`${error.operation} failed: `)).toBe(true);
  for (const shown of [error.message, error.code, error.requestId, error.hint]) {
    if (shown === undefined) continue;
    expect(typeof shown).toBe("string");
    expect(shown).not.toMatch(unprintable);
    expect(shown.length).toBeLessThan(2000);
  }
  if (error.message.includes("not as documented"))
    expect(error.message).toMatch(/: (the answer|[a-z_]+(\[\d+\])?(\.[a-z_]+)*) is not (an? |true or false|")/);
}

function expectNoSecret(error: unknown, own: readonly string[]): void {
  const everything = everyFormOf(error as Error);
  expect([...own, partOfPrivateKey].filter((secret) => everything.includes(secret))).toEqual([]);
}

const oddHeader = fc.constantFrom<Record<string, string>>(
  {},
  {},
  { "Content-Type": "text/html; charset=utf-16" },
  { "Content-Type": "application/json; charset=nonsense" },
  { "Content-Encoding": "gzip" },
  { "Retry-After": "-1" },
  { "Retry-After": "1e9" },
  { "Retry-After": "soon" },
  { "X-Request-Id": "r".repeat(8000) },
  { "X-Request-Id": "\u009b31m" },
  { "X-Request-Id": secrets.token },
  { Location: "http://127.0.0.1:9/elsewhere" },
  { "Set-Cookie": "a=b", Connection: "close" },
);
const status = fc.oneof(
  { weight: 8, arbitrary: fc.constant(200) },
  { weight: 6, arbitrary: fc.constantFrom(400, 404) },
  { weight: 1, arbitrary: fc.constantFrom(201, 204, 302, 401, 403, 409, 429, 500, 502) },
  { weight: 1, arbitrary: fc.integer({ min: 200, max: 999 }) },
);
const allCodes = [
  ...[...missingKeypair, ...missingServer, "KPS.6005", "KPS6004", "CPS.0011"],
  ...["APIGW.0101", "APIG.0101", "APIGW.0301", "constructor", "__proto__", "KPS.0002"],
];
const codes = fc.constantFrom(...allCodes);
const words = fc.oneof(
  fc.constantFrom(...hostileTexts, privateKeys.rsa, privateKeys.rsa.slice(0, 200)),
  fc.constantFrom(...Object.values(secrets)).map((secret) => `refused: ${secret} is wrong`),
  fc.constantFrom(...Object.values(secrets)).map((secret) => `${"x".repeat(990)} ${secret}`),
  hostileValue,
);
const errorBody = fc.oneof(
  fc.record({ error_code: fc.oneof(codes, words), error_msg: words, request_id: words }, { requiredKeys: [] }),
  fc.record({ error: fc.record({ code: fc.oneof(codes, words), message: words }, { requiredKeys: [] }) }),
);

/** Answers to a call, of any kind; the body as the text that is sent. */
function answersTo({
  answer,
}: {
  answer: object;
}): fc.Arbitrary<{ status: number; headers: Record<string, string>; body: string }> {
  const json = fc.oneof(
    { weight: 5, arbitrary: mutationsOf(answer) },
    { weight: 3, arbitrary: errorBody },
    { weight: 1, arbitrary: hostileValue },
  );
  const body = fc.oneof(
    { weight: 8, arbitrary: json.map((value) => (value === undefined ? "" : JSON.stringify(value))) },
    { weight: 1, arbitrary: fc.constantFrom("", " ", "<html>404 Not Found</html>", '"gone"', "{", '{"a":1e999}') },
    { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
  );
  return fc.record({ status, headers: oddHeader, body });
}

/** Whether an answer says, as documented, that there is no such thing. */
function saysMissing(answer: { status: number; body: string }, codes: string[]): boolean {
  if (answer.status !== 400 && answer.status !== 404) return false;
  let content: unknown;
  try {
    content = JSON.parse(answer.body);
  } catch {
    return false;
  }
  const { error_code, error } = (content ?? {}) as { error_code?: unknown; error?: Record<string, unknown> | null };
  const inner = typeof error === "object" && error !== null ? (error.error_code ?? error.code) : undefined;
  const given = inner ?? error_code;
  const code = typeof given === "string" ? given.replace(/^([A-Z]+)(\d{4})$/, "$1.$2") : "";
  return codes.includes(code);
}

/** What a result holds of errors, as some calls tell them entry by entry. */
function errorsIn(result: unknown): unknown[] {
  const entries = Array.isArray(result)
    ? (result as unknown[])
    : ((result as { servers?: unknown[] } | undefined)?.servers ?? []);
  return entries.flatMap((entry) => (entry as { error?: unknown }).error ?? []);
}

const newToken = {
  status: 201,
  headers: { "X-Subject-Token": secrets.issued },
  body: { token: { project: { id: projectId } } },
};

describe.each(sessions)(
  "signed in by $kind, any answer is a result or a clear error",
  ({ kind, configuration, own }) => {
    test.each(calls.map((call, index) => [`${index}: ${call.operation}`, call] as const))("%s", async (_, call) => {
      await fc.assert(
        fc.asyncProperty(answersTo(call), async (answer) => {
          server.react(({ path }): Reaction => (path.startsWith("/v3/auth/tokens") ? newToken : answer));
          try {
            const result = await call.run(clients(configuration));
            for (const error of errorsIn(result)) expectNoSecret(error, own);
            if (answer.status < 300) {
              call.expectShape(result);
            } else {
              expect([result, saysMissing(answer, call.missing ?? [])]).toEqual([
                undefined,
                call.missing !== undefined,
              ]);
            }
          } catch (error) {
            expectPresentable(error, call.operation);
            expectNoSecret(error, own);
          }
        }),
        { numRuns: kind === "a token" ? 60 : 15 },
      );
    });
  },
);

test("gone is what the service says is gone, by one of its codes, and nothing else", async () => {
  for (const call of calls.filter(({ missing }) => missing !== undefined)) {
    for (const error_code of [...allCodes, undefined, 404, {}]) {
      for (const code of [400, 403, 404, 409, 500]) {
        const answer = { status: code, headers: {}, body: JSON.stringify({ error_code }) };
        server.react(answer);
        const outcome = await call.run(clients(sessions[0].configuration)).catch((error: unknown) => error);
        const gone = saysMissing(answer, call.missing ?? []);
        expect([call.operation, answer, outcome === undefined]).toEqual([call.operation, answer, gone]);
      }
    }
  }
});

test.each<[string, Reaction]>([
  ["is empty", { status: 404, body: "" }],
  ["is an empty object", { status: 404, body: {} }],
  ["is null", { status: 404, body: "null" }],
  ["is an empty text", { status: 404, body: '""' }],
  ["is a framework's", { status: 404, body: { timestamp: 1, status: 404, error: "Not Found", path: "/" } }],
  ["is another gateway's", { status: 404, body: { message: "no Route matched with those values" } }],
  ["is IAM's", { status: 404, body: { error: { code: 404, message: "Not found", title: "Not Found" } } }],
  ["has a code that nobody knows", { status: 404, body: { error_code: "KPS.9999", error_msg: "?" } }],
  ["is cut off", { status: 404, body: "<html>", cutOff: true }],
  ["is cut off as JSON", { status: 404, body: '{"error_code":"APIGW.0101"', cutOff: true }],
  ["cannot be unpacked", { status: 404, body: "<html>", headers: { "Content-Encoding": "gzip" } }],
])("a 404 whose body %s does not say that anything is gone", async (_, reaction) => {
  server.react(reaction);
  for (const call of calls.filter(({ missing }) => missing !== undefined))
    expectPresentable(await failureOf(call.run(clients(sessions[0].configuration))), call.operation);
});

test.each(sessions)(
  "what an answer repeats of $kind is not shown, wherever it stands",
  async ({ configuration, own }) => {
    for (const secret of own) {
      const words = { error_code: secret, error_msg: `no ${secret}`, request_id: secret };
      const entries = {
        jobs: [{ server_id: "id", ...words }],
        failed_keypairs: [
          { keypair_name: "k", failed_reason: JSON.stringify(words) },
          { keypair_name: "l", failed_reason: secret },
        ],
      };
      const entryCalls = calls.filter(({ operation: name }) => /Batch|CPH UpdateKeypair/.test(name));
      for (const answer of [
        { status: 400, body: words },
        { headers: { "X-Request-Id": secret }, status: 403 },
        { body: entries },
      ]) {
        server.react(({ path }): Reaction => (path.startsWith("/v3/auth/tokens") ? newToken : answer));
        for (const call of entryCalls) {
          const outcome = await call.run(clients(configuration)).catch((error: unknown) => error);
          const errors = outcome instanceof Error ? [outcome] : errorsIn(outcome);
          expect(errors).not.toEqual([]);
          for (const error of errors) expectNoSecret(error, [secret]);
        }
      }
    }
  },
);

describe("any answer of IAM is a result or a clear error, and never means that a key pair is gone", () => {
  const token = { issued_at: "2026-01-01T00:00:00Z", expires_at: "2026-01-02T00:00:00Z", project: { id: projectId } };
  const projects = [
    { id: projectId, name: region, enabled: true },
    { id: "f".repeat(32), name: "other" },
  ];
  const subjectToken = fc.constantFrom(undefined, "", secrets.issued, "\u00ff", "t".repeat(8000));

  test.each([
    { operation: "IAM KeystoneListProjects", path: "/v3/projects", answer: { projects }, session: sessions[1] },
    {
      operation: "IAM KeystoneCreateUserTokenByPassword",
      path: "/v3/auth/tokens",
      answer: { token },
      session: sessions[2],
    },
  ])("$operation", async ({ operation: name, path: iamPath, answer, session }) => {
    const { configuration, own } = session;
    await fc.assert(
      fc.asyncProperty(answersTo({ answer }), subjectToken, async (iam, header) => {
        const headers = { ...iam.headers, ...(header !== undefined && { "X-Subject-Token": header }) };
        server.react(({ path }): Reaction =>
          path.startsWith(iamPath) ? { ...iam, headers } : { body: { keypair: detail } },
        );
        try {
          const result = await clients({ ...configuration, projectId: undefined }).kps.getKeypair("k");
          expect(result).toMatchObject({ name: "k" });
        } catch (error) {
          expectPresentable(error, name);
          expectNoSecret(error, own);
        }
      }),
      { numRuns: 100 },
    );
  });

  test.each(sessions.slice(1))("project ids for $kind stay in their place of a path", async ({ configuration }) => {
    for (const id of [...hostileTexts, "", "a b", "good-id_0"]) {
      const body = { token: { ...token, project: { id } }, projects: [{ id, name: region }] };
      server.react(({ path }): Reaction =>
        /^\/v3\/(projects|auth\/tokens)/.test(path)
          ? { status: 201, headers: newToken.headers, body }
          : { body: { keypair: detail } },
      );
      const outcome = await clients({ ...configuration, projectId: undefined })
        .kps.getKeypair("k")
        .catch((error: unknown) => error);
      const calledPaths = server.requests.map(({ path }) => path).filter((path) => path.includes("keypairs"));
      if (id === "good-id_0" || id === "__proto__" || id === "constructor") {
        expect(calledPaths).toEqual([`/v3/${id}/keypairs/k`]);
      } else {
        expect(calledPaths).toEqual([]);
        expect(outcome).toMatchObject({ message: expect.stringMatching(/^IAM .*\.id is not an id\.$/) as string });
      }
    }
  });
});

describe("lists that do not end are an error, and others are read to their end", () => {
  const configuration = sessions[0].configuration;
  let page = 0;

  beforeEach(() => {
    page = 0;
  });

  const keypairs = (...names: string[]) => names.map((name) => ({ keypair: { ...summary, name } }));
  const servers = (first: number, count: number) =>
    Array.from({ length: count }, (_, index) => ({ server_id: `${first + index}` }));

  test.each<[string, () => object, (clients: Clients) => Promise<unknown>, string]>([
    [
      "new markers without key pairs",
      () => ({ keypairs: [], page_info: { next_marker: `m${page++}` } }),
      ({ kps }) => kps.listKeypairs(),
      "KPS ListKeypairs",
    ],
    [
      "new markers and new key pairs",
      () => ({ keypairs: keypairs(`k${page}`), page_info: { next_marker: `m${page++}` } }),
      ({ kps }) => kps.listKeypairs(),
      "KPS ListKeypairs",
    ],
    [
      "full pages of new servers",
      () => ({ servers: servers(99 * page++, 100) }),
      ({ cph }) => cph.listServers(),
      "CPH ListCloudPhoneServers",
    ],
  ])("%s", async (_, body, run, name) => {
    server.react(() => ({ body: body() }));
    const error = await failureOf(run(clients(configuration)));
    expect(error.message).toBe(`${name} failed: the list goes on after 1000 pages.`);
    expect(server.requests).toHaveLength(1000);
  });

  test.each<[string, object, (clients: Clients) => Promise<unknown[]>, number]>([
    ["more than was asked for", { servers: servers(0, 250) }, ({ cph }) => cph.listServers(), 250],
    [
      "the same page and marker",
      { keypairs: keypairs("a", "b"), page_info: { next_marker: "m" } },
      ({ kps }) => kps.listKeypairs(),
      2,
    ],
  ])("%s again and again", async (_, body, run, count) => {
    server.react({ body });
    expect(await run(clients(configuration))).toHaveLength(count);
    expect(server.requests).toHaveLength(2);
  });
});

describe("answers of a great depth or length", () => {
  const levels = 50_000;
  const deep = [
    ["arrays", "[".repeat(levels) + "]".repeat(levels)],
    ["objects", '{"keypair":'.repeat(levels) + "{}" + "}".repeat(levels)],
  ] as const;
  const bodies = deep.flatMap(([what, text]) => [
    [what, text],
    [
      `${what} in every field`,
      `{"keypair":${text},"keypairs":[${text}],"jobs":[${text}],"servers":[${text}],"error":${text}}`,
    ],
    [
      `${what} in entries`,
      `{"succeeded_keypairs":[${text}],"failed_keypairs":[{"keypair_name":"k","failed_reason":${JSON.stringify(text)}}]}`,
    ],
  ]) as [string, string][];

  test.each(bodies)("%s", async (_, body) => {
    for (const call of calls) {
      for (const answer of [200, 404]) {
        server.react({ status: answer, body });
        try {
          const result = await call.run(clients(sessions[0].configuration));
          if (answer === 200) call.expectShape(result);
          else expect(saysMissing({ status: answer, body }, call.missing ?? [])).toBe(true);
        } catch (error) {
          expectPresentable(error, call.operation);
        }
      }
    }
  });

  test.each([
    ["a long message", "x".repeat(5_000_000)],
    ["a long beginning of a private key", `-----BEGIN ${"A".repeat(5_000_000)}`],
    ["many beginnings of private keys", "-----BEGIN PRIVATE KEY".repeat(200_000)],
    ["many ends of private keys", `-----BEGIN PRIVATE KEY-----${"-----END ".repeat(500_000)}`],
    ["control characters alone", "\u001b".repeat(1_000_000)],
    ["characters of two halves", "🔑".repeat(600_000)],
  ])("%s is cut", async (_, error_msg) => {
    server.react({ status: 400, body: { error_msg, error_code: error_msg, request_id: error_msg } });
    expectPresentable(await failureOf(clients(sessions[0].configuration).kps.getKeypair("k")), "KPS ListKeypairDetail");
  });
});

describe("names stay where they belong in a URL", () => {
  const anyName = fc.oneof(fc.constantFrom(...hostileTexts), fc.string({ unit: "binary" }), fc.string());
  const base = `/v3/${projectId}/keypairs/`;
  const configuration = sessions[1].configuration;

  /** The name that a server reads in a path, or undefined where it is not in its place. */
  function nameIn(path: string | undefined, before: string, behind: string): string | undefined {
    const encoded = new RegExp(`^${before}([^/?#]+)${behind}$`).exec(path ?? "")?.[1];
    return encoded === undefined ? undefined : decodeURIComponent(encoded);
  }

  const uses: [string, (clients: Clients, name: string) => Promise<unknown>, string, string][] = [
    ["KPS ListKeypairDetail", ({ kps }, name) => kps.getKeypair(name), base, ""],
    ["KPS UpdateKeypairDescription", ({ kps }, name) => kps.updateDescription(name, ""), base, ""],
    ["KPS DeleteKeypair", ({ kps }, name) => kps.deleteKeypair(name), base, ""],
    ["KPS ClearPrivateKey", ({ kps }, name) => kps.clearPrivateKey(name), base, "/private-key"],
    [
      "CPH ShowCloudPhoneServerDetail",
      ({ cph }, name) => cph.getServer(name),
      `/v1/${projectId}/cloud-phone/servers/`,
      "",
    ],
  ];

  test.each(uses)("%s", async (call, use, before, behind) => {
    await fc.assert(
      fc.asyncProperty(anyName, async (name) => {
        server.react({ status: 404 });
        const outcome: unknown = await use(clients(configuration), name.slice(0, 2000)).catch(
          (error: unknown) => error,
        );
        const [request] = server.requests;
        if (request === undefined) {
          expect(["", ".", ".."]).toContain(name);
          expectPresentable(outcome, call);
        } else {
          expect(nameIn(request.path, before, behind)).toBe(wellFormed(name.slice(0, 2000)));
        }
      }),
    );
  });

  test("markers, requests and parts of names", async () => {
    await fc.assert(
      fc.asyncProperty(anyName, async (long) => {
        const name = long.slice(0, 2000);
        const marked = { keypairs: [], page_info: { next_marker: name } };
        server.react({ body: marked }, { body: { keypairs: [] } });
        await clients(configuration).kps.listKeypairs();
        if (name !== "") expect(queryOf(server.requests[1]?.path)).toEqual({ limit: "50", marker: wellFormed(name) });
        server.react({ body: { jobs: [] } });
        await clients(configuration).cph.listJobs([name, "other"]);
        expect(queryOf(server.requests[0]?.path).request_ids).toBe(`${wellFormed(name)},other`);
        server.react({ body: { servers: [] } });
        await clients(configuration).cph.listServers({ serverName: name });
        const filter = name === "" ? {} : { server_name: wellFormed(name) };
        expect(queryOf(server.requests[0]?.path)).toEqual({ ...filter, offset: "0", limit: "100" });
      }),
      { numRuns: 50 },
    );
  });

  function queryOf(path = ""): Record<string, string> {
    return Object.fromEntries(new URL(path, server.url).searchParams);
  }

  /** Half a character cannot be encoded. */
  function wellFormed(name: string): string {
    return name.replace(/\p{Surrogate}/gu, "\ufffd");
  }
});

test.each([undefined, null, ""])(
  "a generated pair whose private key comes as %j is an error, unless the service hosts it",
  async (private_key) => {
    const { kps } = clients(sessions[0].configuration);
    server.react({ body: { keypair: { ...createdKeypair, private_key } } });
    await expect(kps.createKeypair({ name: "k" })).rejects.toThrow("keypair.private_key is not a text.");
    const hosted = await kps.createKeypair({ name: "k", keyProtection: { encryption } });
    expect(hosted).toMatchObject({ name: "k", privateKey: undefined });
    await expect(kps.exportPrivateKey("k")).rejects.toThrow("keypair.private_key is not a text.");
  },
);

test("an answer about another thing than was asked for is an error that says so", async () => {
  const { kps, cph } = clients(sessions[0].configuration);
  server.react({ body: { keypair: { ...detail, name: "another" } } });
  await expect(kps.getKeypair("k")).rejects.toThrow('the answer is not as documented: keypair.name is not "k".');
  expect(await kps.getKeypair("ANOTHER")).toMatchObject({ name: "another" });
  server.react({ body: { ...phoneServer, server_id: "another" } });
  await expect(cph.getServer("id")).rejects.toThrow('the answer is not as documented: server_id is not "id".');
});
