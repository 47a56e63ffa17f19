import type { Operation } from "../operation/operation";
import { Answer } from "./answers";
import type { CallName } from "./errors/calls";
import type { Session } from "./identity/session";
import type { HttpResponse } from "./sending/http";

type Method = "GET" | "POST" | "PUT" | "DELETE";

/** A service in one region, on behalf of one operation. */
export abstract class ServiceClient {
  /** What its host is named by. */
  protected abstract readonly service: "kms" | "cph";

  constructor(
    private readonly session: Session,
    private readonly region: string,
    private readonly operation: Operation,
  ) {}

  /** What the paths of all calls in a project begin with. */
  protected abstract root(projectId: string): string;

  /** Sends a call whose answer is read. Not idempotent is what has another effect if it is sent twice. */
  protected async call(
    name: CallName,
    method: Method,
    path: string,
    body?: unknown,
    idempotent = true,
  ): Promise<Answer> {
    const response = await this.send(name, method, path, body, idempotent);
    return this.answer(name, response.body);
  }

  /** Sends a call whose answer carries nothing that is needed, and may have no body at all. */
  protected send(
    operation: CallName,
    method: Method,
    path: string,
    body?: unknown,
    idempotent = true,
  ): Promise<HttpResponse> {
    const { service } = this;
    const pathIn = (projectId: string) => `${this.root(projectId)}${path}`;
    return this.session.send(
      { service, operation, method, path: pathIn, body, idempotent },
      this.region,
      this.operation,
    );
  }

  /** An answer that is to be an object. */
  protected answer(name: CallName, body: unknown): Answer {
    return Answer.of(name, body);
  }
}
