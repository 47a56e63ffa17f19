import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { answerAdminCall } from "./adminApi";
import { answerApiCall } from "./apiServer";
import { Controls } from "./controls";
import { writeDataFile } from "./dataFile";
import { send } from "./http";
import type { SimulatorOptions } from "./options";
import { findPageFile } from "./page";

const saveDelay = 100;

/** A running simulator, and the handle to everything that its admin API can do. */
export class Simulator extends Controls {
  private readonly server: HttpServer;
  private port = 0;
  private saveTimer: NodeJS.Timeout | undefined;

  constructor(options: SimulatorOptions) {
    super(options);
    // Longer than any client keeps an idle connection, so that it is never the server who closes one in mid-call.
    this.server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
      void this.answer(request, response);
    });
  }

  /** Where it listens, such as `http://127.0.0.1:43251`. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Begins to listen, as `startSimulator` has it do. */
  async start(): Promise<void> {
    this.saveNow();
    await new Promise<void>((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(this.options.port, "127.0.0.1", resolve);
    });
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** Stops, and keeps the state where that was asked for. Calls that still wait for their answer are cut off. */
  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    this.saveNow();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? "/").split("?")[0] ?? "/";
    try {
      const file = request.method === "GET" ? findPageFile(path) : undefined;
      if (file !== undefined) {
        send(response, 200, file.headers, file.text);
      } else if (path === "/_admin" || path.startsWith("/_admin/")) {
        await answerAdminCall(this, request, response);
      } else {
        await answerApiCall(this.cloud, this.callLog, request, response);
        if (request.method !== "GET") this.saveSoon();
      }
    } catch (error) {
      // Where the client went away in the middle of its request, nobody waits for an answer; anything else is a bug.
      if (!request.socket.destroyed) console.error(error);

      response.destroy();
    }
  }

  /** Changes come in bursts: they are written together, a moment later. */
  protected override saveSoon(): void {
    if (this.options.data !== undefined && this.server.listening && this.saveTimer === undefined) {
      this.saveTimer = setTimeout(() => {
        try {
          this.saveNow();
        } catch (error) {
          console.error(error);
        }
      }, saveDelay);
    }
  }

  private saveNow(): void {
    clearTimeout(this.saveTimer);
    this.saveTimer = undefined;
    if (this.options.data !== undefined) writeDataFile(this.options.data, this.cloud.projects.values());
  }
}
