/** Stands between the provider and a simulated cloud, and knows every secret that passes. */
import { createServer, request as send, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { Simulator } from "pulumi-huaweicloud-cph/simulator";

export interface Wire {
  /** The endpoint of all services. */
  readonly url: string;
  /** Signatures, tokens, temporary access keys and private keys that have passed so far. */
  readonly secrets: Record<string, string>;
  /** Answers calls to these paths with an error that repeats all that was sent; without a path, the cloud answers again. */
  repeat(path?: RegExp, status?: number): void;
}

const openWires: (() => Promise<void>)[] = [];

afterAll(() => Promise.all(openWires.map((close) => close())));

export async function startWire(simulator: Simulator): Promise<Wire> {
  const secrets: Record<string, string> = {};
  let repetition: { path?: RegExp; status: number } = { status: 500 };
  const note = (kind: string, value: unknown) => {
    if (typeof value !== "string" || value === "" || Object.values(secrets).includes(value)) return;
    secrets[`${kind} ${Object.keys(secrets).length + 1}`] = value;
  };

  // Longer than any client keeps an idle connection, so that it is never the server who closes one in mid-call.
  const server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
    void (async () => {
      const { headers, method = "", url = "" } = request;
      const body = await text(request);
      note("signature", /Signature=(\w+)/.exec(headers.authorization ?? "")?.[1]);
      note("token", headers["x-auth-token"] ?? headers["x-metadata-token"]);
      if (repetition.path?.test(`${method} ${url}`)) {
        const message = `refused: ${JSON.stringify(headers)} ${body}`;
        response.writeHead(repetition.status).end(JSON.stringify({ error_code: "KPS.0003", error_msg: message }));
        return;
      }
      const answer = await forward(simulator.url + url, method, headers, body);
      const content = await text(answer);
      note("token", answer.headers["x-subject-token"]);
      const credential = /"credential":\s*(\{[^}]*\})/.exec(content)?.[1] ?? "{}";
      for (const part of Object.values(JSON.parse(credential) as object))
        if (Number.isNaN(Date.parse(String(part)))) note("temporary key", part);

      note(
        "generated private key",
        /"private_key":\s*("(?:[^"\\]|\\.)*")/.exec(content)?.[1]?.replaceAll('"', "").replaceAll("\\n", "\n"),
      );
      response.writeHead(answer.statusCode ?? 502, answer.headers).end(content);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  openWires.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    secrets,
    repeat(path, status = 500) {
      repetition = { path, status };
    },
  };
}

/** The headers go on as they came: the host is among what was signed. */
function forward(url: string, method: string, headers: IncomingHttpHeaders, body: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    send(url, { method, headers }, resolve).on("error", reject).end(body);
  });
}
