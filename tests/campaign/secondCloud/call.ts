/** What a service is asked, and what it answers. */
import type { PlayedServerFault } from "../playedCloud";
import type { User } from "./access";

/** A call about the project of the user who makes it, whose credentials are good. */
export interface Call {
  readonly requestId: string;
  /** The name or id in the path; empty where there is none. */
  readonly target: string;
  readonly query: URLSearchParams;
  /** JSON; undefined where there is none. */
  readonly body: unknown;
  readonly user: User;
  /** What strikes the next server of the call. */
  readonly strikeServer: () => readonly PlayedServerFault[];
}

export interface Answer {
  readonly status: number;
  /** JSON; undefined or an empty text for none. */
  readonly body?: unknown;
  /** HTML, in place of a body. */
  readonly page?: string;
  /** Whether no more than half of it is sent. */
  readonly isCut?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

export type ErrorFields = Pick<Refusal, "status" | "code" | "message">;

/** An error with the vendor's code, whose prefix tells who refuses. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** A field of what may be an object. */
export function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** A list, or what is shown for one without entries. */
export function listOr<B>(list: readonly unknown[], empty: B): readonly unknown[] | B {
  return list.length === 0 ? empty : list;
}

/** A text, or what is shown where there is none. */
export function textOr<B>(text: string | undefined, blank: B): string | B {
  return text === undefined || text === "" ? blank : text;
}
