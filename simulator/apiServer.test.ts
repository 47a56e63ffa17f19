import { request } from "node:http";
import { connect } from "node:net";
import { call, cph, kps, passwordBody, project, send } from "./testing/client";
import { useSimulator } from "./testing/suite";

const simulator = useSimulator();

test.each([
  "GET /v3/unknown",
  `PATCH ${kps}`,
  `POST ${cph}/servers/open-access`,
  `GET ${cph}/phones`,
  `GET ${kps}/a/b/c`,
  `HEAD ${kps}`,
  "GET /v3//keypairs",
  "GET /%",
])("there is no API %s", async (target) => {
  const answer = await send(simulator, target);
  expect(answer.status).toBe(404);
  expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-f]{32}$/);
  if (!target.startsWith("HEAD"))
    expect(answer.body).toMatchObject({ error_code: "APIGW.0101", request_id: answer.headers.get("x-request-id") });

  expect(simulator.calls()).toMatchObject([{ service: null, operation: null, status: 404, errorCode: "APIGW.0101" }]);
});

test("every answer has a request id of its own, which the log shows", async () => {
  const answers = [await call(simulator, `GET ${kps}`), await call(simulator, `DELETE ${kps}/missing`)];
  const ids = answers.map(({ headers }) => headers.get("x-request-id"));
  expect(new Set(ids).size).toBe(2);
  expect(simulator.calls().map(({ requestId }) => requestId)).toEqual(ids);
});

test("segments of the path are decoded before they are looked up and signed", async () => {
  expect((await call(simulator, `GET ${kps}/caf%C3%A9%20%2F`)).status).toBe(404);
  await call(simulator, `POST ${kps}`, { body: { keypair: { name: "a-b" } } });
  expect((await call(simulator, `GET ${kps}/a%2Db`)).status).toBe(200);
});

test("a body that is not JSON is refused, after the credentials were verified", async () => {
  const text = "{not json";
  const signed = await call(simulator, `POST ${kps}`, { text });
  expect([signed.status, signed.body]).toMatchObject([400, { error_code: "APIGW.0201" }]);
  expect((await send(simulator, `POST ${kps}`, { text })).status).toBe(401);
  expect((await send(simulator, "POST /v3/auth/tokens", { text })).body).toMatchObject({ error: { code: 400 } });
});

test("a body that is too long is refused", async () => {
  const answer = await call(simulator, `POST ${kps}`, { text: JSON.stringify("x".repeat(1024 * 1024)) });
  expect([answer.status, answer.body]).toMatchObject([413, { error_code: "APIGW.0201" }]);
});

test("connections are kept", async () => {
  const { port } = new URL(simulator.url);
  const answers = await new Promise<string>((resolve) => {
    const socket = connect(Number(port), "127.0.0.1");
    let received = "";
    socket.on("data", (data) => {
      received += data.toString();
      if (received.split("HTTP/1.1 404").length === 3) {
        resolve(received);
        socket.destroy();
      }
    });
    socket.write("GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n");
  });
  expect(answers).toContain("Connection: keep-alive");
});

test("only this machine can connect", () => {
  expect(new URL(simulator.url).hostname).toBe("127.0.0.1");
});

test("a client that leaves in the middle of its request does no harm", async () => {
  const { port } = new URL(simulator.url);
  await new Promise<void>((resolve) => {
    const unfinished = request({
      port,
      host: "127.0.0.1",
      method: "POST",
      path: kps,
      headers: { "content-length": 10 },
    });
    unfinished.on("error", () => {
      resolve();
    });
    unfinished.write("{", () => {
      unfinished.destroy(new Error("gone"));
    });
  });
  expect((await call(simulator, `GET ${kps}`)).status).toBe(200);
});

test("the log shows what was called, and no secret", async () => {
  const { secretKey, password } = simulator.credentials;
  const encryption = { type: "default" };
  const created = await call(simulator, `POST ${kps}`, {
    body: { keypair: { name: "a", key_protection: { private_key: "top secret", encryption } } },
  });
  await call(simulator, `POST ${kps}`, {
    body: { keypair: { name: "b", public_key: "-----BEGIN RSA PRIVATE KEY-----" } },
  });
  await call(simulator, `POST ${kps}/batch-import`, {
    body: [{ keypair: { name: "c", key_protection: { private_key: "top secret" } } }],
  });
  const signedIn = await send(simulator, "POST /v3/auth/tokens", { body: passwordBody(simulator, {}) });
  const token = signedIn.headers.get("x-subject-token") ?? "";
  await send(simulator, `GET ${kps}`, { headers: { "x-auth-token": token } });
  expect(simulator.calls()[0]).toEqual({
    number: 1,
    time: expect.stringMatching(/^\d{4}-.*Z$/) as string,
    method: "POST",
    path: `/v3/${project}/keypairs`,
    service: "kps",
    operation: "CreateKeypair",
    requestId: created.headers.get("x-request-id"),
    credential: "signature",
    accessKey: "SIMULATORACCESSKEY00",
    body: { keypair: { name: "a", key_protection: { private_key: "[redacted]", encryption } } },
    faults: [],
    status: 400,
    errorCode: "KPS.0002",
    milliseconds: expect.any(Number) as number,
  });
  const log = JSON.stringify(simulator.calls());
  for (const secret of ["top secret", "PRIVATE KEY", secretKey, password, token, "Signature="])
    expect(log).not.toContain(secret);

  expect(simulator.calls().map(({ credential }) => credential)).toEqual([
    "signature",
    "signature",
    "signature",
    "none",
    "token",
  ]);
});
