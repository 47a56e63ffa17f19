import { sign } from "../signature";
import { startSimulator, type Simulator, type SimulatorOptions } from "../index";

/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The JSON in it; undefined where it is not JSON. */
  readonly body: unknown;
}

/** What a call carries beside its method and path. */
export interface CallOptions {
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Credentials to sign with. */
export interface SigningKey {
  readonly accessKey: string;
  readonly secretKey: string;
}

/** The project of a simulator that was started with the defaults. */
export const project = "0123456789abcdef0123456789abcdef";
export const kps = `/v3/${project}/keypairs`;
export const cph = `/v1/${project}/cloud-phone`;

/** Runs a simulator of its own for one test, and stops it also where the test fails. */
export async function withSimulator(
  options: SimulatorOptions,
  test: (simulator: Simulator) => Promise<void>,
): Promise<void> {
  const simulator = await startSimulator(options);
  try {
    await test(simulator);
  } finally {
    await simulator.close();
  }
}

/** Sends a call that carries no credentials. */
export async function send(simulator: Simulator, target: string, options: CallOptions = {}): Promise<Answer> {
  const [method = "", path = ""] = target.split(" ");
  const text = textOf(options);
  const response = await fetch(simulator.url + path, {
    method,
    headers: { ...options.headers },
    ...(text !== undefined && { body: text }),
  });
  const answer = await response.text();
  return { status: response.status, headers: response.headers, text: answer, body: parse(answer) };
}

/** Sends a signed call; `target` is method and path, as in `GET /v3/projects`. */
export function call(
  simulator: Simulator,
  target: string,
  options: CallOptions = {},
  key: SigningKey = simulator.credentials,
  date = new Date(),
): Promise<Answer> {
  const headers = { ...options.headers, ...signatureHeaders(target, textOf(options) ?? "", key, date) };
  return send(simulator, target, { ...options, headers });
}

/** Signs in with a password; returns the token. */
export async function signIn(
  simulator: Simulator,
  scope: unknown = { project: { name: "cn-north-4" } },
): Promise<string> {
  const answer = await send(simulator, "POST /v3/auth/tokens", { body: passwordBody(simulator, scope) });
  return answer.headers.get("x-subject-token") ?? "";
}

/** The body with which the first user signs in. */
export function passwordBody(
  simulator: Simulator,
  scope: unknown,
  password: string = simulator.credentials.password,
): unknown {
  const { user: name, domain } = simulator.credentials;
  const identity = { methods: ["password"], password: { user: { name, password, domain: { name: domain } } } };
  return { auth: { identity, scope } };
}

/** The value at a path inside some JSON. */
export function pick(json: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === "object" && value !== null ? (value as Record<string | number, unknown>)[step] : undefined,
    json,
  );
}

/** The text at a path inside some JSON. */
export function pickText(json: unknown, ...path: (string | number)[]): string {
  const value = pick(json, ...path);
  if (typeof value !== "string") throw new Error(`There is no text at ${path.join(".")} of ${JSON.stringify(json)}.`);

  return value;
}

/** The ids of the servers that a simulator starts with. */
export function serverIds(simulator: Simulator): [string, string, string] {
  const [first, second, third] = simulator.state().projects[0]?.servers ?? [];
  if (first === undefined || second === undefined || third === undefined)
    throw new Error("The simulator has fewer than three servers.");

  return [first.id, second.id, third.id];
}

/** Names a key pair for some servers: the body of an open-access call. */
export function binding(keypairName: string, ...ids: string[]): { servers: unknown[] } {
  return { servers: ids.map((id) => ({ server_id: id, keypair_name: keypairName })) };
}

function signatureHeaders(target: string, text: string, key: SigningKey, date: Date): Record<string, string> {
  const [method = "", url = ""] = target.split(" ");
  const [path = "", query = ""] = url.split("?");
  const signed = { "x-sdk-date": date.toISOString().replace(/[-:]|\.\d{3}/g, "") };
  const request = {
    method,
    segments: path.slice(1).split("/").map(decodeURIComponent),
    query: new URLSearchParams(query),
    headers: signed,
    body: Buffer.from(text),
  };
  const signature = sign(request, ["x-sdk-date"], key.secretKey);
  return {
    ...signed,
    authorization: `SDK-HMAC-SHA256 Access=${key.accessKey}, SignedHeaders=x-sdk-date, Signature=${signature}`,
  };
}

function textOf({ body, text }: CallOptions): string | undefined {
  return text ?? (body === undefined ? undefined : JSON.stringify(body));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
