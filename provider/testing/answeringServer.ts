import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface ReceivedRequest {
  method: string;
  /** Path and query. */
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** What a server does with a request: answers, cuts the connection before or in the middle of the answer, or says nothing. */
export type Reaction =
  { status?: number; headers?: Record<string, string>; body?: unknown; cutOff?: boolean } | "reset" | "hang";

/** A server on loopback that answers what a test tells it to, for answers that the simulator cannot give. */
export interface AnsweringServer {
  readonly url: string;
  readonly requests: ReceivedRequest[];
  /** What is done from now on, request by request; the last reaction is for all that follow. */
  react(...reactions: (Reaction | ((request: ReceivedRequest) => Reaction))[]): void;
  close(): Promise<void>;
}

/** What a server needs to speak HTTPS. */
interface Tls {
  cert: string;
  key: string;
}

/** An answering server for the tests of a file or of a `describe`. */
export function useAnsweringServer(tls?: Tls): AnsweringServer {
  const server = newAnsweringServer(tls);
  beforeAll(() => server.start());
  afterAll(() => server.close());
  return server;
}

/** An answering server that a test closes itself. */
export async function startAnsweringServer(): Promise<AnsweringServer> {
  const server = newAnsweringServer();
  await server.start();
  return server;
}

function newAnsweringServer(tls?: Tls): AnsweringServer & { url: string; start(): Promise<void> } {
  const requests: ReceivedRequest[] = [];
  let reactions: (Reaction | ((request: ReceivedRequest) => Reaction))[] = [{}];

  const listener: RequestListener = (request, response) => {
    void text(request).then((body) => {
      const received = { method: request.method ?? "", path: request.url ?? "", headers: request.headers, body };
      requests.push(received);
      const next = (reactions.length > 1 ? reactions.shift() : reactions[0]) ?? {};
      const reaction = typeof next === "function" ? next(received) : next;
      if (reaction === "hang") return;
      if (reaction === "reset") {
        request.socket.destroy();
        return;
      }
      const content = typeof reaction.body === "string" ? reaction.body : JSON.stringify(reaction.body ?? {});
      if (reaction.cutOff === true) {
        response.writeHead(reaction.status ?? 200, { ...reaction.headers, "Content-Length": content.length + 10 });
        response.write(content, () => request.socket.destroy());
        return;
      }
      response.writeHead(reaction.status ?? 200, reaction.headers).end(content);
    });
  };
  const server: Server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  return {
    url: "",
    requests,
    async start() {
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const { port } = server.address() as AddressInfo;
      this.url = `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`;
    },
    react(...next) {
      requests.length = 0;
      reactions = next;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
