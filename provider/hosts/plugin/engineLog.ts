import { credentials, makeGenericClientConstructor, Metadata } from "@grpc/grpc-js";
import { EngineService, type IEngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import type { Logger } from "../../operation/operation";
import { redactSecrets } from "../../text/redaction";

/** In milliseconds. */
const timeToTell = 2_000;

/** Not Pulumi's own class: that takes credentials from no other copy of grpc-js than its own. */
const Client = makeGenericClientConstructor(EngineService, "Engine");

/** Where the engine shows what its providers have to say: beside a resource, or at the stack. */
export class EngineLog {
  /** Made with the first message: many processes have none. */
  private client?: IEngineClient;
  private readonly untold = new Set<Promise<void>>();

  constructor(private readonly address: string) {}

  /** Tells of a resource; without a URN, of what all share. */
  logOf(urn = ""): Logger {
    return {
      status: (message) => {
        this.tell(urn, LogSeverity.INFO, message, true);
      },
      info: (message) => {
        this.tell(urn, LogSeverity.INFO, message);
      },
      warn: (message) => {
        this.tell(urn, LogSeverity.WARNING, message);
      },
    };
  }

  /** Settles once the engine has all messages: it may end after the last answer, and would not show what comes later. */
  async allTold(): Promise<void> {
    await Promise.all(this.untold);
  }

  private tell(urn: string, severity: LogSeverity, message: string, isStatus = false): void {
    const request = new LogRequest();
    request.setUrn(urn);
    request.setSeverity(severity);
    request.setMessage(redactSecrets(message));
    request.setEphemeral(isStatus);
    const client = (this.client ??= new Client(this.address, credentials.createInsecure()) as unknown as IEngineClient);
    const told = new Promise<void>((resolve) => {
      // A message that cannot be shown is no reason to fail.
      client.log(request, new Metadata(), { deadline: Date.now() + timeToTell }, () => {
        resolve();
      });
    }).finally(() => this.untold.delete(told));
    this.untold.add(told);
  }
}
