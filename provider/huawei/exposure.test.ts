/** Credentials and keys go to the configured endpoints only, over connections that nobody else reads, and into no error. */
import { execFile } from "node:child_process";
import { createServer, type Server } from "node:http";
import { connect as connectSocket, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { startAnsweringServer, useAnsweringServer, type Reaction } from "../testing/answeringServer";
import { certificate, privateKeys, publicKeys } from "../testing/keys";
import {
  connect,
  everyFormOf,
  failureOf,
  operation,
  projectId,
  region,
  useShortBackoff,
} from "../testing/simulatedCloud";
import type { HuaweiCloudError } from "./errors/errors";

const accessKey = { accessKey: "ACCESSKEYID", secretKey: "secret+key/", securityToken: "security-token==" };
const user = { userName: "user", domainName: "domain", password: 'pass"word' };

/** Ways to sign in, and what of each is secret. */
const signIns: [string, Record<string, unknown>, string[]][] = [
  ["an access key", { ...accessKey, projectId }, Object.values(accessKey)],
  ["a token", { token: "configured/token=", projectId }, ["configured/token="]],
  ["a password", user, [user.password, "passw"]],
];

const server = useAnsweringServer();
const secureServer = useAnsweringServer(certificate);
useShortBackoff();

beforeEach(() => {
  secureServer.react({ body: {} });
});

const environment = { ...process.env };

afterEach(() => {
  process.env = { ...environment };
});

/** Sends a private key. */
function importKey(url: string, configuration: Record<string, unknown>): Promise<unknown> {
  return connect({ url }, { maxRetries: 0, ...configuration })
    .kps(region, operation())
    .createKeypair({
      name: "k",
      publicKey: publicKeys.rsa,
      keyProtection: { privateKey: privateKeys.rsa, encryption: { type: "default" } },
    });
}

describe.each(signIns)("a call with %s", (_, configuration, credentials) => {
  test.each([301, 302, 303, 307, 308])(
    "that is redirected (%d) carries nothing elsewhere, and fails",
    async (status) => {
      const other = await startAnsweringServer();
      server.react({ status, headers: { Location: `${other.url}/elsewhere` }, body: "" });
      const error = await failureOf(importKey(server.url, configuration));
      expect(error.message).toContain(`HTTP ${status}`);
      expect(server.requests).toHaveLength(1);
      expect(other.requests).toEqual([]);
      await other.close();
    },
  );

  test("is not sent to a server whose certificate nobody vouches for", async () => {
    const error = await failureOf(importKey(secureServer.url, configuration));
    expect(error.message).toMatch(/self-signed certificate/);
    expect(secureServer.requests).toEqual([]);
  });

  test("fails with an error that shows no secret in any form", async () => {
    const echo = ({ headers, body }: { headers: object; body: string }): Reaction => ({
      status: 400,
      body: { error_msg: `${JSON.stringify(headers)} ${body}`, error_code: "KPS.1", request_id: "r" },
    });
    const token: Reaction = {
      status: 201,
      headers: { "X-Subject-Token": "issued/token==" },
      body: { token: { project: { id: projectId } } },
    };
    const failures: HuaweiCloudError[] = [];
    for (const reaction of [echo, "reset", { body: "<html>" }, { status: 500 }] as const) {
      server.react(...(configuration === user ? [token] : []), reaction);
      failures.push(await failureOf(importKey(server.url, configuration)));
    }
    server.react("reset");
    failures.push(await failureOf(importKey(server.url, configuration)));
    failures.push(await failureOf(importKey("http://127.0.0.1:1", configuration)));
    failures.push(await failureOf(importKey(secureServer.url, configuration)));
    const shown = failures.map(everyFormOf).join("\n");
    // The first half of the lines holds what the public key holds as well.
    for (const secret of [...credentials, "issued", ...privateKeys.rsa.split("\n").slice(6, 8)])
      expect(shown).not.toContain(secret);

    expect(shown).not.toMatch(/Signature=\w/);
  });
});

test("verification of certificates is not turned off by Node's own variable", async () => {
  // Node reads it from the process that really runs.
  const program = `
    const { HuaweiCloud } = require("./provider/huawei/huaweiCloud");
    const { resolveSettings } = require("./provider/huawei/settings/settings");
    const endpoints = { kms: ${JSON.stringify(secureServer.url)} };
    const cloud = new HuaweiCloud(resolveSettings({ region: "r", projectId: "p", token: "t", maxRetries: 0, endpoints }, {}));
    const operation = { signal: new AbortController().signal, deadline: Infinity, log: console };
    cloud.kps("r", operation).listKeypairs().then(console.log, (error) => console.log(error.message));
  `;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["-r", "ts-node/register/transpile-only", "-e", program],
    { cwd: join(__dirname, "../.."), env: { ...process.env, NODE_TLS_REJECT_UNAUTHORIZED: "0" } },
  );
  expect(stdout).toMatch(/self-signed certificate/);
  expect(secureServer.requests).toEqual([]);
}, 60_000);

describe("through a proxy", () => {
  let proxy: Tunnel;
  let url: string;

  beforeEach(async () => {
    // Names of hosts are what TLS expects, and proxies.
    url = secureServer.url.replace("127.0.0.1", "localhost");
    proxy = await startTunnel();
    process.env.HTTPS_PROXY = proxy.url;
  });

  afterEach(() => proxy.close());

  test("a call goes as it would without: the proxy sees the host and nothing else", async () => {
    secureServer.react({ body: { keypairs: [] } });
    const cloud = connect({ url }, { token: "configured-token", projectId, insecure: true });
    await cloud.kps(region, operation()).listKeypairs();
    expect(secureServer.requests).toMatchObject([{ headers: { "x-auth-token": "configured-token" } }]);
    expect(proxy.received).toMatch(/^CONNECT localhost:\d+ /);
    expect(proxy.received).not.toContain("configured-token");
    expect(proxy.received).not.toContain("keypairs");
  });

  test("certificates are verified as well", async () => {
    const error = await failureOf(importKey(url, { token: "t", projectId }));
    expect(error.message).toMatch(/self-signed certificate/);
    expect(proxy.received).toMatch(/^CONNECT /);
    expect(secureServer.requests).toEqual([]);
  });
});

interface Tunnel {
  readonly url: string;
  /** Everything that clients have sent to it, and through it. */
  readonly received: string;
  close(): Promise<void>;
}

/** A proxy that connects its clients to whatever they name. */
async function startTunnel(): Promise<Tunnel> {
  const chunks: Buffer[] = [];
  const sockets: Socket[] = [];
  const proxy: Server = createServer();
  proxy.on("connection", (socket: Socket) => socket.on("data", (chunk: Buffer) => chunks.push(chunk)));
  proxy.on("connect", ({ url = "" }: { url?: string }, client: Socket) => {
    const target = connectSocket(Number(url.split(":")[1]), "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connected\r\n\r\n");
      client.pipe(target).pipe(client);
    });
    for (const socket of [client, target]) sockets.push(socket.on("error", () => socket.destroy()));
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    get received() {
      return Buffer.concat(chunks).toString("latin1");
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}
