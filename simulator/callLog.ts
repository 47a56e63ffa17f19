import type { Service } from "./errors";
import { isObject } from "./json";
import type { Operation } from "./operations";

/** A call that was received. Holds no signature, token, password, secret key or private key. */
export interface Call {
  /** Counts up from 1. */
  readonly number: number;
  /** When it arrived; ISO 8601. */
  readonly time: string;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** Null where there is no such API. */
  readonly service: Service | null;
  readonly operation: Operation | null;
  readonly requestId: string;
  readonly credential: "signature" | "token" | "none";
  /** The access key of a signed call: the public half of the credential. */
  readonly accessKey: string | null;
  /** The JSON body, secrets taken out. */
  readonly body: unknown;
  /** The types of the faults that struck it. */
  faults: readonly string[];
  /** Null until it is answered, and for ever where it was hung or reset. */
  status: number | null;
  errorCode: string | null;
  /** From its arrival to its end; null until then. */
  milliseconds: number | null;
}

const mostCalls = 10_000;
const redacted = "[redacted]";
const secretFields: ReadonlySet<string> = new Set(["private_key", "password"]);
/** Objects whose `id` is the secret itself. */
const secretObjects: ReadonlySet<string> = new Set(["token", "id_token"]);

/** The latest calls, oldest first. */
export class CallLog {
  private calls: Call[] = [];
  private count = 0;

  /** Notes a call that has just arrived. What becomes of it is written into the returned object. */
  add(arrived: Omit<Call, "number" | "faults" | "status" | "errorCode" | "milliseconds">): Call {
    const call: Call = {
      ...arrived,
      number: ++this.count,
      body: redact(arrived.body),
      faults: [],
      status: null,
      errorCode: null,
      milliseconds: null,
    };
    this.calls.push(call);
    if (this.calls.length > mostCalls) this.calls.shift();

    return call;
  }

  /** So many of the calls noted last. */
  list(latest: number): Call[] {
    return this.calls.slice(Math.max(0, this.calls.length - latest)).map((call) => ({ ...call }));
  }

  /** Forgets all calls. */
  clear(): void {
    this.calls = [];
    this.count = 0;
  }
}

/** Takes the secrets out of a JSON value, also where a private key was put into a field that is not meant for it. */
export function redact(value: unknown): unknown {
  if (typeof value === "string") return value.includes("PRIVATE KEY") ? redacted : value;

  if (Array.isArray(value)) return value.map(redact);

  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, redactField(name, field)]));

  return value;
}

function redactField(name: string, field: unknown): unknown {
  if (secretFields.has(name)) return redacted;

  const shown = redact(field);
  return secretObjects.has(name) && isObject(shown) && "id" in shown ? { ...shown, id: redacted } : shown;
}
