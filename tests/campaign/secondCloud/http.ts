/** Requests as they arrive, and answers as they go out. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import type { Answer } from "./call";
import type { Habits } from "./habits";
import type { ReceivedRequest } from "./signature";

export async function receive(request: IncomingMessage): Promise<ReceivedRequest> {
  const { method = "", url = "", headers } = request;
  const single = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
  return { method, url, headers: Object.fromEntries(single), body: await text(request) };
}

export function send(
  response: ServerResponse,
  { status, body, page, headers, isCut = false }: Answer,
  requestId: string,
  habits: Habits,
): void {
  const isEmpty = body === undefined || body === "";
  const plain = Buffer.from(page ?? (isEmpty ? "" : JSON.stringify(body)));
  const isCompressible = /\bgzip\b/.test(String(response.req.headers["accept-encoding"])) && plain.length > 0;
  const isCompressed = habits.compresses && isCompressible;
  const content = isCompressed ? gzipSync(plain) : plain;
  const half = content.subarray(0, content.length / 2);
  const endsConnection = isCut && content.length > 0 && habits.cutsConnections;
  const sent = isCut && !endsConnection ? half : content;
  const fields = {
    "Content-Type": page === undefined ? "application/json;charset=utf8" : "text/html",
    ...(page === undefined && { "X-Request-Id": requestId }),
    ...(!habits.chunked && sent.length > 0 && { "Content-Length": String(sent.length) }),
    ...(isCompressed && { "Content-Encoding": "gzip" }),
    ...(habits.closesConnections && { Connection: "close" }),
    ...headers,
  };
  for (const [name, value] of Object.entries(fields))
    response.setHeader(habits.lowerCaseHeaders ? name.toLowerCase() : name, value);

  response.writeHead(status);
  if (endsConnection) {
    response.write(half, () => response.destroy());
    return;
  }
  // Without a length, what is written in parts is chunked.
  if (sent.length > 0) response.write(sent.subarray(0, 1));
  response.end(sent.subarray(1));
}
