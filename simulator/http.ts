import type { IncomingMessage, ServerResponse } from "node:http";

const longestBody = 1024 * 1024;

/** Reads a request's body; undefined where it is longer than a server takes. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= longestBody) chunks.push(chunk);
  }
  return length <= longestBody ? Buffer.concat(chunks) : undefined;
}

/** Path and query of a request. The segments are decoded; undefined where their percent-encoding is malformed. */
export function readTarget(request: IncomingMessage): { segments: string[] | undefined; query: URLSearchParams } {
  const [path = "", ...query] = (request.url ?? "/").split("?");
  const segments = path.replace(/^\/|\/$/g, "").split("/");
  return { segments: decodeAll(segments), query: new URLSearchParams(query.join("?")) };
}

function decodeAll(segments: readonly string[]): string[] | undefined {
  try {
    return segments.map((segment) => decodeURIComponent(segment));
  } catch {
    return undefined;
  }
}

/** All headers by lower-case name; one that was sent several times is joined. */
export function readHeaders(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headersDistinct).map(([name, values = []]) => [name, values.join(",")]),
  );
}

/** The JSON of a body: no value where it is empty, `false` for `valid` where it is not JSON. */
export function parseJson(body: Buffer): { valid: boolean; value?: unknown } {
  if (body.length === 0) return { valid: true };

  try {
    return { valid: true, value: JSON.parse(body.toString()) as unknown };
  } catch {
    return { valid: false };
  }
}

/** Sends a whole answer. */
export function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
): void {
  const length = status === 204 ? {} : { "Content-Length": String(Buffer.byteLength(body)) };
  response.writeHead(status, { ...headers, ...length }).end(body);
}
