import type { Cloud, Project } from "./cloud";
import type { FaultSubject } from "./faults";
import type { Caller } from "./identity";
import type { Operation, operations } from "./operations";
import type { PathParameters } from "./routes";
import type { SignedRequest } from "./signature";

/** A call that arrived: read, but its credentials not yet verified. */
export interface ApiCall {
  readonly requestId: string;
  readonly subject: FaultSubject;
  readonly parameters: PathParameters;
  readonly request: SignedRequest;
  /** The JSON body; undefined where there is none. */
  readonly body: unknown;
}

/** A call whose credentials are good for its project. */
export interface ProjectCall extends ApiCall {
  readonly caller: Caller;
  readonly project: Project;
}

/** What is answered. */
export interface Reply {
  readonly status: number;
  /** Sent as JSON; undefined for no body. */
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Carries out an operation that needs no project. */
export type Handler = (cloud: Cloud, call: ApiCall) => Reply;

/** Carries out an operation on a project. */
export type ProjectHandler = (cloud: Cloud, call: ProjectCall) => Reply | Promise<Reply>;

/** The operations of one service. */
export type OperationOf<S> = { [N in Operation]: (typeof operations)[N]["service"] extends S ? N : never }[Operation];
