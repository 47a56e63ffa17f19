import { ClientRequest, createServer, type IncomingMessage } from "node:http";
import { createConnection, createServer as createTcpServer, type AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { startAnsweringServer, useAnsweringServer, type Reaction } from "../../testing/answeringServer";
import { certificate, privateKeys } from "../../testing/keys";
import { everyFormOf, failureOf, operation, useShortBackoff } from "../../testing/simulatedCloud";
import { withDeadline } from "../../operation/deadline";
import { clock } from "../../operation/clock";
import type { HttpRequest, HttpResponse } from "./http";
import { HuaweiCloudError } from "../errors/errors";
import type { Operation } from "../../operation/operation";
import { HttpClient } from "./httpClient";
import { keepSecrets } from "../../text/redaction";
import { Transport } from "./transport";

const server = useAnsweringServer();
useShortBackoff();

const maxRetries = 2;
const ok: Reaction = { body: { fine: true } };

function transport(options: Partial<ConstructorParameters<typeof Transport>[0]> = {}): Transport {
  return new Transport({ maxRetries, insecure: false, ...options });
}

function request(fields: Partial<HttpRequest> = {}): HttpRequest {
  return {
    service: "kms",
    operation: "KPS CreateKeypair",
    method: "GET",
    url: `${server.url}/path`,
    headers: {},
    body: "",
    idempotent: true,
    ...fields,
  };
}

function send(fields: Partial<HttpRequest> = {}, during = operation()): Promise<HttpResponse> {
  return transport().send(request(fields), during, ({ headers }) => Promise.resolve(headers));
}

const idempotent = { method: "GET", idempotent: true } as const;
const withEffect = { method: "POST", body: "{}", idempotent: false } as const;

/** No attempt waits longer than this for an answer: the time that the transport allows is cut short. */
function shortenAttempts(milliseconds: number): void {
  const original = Object.getOwnPropertyDescriptor(ClientRequest.prototype, "setTimeout")
    ?.value as ClientRequest["setTimeout"];
  jest.spyOn(ClientRequest.prototype, "setTimeout").mockImplementation(function (this: ClientRequest, _time, callback) {
    return original.call(this, milliseconds, callback);
  });
}

describe("a call", () => {
  test("carries method, path, headers and body exactly as given, and its answer comes back parsed", async () => {
    server.react({ status: 201, headers: { "X-Subject-Token": "t" }, body: { a: [1] } });
    const body = '{"keypair": {"name":"密钥"}}';
    const path = "/v3/p/keypairs/a%20b?marker=x%2Cy&limit=1";
    const response = await send({
      method: "PUT",
      url: server.url + path,
      headers: { "Content-Type": "application/json", "X-Project-Id": "p" },
      body,
    });
    expect(response.body).toEqual({ a: [1] });
    expect(response.headers["x-subject-token"]).toBe("t");
    expect(server.requests).toMatchObject([
      { method: "PUT", path, body, headers: { "content-type": "application/json", "x-project-id": "p" } },
    ]);
  });

  test("may be answered without a body", async () => {
    server.react({ status: 204, body: "" });
    expect((await send({ method: "DELETE" })).body).toBe("");
  });

  test.each([
    ["may have taken effect where an attempt was made before", 1],
    ["has not taken effect where none was", 0],
  ])("that cannot be authorised %s", async (_, attempts) => {
    server.react({ status: 503 });
    let asked = 0;
    const authorise = ({ headers }: HttpRequest) => {
      if (asked++ < attempts) return Promise.resolve(headers);
      return Promise.reject(new HuaweiCloudError({ operation: "IAM sign-in", message: "refused", status: 401 }));
    };
    const sent = transport().send(request({ method: "PUT" }), operation(), authorise);
    expect(await failureOf(sent)).toMatchObject({ status: 401, outcomeUnknown: attempts > 0 });
  });

  test("is authorised anew for every attempt", async () => {
    server.react({ status: 503 }, ok);
    let attempts = 0;
    await transport().send(request({ headers: { "X-Kept": "yes" } }), operation(), ({ headers }) =>
      Promise.resolve({ ...headers, Authorization: `attempt ${++attempts}` }),
    );
    expect(server.requests.map(({ headers }) => [headers.authorization, headers["x-kept"]])).toEqual([
      ["attempt 1", "yes"],
      ["attempt 2", "yes"],
    ]);
  });

  test("fails with the error of its authorisation, unchanged and unsent", async () => {
    server.react(ok);
    const refusal = new TypeError("no credentials");
    const call = transport().send(request(), operation(), () => Promise.reject(refusal));
    await expect(call).rejects.toBe(refusal);
    expect(server.requests).toEqual([]);
  });

  test("reuses its connection", async () => {
    const ports = new Set<unknown>();
    const one = transport();
    server.react(ok);
    for (let count = 0; count < 3; count++) {
      const create = jest.spyOn(ClientRequest.prototype, "onSocket");
      await one.send(request(), operation(), ({ headers }) => Promise.resolve(headers));
      for (const [socket] of create.mock.calls) ports.add(socket.localPort);
    }
    expect(ports.size).toBe(1);
  });
});

test("connections are kept for all accounts: those of a process that lives for long come and go", async () => {
  let connections = 0;
  const counting = createServer((_, response) => response.end("{}")).on("connection", () => connections++);
  await new Promise<void>((resolve) => counting.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(counting.address() as AddressInfo).port}`;
  for (let account = 0; account < 3; account++) await send({ url });
  expect(connections).toBe(1);
  counting.close();
  counting.closeAllConnections();
});

describe("passing failures", () => {
  test.each<[string, Reaction]>([
    ["500", { status: 500, body: { error_code: "KPS.0003", error_msg: "Dependency" } }],
    ["502 with a page", { status: 502, headers: { "Content-Type": "text/html" }, body: "<html>Bad Gateway</html>" }],
    ["503 without a body", { status: 503, body: "" }],
    ["504", { status: 504, body: { error_code: "APIGW.0201", error_msg: "Backend timeout" } }],
    ["200 with truncated JSON", { body: '{"keypair":{"na' }],
    ["200 with a page", { headers: { "Content-Type": "text/html" }, body: "<html>Sign in</html>" }],
    ["a reset connection", "reset"],
    ["an answer that breaks off", { body: '{"keypair":{}}', cutOff: true }],
  ])("%s: a call without effect is repeated, one with an effect is not", async (_, reaction) => {
    server.react(reaction, ok);
    expect((await send(idempotent)).body).toEqual({ fine: true });
    expect(server.requests).toHaveLength(2);

    server.react(reaction, ok);
    const error = await failureOf(send(withEffect));
    expect(server.requests).toHaveLength(1);
    expect(error.outcomeUnknown).toBe(true);
  });

  test("a refusal that is cut off in the middle: a call without effect is repeated, one with an effect was refused", async () => {
    const headers = { "Content-Type": "application/json" };
    const half: Reaction = { status: 404, headers, body: '{"error_code":"KPS.40' };
    server.react(half, ok);
    expect((await send(idempotent)).body).toEqual({ fine: true });

    server.react(half, ok);
    expect(await failureOf(send(withEffect))).toMatchObject({ status: 404, outcomeUnknown: false });
    expect(server.requests).toHaveLength(1);
  });

  test("silence: a call without effect is repeated, one with an effect is not", async () => {
    shortenAttempts(100);
    server.react("hang", ok);
    expect((await send(idempotent)).body).toEqual({ fine: true });
    expect(server.requests).toHaveLength(2);

    server.react("hang", ok);
    const error = await failureOf(send(withEffect));
    expect(server.requests).toHaveLength(1);
    expect(error.outcomeUnknown).toBe(true);
    expect(error.message).toMatch(/^KPS CreateKeypair failed: no answer: timeout/);
  });

  test.each([0, 1, 3])("are repeated %d times where maxRetries says so", async (retries) => {
    server.react({ status: 500, body: { error_code: "KPS.5001", error_msg: "Database." } });
    const call = transport({ maxRetries: retries }).send(request(), operation(), ({ headers }) =>
      Promise.resolve(headers),
    );
    const error = await failureOf(call);
    expect(server.requests).toHaveLength(retries + 1);
    expect(error.message).toContain(retries === 0 ? "Database. (" : `Database., after ${retries + 1} attempts.`);
    expect(error.outcomeUnknown).toBe(true);
  });

  test("a connection that is refused never arrived: any call is repeated, and nothing has happened", async () => {
    const gone = await startAnsweringServer();
    await gone.close();
    const error = await failureOf(send({ ...withEffect, url: gone.url }));
    expect(error.message).toMatch(/no answer: .*ECONNREFUSED.*after 3 attempts/);
    expect(error.outcomeUnknown).toBe(false);
  });

  test("whatever came of the last attempt, an earlier one without an answer may have taken effect", async () => {
    const refused: Reaction = { status: 400, body: { error_code: "CPS.0005", error_msg: "No." } };
    server.react("reset", refused);
    expect(await failureOf(send(idempotent))).toMatchObject({ status: 400, outcomeUnknown: true });

    server.react(refused);
    expect(await failureOf(send(idempotent))).toMatchObject({ status: 400, outcomeUnknown: false });
  });

  test("count as attempts together with what ends them", async () => {
    server.react({ status: 503 }, { status: 503 }, { status: 403, body: { error_code: "KPS.9003", error_msg: "No." } });
    expect((await failureOf(send(idempotent))).message).toContain("No., after 3 attempts. (HTTP 403");

    const stop = new AbortController();
    server.react({ status: 503 }, (): Reaction => {
      setImmediate(() => {
        stop.abort();
      });
      return "hang";
    });
    const stopped = await failureOf(send(idempotent, operation({ signal: stop.signal })));
    expect(stopped.message).toContain("interrupted before an answer came, after 2 attempts.");
  });

  test("count as attempts without one that the operation's end prevented", async () => {
    jest.spyOn(clock, "random").mockReturnValue(1000);
    const stop = new AbortController();
    server.react((): Reaction => {
      setTimeout(() => {
        stop.abort();
      }, 50);
      return { status: 503 };
    });
    const stopped = await failureOf(send(idempotent, operation({ seconds: 3600, signal: stop.signal })));
    expect(stopped.message).toMatch(/; then the run was interrupted before an answer came\. \(HTTP 503\)$/);
    expect(stopped.outcomeUnknown).toBe(true);
    expect(server.requests).toHaveLength(1);
  });

  test("are told where the operation's end leaves the next attempt without an answer", async () => {
    server.react({ status: 503, body: { error_code: "KPS.0003", error_msg: "Dependency." } }, "hang");
    jest.spyOn(clock, "random").mockReturnValue(0);
    const error = await failureOf(withDeadline(500, undefined, (signal) => send(idempotent, operation({ signal }))));
    expect(error.message).toBe(
      "KPS CreateKeypair failed: Dependency; then the operation's time ran out before an answer came, after 2 attempts. " +
        "(HTTP 503, KPS.0003) Raise the resource's customTimeouts if it needs more time.",
    );
    expect(error).toMatchObject({ status: 503, stopped: true });
    server.react({ status: 400 });
    expect((await failureOf(send(idempotent))).stopped).toBe(false);
  });

  test("keep what to do about their code where the operation's time ends", async () => {
    server.react({ status: 429, body: { error_code: "APIGW.0308", error_msg: "Too many." } }, "hang");
    const error = await failureOf(withDeadline(500, undefined, (signal) => send(idempotent, operation({ signal }))));
    expect(error.hint).toBe(
      "The service throttles this account; run again later. Raise the resource's customTimeouts if it needs more time.",
    );
  });

  test("are not repeated once the deadline leaves no time", async () => {
    server.react({ status: 500 });
    await failureOf(send(idempotent, operation({ seconds: 0 })));
    expect(server.requests).toHaveLength(1);
  });

  test("are waited out ever longer, up to half a minute and more or less at random", async () => {
    jest.restoreAllMocks();
    const waits = await waitsFor({ status: 500 }, 9);
    for (const [index, wait] of waits.entries()) expect(wait).toBeLessThanOrEqual(Math.min(30_000, 1000 * 2 ** index));
    expect(new Set(waits).size).toBeGreaterThan(1);
  });

  test("are waited out for as long as the service asks", async () => {
    expect(await waitsFor({ status: 503, headers: { "Retry-After": "7" } }, 2)).toEqual([7_000, 7_000]);
  });
});

/** The times that a transport waits between attempts, without any real waiting. */
async function waitsFor(reaction: Reaction, count: number): Promise<number[]> {
  server.react(...Array.from({ length: count }, () => reaction), ok);
  const waits: number[] = [];
  jest.spyOn(clock, "sleep").mockImplementation((time) => Promise.resolve(waits.push(time) > 0));
  const patient = operation({ seconds: 1_000_000 });
  await transport({ maxRetries: count }).send(request(), patient, ({ headers }) => Promise.resolve(headers));
  expect(waits).toHaveLength(count);
  return waits;
}

describe("refusals", () => {
  test.each([400, 401, 403, 404, 409, 413])("%d is not repeated, and nothing has happened", async (status) => {
    server.react({ status, body: { error_code: "KPS.0002", error_msg: "Parameter error", request_id: "r-1" } });
    const error = await failureOf(send(idempotent));
    expect(server.requests).toHaveLength(1);
    expect(error).toMatchObject({
      status,
      code: "KPS.0002",
      requestId: "r-1",
      outcomeUnknown: false,
      foreignAnswer: false,
    });
  });

  test.each([301, 302, 303, 307, 308])("a redirect (%d) is not followed", async (status) => {
    const elsewhere = await startAnsweringServer();
    server.react({ status, headers: { Location: elsewhere.url }, body: "" });
    const error = await failureOf(send({ ...idempotent, headers: { "X-Auth-Token": "t" } }));
    expect(error.status).toBe(status);
    expect(elsewhere.requests).toEqual([]);
    await elsewhere.close();
  });
});

describe("throttling", () => {
  test("is waited out beyond maxRetries, also where the call has an effect", async () => {
    server.react({ status: 429 }, { status: 429 }, { status: 429 }, ok);
    expect((await send(withEffect)).body).toEqual({ fine: true });
    expect(server.requests).toHaveLength(4);
  });

  test("does not use up the repetitions of other failures", async () => {
    server.react({ status: 429 }, { status: 500 }, { status: 429 }, { status: 500 }, ok);
    expect((await send(idempotent)).body).toEqual({ fine: true });
  });

  test.each([
    ["seconds", () => "1", 1000],
    ["a date", () => new Date(Date.now() + 2000).toUTCString(), 1000],
  ])("with Retry-After in %s is waited out for that long", async (_, retryAfter, least) => {
    server.react({ status: 429, headers: { "Retry-After": retryAfter() } }, ok);
    const start = Date.now();
    await send(withEffect);
    expect(Date.now() - start).toBeGreaterThanOrEqual(least - 20);
    expect(server.requests).toHaveLength(2);
  });

  test("with a Retry-After that means nothing is waited out all the same", async () => {
    server.react(
      { status: 429, headers: { "Retry-After": "later" } },
      { status: 429, headers: { "Retry-After": "-5" } },
      ok,
    );
    expect((await send(idempotent)).body).toEqual({ fine: true });
  });

  test("with a Retry-After beyond the deadline is an error at once, with the vendor's words", async () => {
    server.react({
      status: 429,
      headers: { "Retry-After": "60" },
      body: { error_code: "APIGW.0308", error_msg: "Too many." },
    });
    const error = await failureOf(send(withEffect, operation({ seconds: 30 })));
    expect(error).toMatchObject({ status: 429, code: "APIGW.0308", outcomeUnknown: false });
    expect(error.message).toMatch(/Too many\..*throttles this account/);
    expect(server.requests).toHaveLength(1);
  });

  test("holds back the other calls of the service, unauthorised, and no calls of others", async () => {
    server.react({ status: 429, headers: { "Retry-After": "60" } }, ok);
    const one = transport();
    const authorized: string[] = [];
    const call = (name: HttpRequest["operation"], during: Operation, service: HttpRequest["service"] = "kms") =>
      one.send(request({ operation: name, service }), during, ({ headers }) => {
        authorized.push(name);
        return Promise.resolve(headers);
      });
    const stop = new AbortController();
    const patient = operation({ seconds: 3600, signal: stop.signal });
    const told = await new Promise((info) => {
      void failureOf(call("KPS ListKeypairs", { ...patient, log: { ...patient.log, info } }));
    });
    const other = failureOf(call("KPS ListKeypairDetail", patient));
    await call("CPH ListJobs", patient, "cph");
    expect(authorized).toEqual(["KPS ListKeypairs", "CPH ListJobs"]);
    expect(told).toBe("Huawei Cloud throttles KPS calls; going on in 60 s");
    stop.abort();
    expect((await other).outcomeUnknown).toBe(false);
    expect(server.requests).toHaveLength(2);
  });

  test("at one endpoint holds back no calls to another", async () => {
    const elsewhere = await startAnsweringServer();
    elsewhere.react(ok);
    server.react({ status: 429, headers: { "Retry-After": "60" } });
    const one = transport();
    const call = (url: string, during = operation()) =>
      one.send(request({ url }), during, ({ headers }) => Promise.resolve(headers));
    await failureOf(call(server.url));
    expect((await call(elsewhere.url)).body).toEqual({ fine: true });
    expect(server.requests).toHaveLength(1);
    await elsewhere.close();
  });

  test("that lasts beyond the deadline of a call that was not sent yet fails it at once", async () => {
    server.react({ status: 429, headers: { "Retry-After": "60" } });
    const one = transport();
    const call = () => one.send(request(withEffect), operation(), ({ headers }) => Promise.resolve(headers));
    await failureOf(call());
    const error = await failureOf(call());
    expect(error.message).toMatch(/^KPS CreateKeypair failed: the service throttles this account/);
    expect(error.outcomeUnknown).toBe(false);
    expect(server.requests).toHaveLength(1);
  });
});

describe("an operation that has to stop", () => {
  test("ends a wait for an answer at once", async () => {
    const stop = new AbortController();
    server.react((): Reaction => {
      setImmediate(() => {
        stop.abort();
      });
      return "hang";
    });
    const error = await failureOf(send(withEffect, operation({ signal: stop.signal })));
    expect(error.message).toBe("KPS CreateKeypair failed: the run was interrupted before an answer came.");
    expect(error.outcomeUnknown).toBe(true);
  });

  test("for lack of time says so, and what to do", async () => {
    server.react("hang");
    const error = await failureOf(withDeadline(100, undefined, (signal) => send(withEffect, operation({ signal }))));
    expect(error.message).toBe(
      "KPS CreateKeypair failed: the operation's time ran out before an answer came. Raise the resource's customTimeouts if it needs more time.",
    );
    expect(error.outcomeUnknown).toBe(true);
  });

  test("ends a wait for the next attempt at once", async () => {
    const stop = new AbortController();
    server.react((): Reaction => {
      setTimeout(() => {
        stop.abort();
      }, 50);
      return { status: 429, headers: { "Retry-After": "60" } };
    });
    const error = await failureOf(send(withEffect, operation({ seconds: 3600, signal: stop.signal })));
    expect(error.message).toMatch(/the service throttles this account, .* Run again later/);
    expect(error.outcomeUnknown).toBe(false);
    expect(server.requests).toHaveLength(1);
  });

  test("while the service throttles still does not know what came of an earlier attempt", async () => {
    const stop = new AbortController();
    server.react("reset", (): Reaction => {
      setTimeout(() => {
        stop.abort();
      }, 50);
      return { status: 429, headers: { "Retry-After": "60" } };
    });
    const during = operation({ seconds: 3600, signal: stop.signal });
    const error = await failureOf(send({ ...withEffect, idempotent: true }, during));
    expect(error.message).toContain("throttles this account");
    expect(error.outcomeUnknown).toBe(true);
    expect(server.requests).toHaveLength(2);
  });

  test("with an answer in hand is told that answer", async () => {
    const stop = new AbortController();
    const attempt = Reflect.get(HttpClient.prototype, "attempt");
    jest.spyOn(HttpClient.prototype, "attempt").mockImplementation(async function (this: HttpClient, ...args) {
      const outcome = await attempt.apply(this, args);
      stop.abort();
      return outcome;
    });
    server.react({ status: 503, body: { error_code: "KPS.0003", error_msg: "Dependency." } });
    const authorize = jest.fn<Promise<Record<string, string>>, []>(() => Promise.resolve({}));
    const call = transport().send(request(idempotent), operation({ signal: stop.signal }), authorize);
    expect(await failureOf(call)).toMatchObject({ status: 503, code: "KPS.0003", outcomeUnknown: true });
    expect(authorize).toHaveBeenCalledTimes(1);
  });

  test("does not send anything any more", async () => {
    server.react(ok);
    const error = await failureOf(send(idempotent, operation({ signal: AbortSignal.abort() })));
    expect(error.message).toContain("the run was interrupted before an answer came");
    expect(server.requests).toEqual([]);
  });
});

describe("the error", () => {
  async function errorFor(reaction: Reaction): Promise<HuaweiCloudError> {
    server.react(reaction);
    return failureOf(send(withEffect));
  }

  test.each<[string, Reaction, { code?: string; requestId?: string }, string]>([
    [
      "the services",
      { status: 400, body: { error_code: "KPS.6011", error_msg: "No match." } },
      { code: "KPS.6011" },
      "No match.",
    ],
    [
      "CPH, without a dot",
      { status: 400, body: { request_id: "r", error_code: "CPS0005", error_msg: "No." } },
      { code: "CPS.0005", requestId: "r" },
      "No.",
    ],
    [
      "IAM",
      { status: 401, body: { error: { code: 401, message: "Wrong.", title: "Unauthorized" } } },
      { code: undefined },
      "Wrong.",
    ],
    [
      "IAM, newer",
      { status: 403, body: { error_code: "IAM.0003", error_msg: "Forbidden." } },
      { code: "IAM.0003" },
      "Forbidden.",
    ],
    [
      "a header with the request id",
      { status: 400, headers: { "X-Request-Id": "h" }, body: { error_msg: "No." } },
      { requestId: "h" },
      "No.",
    ],
    ["no text at all", { status: 403, body: "" }, {}, "the service answered HTTP 403 without a message."],
    [
      "JSON of another shape",
      { status: 400, body: '["x",null]' },
      {},
      "the service answered HTTP 400 without a message.",
    ],
    ["JSON that is no object", { status: 400, body: "null" }, {}, "the service answered HTTP 400 without a message."],
    [
      "fields of other types",
      { status: 400, body: { error_code: 7, error_msg: { a: 1 } } },
      { code: "7" },
      "the service answered HTTP 400 without a message.",
    ],
  ])("reads the envelope of %s", async (_, reaction, fields, message) => {
    const error = await errorFor(reaction);
    expect(error).toMatchObject({ code: undefined, requestId: undefined, ...fields });
    expect(error.message).toContain(`KPS CreateKeypair failed: ${message}`);
  });

  test("of a proxy's page is marked as a foreign answer and does not show the page", async () => {
    for (const status of [404, 403, 502]) {
      const page = { status, headers: { "Content-Type": "text/html" }, body: "<html>nginx</html>" };
      const error = await errorFor(page);
      expect(error).toMatchObject({ status, foreignAnswer: true });
      expect(everyFormOf(error)).not.toContain("nginx");
    }
  });

  test("of an answer that is no JSON says so and does not show it", async () => {
    const error = await errorFor({ body: '{"keypair":{"private_key":"s3cret' });
    expect(error.message).toContain("the answer is not valid JSON");
    expect(everyFormOf(error)).not.toContain("s3cret");
  });

  test("of a host that does not exist says so", async () => {
    const error = await failureOf(send({ url: "http://kms.no-such-host.invalid/" }));
    expect(error.message).toMatch(/no answer: .*(ENOTFOUND|EAI_AGAIN)/);
    expect(error.outcomeUnknown).toBe(false);
  });

  test("holds no line of a private key that was sent, also where it is quoted without its frame", async () => {
    const lines = privateKeys.rsa.trim().split("\n").slice(1, -1);
    server.react({
      status: 400,
      body: { error_code: "KPS.0002", error_msg: `bad line: ${lines[3] ?? ""}, ${lines.join(" ")}` },
    });
    const body = JSON.stringify({ keypair: { key_protection: { private_key: privateKeys.rsa } } });
    const shown = everyFormOf(await failureOf(send({ ...withEffect, body })));
    for (const line of lines) expect(shown).not.toContain(line);
    expect(shown).toContain("bad line: [secret]");
  });

  test("never holds a secret, wherever the service repeats it", async () => {
    const secrets = ["AKIDEXAMPLE", "SKexample/+=", "token-abc"];
    keepSecrets(secrets);
    const echo = ({ headers, body }: { headers: object; body: string }): Reaction => ({
      status: 400,
      body: { error_msg: `${JSON.stringify(headers)} ${body}` },
    });
    const call = () =>
      transport().send(
        request({ ...withEffect, body: JSON.stringify({ key: privateKeys.rsa }) }),
        operation(),
        ({ headers }) => Promise.resolve({ ...headers, Authorization: secrets.join(" "), "X-Auth-Token": "token-abc" }),
      );
    for (const reaction of [echo, "reset", { body: "<html>" }] as const) {
      server.react(reaction);
      const shown = everyFormOf(await failureOf(call()));
      for (const secret of secrets) expect(shown).not.toContain(secret);
      expect(shown).not.toContain(privateKeys.rsa.slice(40, 80));
    }
  });
});

describe("an outage", () => {
  const out: Reaction = { status: 503 };
  const call = (one: Transport, fields: Partial<HttpRequest> = {}) =>
    one.send(request(fields), operation(), ({ headers }) => Promise.resolve(headers));

  test("is waited out once: for a while other calls are sent, but once only", async () => {
    const one = transport();
    server.react(out);
    await failureOf(call(one));
    await failureOf(call(one));
    await failureOf(call(one));
    expect(server.requests).toHaveLength(maxRetries + 1 + 2);
  });

  test("of one call is no outage of others that are answered", async () => {
    const one = transport();
    server.react(out, out, out, ok, out, ok);
    await failureOf(call(one));
    expect((await call(one)).body).toEqual({ fine: true });
    expect((await call(one)).body).toEqual({ fine: true });
  });

  test("ends with a refusal as well, and after a while", async () => {
    const refusal: Reaction = { status: 400, body: { error_code: "KPS.0002", error_msg: "No." } };
    const one = transport();
    server.react(out, out, out, refusal, out, ok);
    await failureOf(call(one));
    await failureOf(call(one));
    expect((await call(one)).body).toEqual({ fine: true });

    server.react(out, out, out, out, ok);
    await failureOf(call(one));
    const now = performance.now.bind(performance);
    jest.spyOn(performance, "now").mockImplementation(() => now() + 11_000);
    expect((await call(one)).body).toEqual({ fine: true });
  });

  test("is not over where another service refuses what a call needs before it is sent", async () => {
    const one = transport();
    server.react(out);
    await failureOf(call(one));
    const refusal = new HuaweiCloudError({
      operation: "IAM KeystoneCreateUserTokenByPassword",
      message: "No.",
      status: 403,
    });
    await failureOf(one.send(request(), operation(), () => Promise.reject(refusal)));
    await failureOf(call(one));
    expect(server.requests).toHaveLength(maxRetries + 1 + 1);
  });

  test("of a service says nothing about another one", async () => {
    const one = transport();
    server.react(out, out, out, out, ok);
    await failureOf(call(one));
    expect((await call(one, { service: "cph" })).body).toEqual({ fine: true });
  });

  test("in silence fails those that waited for it, which are not sent, and none that comes later", async () => {
    const one = transport();
    const askedAt = performance.now();
    server.react("reset", "reset", "reset", ok);
    const first = await failureOf(call(one, { idempotent: true }));
    expect(first.outcomeUnknown).toBe(true);
    const waited = await failureOf(call(one, { ...withEffect, operation: "KPS DeleteKeypair", askedAt }));
    expect(waited.message).toBe(first.message.replace("KPS CreateKeypair", "KPS DeleteKeypair"));
    expect(waited.outcomeUnknown).toBe(false);
    expect(server.requests).toHaveLength(maxRetries + 1);
    expect((await call(one, { askedAt: performance.now() })).body).toEqual({ fine: true });
  });
});

describe("a call that cannot have left", () => {
  const secure = useAnsweringServer(certificate);
  /** By name: behind a proxy, Node warns of addresses. */
  const hostUrl = () => secure.url.replace("127.0.0.1", "localhost");
  let closeProxy: (() => void) | undefined;

  afterEach(() => {
    closeProxy?.();
    for (const name of ["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"]) Reflect.deleteProperty(process.env, name);
  });

  /** A proxy that is asked to connect; how often it was. */
  async function useProxy(connect: (from: Duplex, to: string) => void): Promise<{ asked: number }> {
    const counted = { asked: 0 };
    const proxy = createServer().on("connect", ({ url = "" }: IncomingMessage, from: Duplex) => {
      counted.asked++;
      connect(from, url);
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    closeProxy = () => {
      proxy.closeAllConnections();
      proxy.close();
    };
    process.env.HTTPS_PROXY = `http://user:proxy-s3cret@127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    return counted;
  }

  const refuse = (status: string) => (from: Duplex) =>
    from.end(`HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`);

  const tunnel = (from: Duplex, to: string) => {
    const [host, port] = to.split(":");
    const onwards = createConnection(Number(port), host, () => {
      from.write("HTTP/1.1 200 Connection established\r\n\r\n");
      from.pipe(onwards).pipe(from);
    });
    onwards.on("error", () => from.destroy());
    from.on("error", () => onwards.destroy());
  };

  test("for its certificate is refused is not repeated, has done nothing, and says what to do", async () => {
    secure.react(ok);
    const error = await failureOf(send({ ...withEffect, url: secure.url }));
    expect(error.message).toMatch(
      /^KPS CreateKeypair failed: nothing was sent, because the server's certificate is not accepted: self-signed certificate\. .*NODE_EXTRA_CA_CERTS.*huaweicloud-cph:insecure/,
    );
    expect(error.outcomeUnknown).toBe(false);
    expect(secure.requests).toEqual([]);

    await useProxy(tunnel);
    expect((await failureOf(send({ ...withEffect, url: hostUrl() }))).message).toBe(error.message);
    expect(secure.requests).toEqual([]);
  });

  test("unless certificates are not verified, goes through a proxy as well", async () => {
    secure.react(ok, ok, "reset");
    const proxy = await useProxy(tunnel);
    const call = () =>
      transport({ insecure: true }).send(request({ ...withEffect, url: hostUrl() }), operation(), ({ headers }) =>
        Promise.resolve(headers),
      );
    expect((await call()).body).toEqual({ fine: true });
    expect((await call()).body).toEqual({ fine: true });
    expect(await failureOf(call())).toMatchObject({ outcomeUnknown: true });
    expect(proxy.asked).toBe(3);
  });

  test.each([
    ["407 Proxy Authentication Required", 1, /HTTP 407\)\. Give the proxy's user name and password in .*HTTPS_PROXY/],
    ["403 Forbidden", 1, /HTTP 403\)\. Have the proxy let this host through/],
    ["404 Not Found", 1, /HTTP 404\)/],
    ["502 Bad Gateway", maxRetries + 1, /HTTP 502\), after 3 attempts/],
  ])("for a proxy answers %s has done nothing", async (status, attempts, message) => {
    const proxy = await useProxy(refuse(status));
    const error = await failureOf(send({ ...withEffect, url: "https://kms.example.invalid/" }));
    expect(error.message).toMatch(
      /^KPS CreateKeypair failed: nothing was sent, because the proxy refused to connect \(/,
    );
    expect(error.message).toMatch(message);
    expect(error).toMatchObject({ outcomeUnknown: false, status: undefined });
    expect(everyFormOf(error)).not.toContain("proxy-s3cret");
    expect(proxy.asked).toBe(attempts);
  });

  test("for the proxy cannot be reached has done nothing", async () => {
    await useProxy(tunnel);
    closeProxy?.();
    const error = await failureOf(send({ ...withEffect, url: "https://kms.example.invalid/" }));
    expect(error).toMatchObject({ outcomeUnknown: false });
    expect(error.message).toMatch(/ECONNREFUSED.*after 3 attempts/);
    expect(error.hint).toMatch(
      /^The call was to go through the proxy that the environment variable HTTPS_PROXY names:/,
    );
    expect(everyFormOf(error)).not.toContain("proxy-s3cret");
  });

  test("for a server that no proxy stands before cannot be reached names no proxy", async () => {
    await useProxy(tunnel);
    closeProxy?.();
    process.env.NO_PROXY = "localhost";
    const error = await failureOf(send({ url: "https://localhost:1/" }));
    expect(error.message).toContain("ECONNREFUSED");
    expect(error.hint).toBeUndefined();
  });

  test("asks no proxy that NO_PROXY excepts the domain from, without a dot before it", async () => {
    const proxy = await useProxy(tunnel);
    process.env.NO_PROXY = "example.invalid";
    const error = await failureOf(send({ ...withEffect, url: "https://kms.example.invalid/" }));
    expect(error.message).toMatch(/no answer: .*(ENOTFOUND|EAI_AGAIN)/);
    expect(proxy.asked).toBe(0);
  });

  test("for the connection ends before TLS stands has done nothing, and is repeated", async () => {
    const plain = createTcpServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => plain.listen(0, "127.0.0.1", resolve));
    const url = `https://127.0.0.1:${(plain.address() as AddressInfo).port}`;
    const error = await failureOf(send({ ...withEffect, url }));
    expect(error).toMatchObject({ outcomeUnknown: false });
    expect(error.message).toContain("after 3 attempts");
    plain.close();
  });

  /** Attempts wait a tenth of a second for a connection. */
  function shortenConnecting(): void {
    const original = setTimeout;
    const shortened = (act: () => void, time: number) => original(act, time / 300);
    jest.spyOn(global, "setTimeout").mockImplementation(shortened as typeof setTimeout);
  }

  test("for no connection stands in time has done nothing, and is repeated", async () => {
    const silent = createTcpServer();
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    shortenConnecting();
    const url = `https://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const error = await failureOf(send({ ...withEffect, url }));
    expect(error.message).toContain("no answer: no connection within 30 s, after 3 attempts");
    expect(error).toMatchObject({ outcomeUnknown: false });
    silent.close();
  });

  test("for the proxy hangs up has done nothing, and is repeated", async () => {
    const proxy = await useProxy((from) => from.destroy());
    shortenConnecting();
    const error = await failureOf(send({ ...withEffect, url: "https://kms.example.invalid/" }));
    expect(error).toMatchObject({ outcomeUnknown: false });
    expect(proxy.asked).toBe(3);
  });

  test("says what a plain proxy asks for", async () => {
    server.react({ status: 407, body: "" });
    const error = await failureOf(send(idempotent));
    expect(error.message).toMatch(/HTTP 407\) Give the proxy's user name and password/);
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    ["http://user:proxy-s3cret@[", /cannot be sent: HTTPS_PROXY names the proxy "http:\/\/…@\[": that is no URL/],
    ["http://user:proxy-s3cret@host:port", /cannot be sent: HTTPS_PROXY names the proxy .*: that is no URL/],
    ["socks5://user:proxy-s3cret@host:1080", /cannot be sent: HTTPS_PROXY names the proxy .*: SOCKS proxies/],
    ["user:proxy-s3cret@no-such-host.invalid", /no answer/],
  ])("shows nothing of a proxy's address that is none: %s", async (address, message) => {
    process.env.HTTPS_PROXY = address;
    const error = await failureOf(send({ ...withEffect, url: "https://kms.example.invalid/" }));
    expect(error.message).toMatch(message);
    expect(error.outcomeUnknown).toBe(false);
    expect(everyFormOf(error)).not.toContain("proxy-s3cret");
  });
});

describe("TLS", () => {
  const secure = useAnsweringServer(certificate);

  test("certificates are verified unless insecure is set", async () => {
    secure.react(ok);
    const call = (insecure: boolean) =>
      transport({ insecure }).send(request({ url: secure.url }), operation(), ({ headers }) =>
        Promise.resolve(headers),
      );
    const error = await failureOf(call(false));
    expect(error.message).toMatch(/self-signed certificate/);
    expect(secure.requests).toEqual([]);
    expect((await call(true)).body).toEqual({ fine: true });
  });
});
