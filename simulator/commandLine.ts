import { parseArgs } from "node:util";
import type { FaultRule } from "./faults";
import type { SimulatorOptions } from "./options";
import { parseVariants, variantTable } from "./variants";

/** What the command line asks for. */
export type Command =
  | { readonly type: "run"; readonly options: SimulatorOptions }
  | { readonly type: "help" }
  | { readonly type: "version" };

/** Reads the command line's arguments. Throws, with a message for the user, where they make no sense. */
export function parseCommandLine(args: readonly string[]): Command {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: "string" },
      servers: { type: "string" },
      "job-seconds": { type: "string" },
      "access-key": { type: "string" },
      "secret-key": { type: "string" },
      domain: { type: "string" },
      user: { type: "string" },
      password: { type: "string" },
      project: { type: "string", multiple: true },
      data: { type: "string" },
      variant: { type: "string", multiple: true },
      latency: { type: "string" },
      "rate-limit": { type: "string" },
      help: { type: "boolean" },
      version: { type: "boolean" },
    },
  });
  if (values.help === true) {
    return { type: "help" };
  }
  if (values.version === true) {
    return { type: "version" };
  }
  const options: SimulatorOptions = {
    port: wholeNumber("--port", values.port, 65535),
    servers: wholeNumber("--servers", values.servers, 10_000),
    jobSeconds: number("--job-seconds", values["job-seconds"]),
    accessKey: text("--access-key", values["access-key"]),
    secretKey: text("--secret-key", values["secret-key"]),
    domain: text("--domain", values.domain),
    user: text("--user", values.user),
    password: text("--password", values.password),
    projects: values.project && pairs("--project", values.project),
    data: text("--data", values.data),
    variants: values.variant && parseVariants(pairs("--variant", values.variant)),
    faults: [...latency(values.latency), ...rateLimit(values["rate-limit"])],
  };
  return { type: "run", options: withoutUndefined(options) };
}

/** What `--help` prints. */
export function helpText(): string {
  const variants = Object.entries(variantTable).map(([name, entry]) => {
    const values = "amount" in entry ? `a number (${entry.amount})` : entry.values.join(" | ");
    return `  ${name}\n      ${entry.about}: ${values}`;
  });
  return `Usage: huaweicloud-cph-simulator [options]

Plays Huawei Cloud's key pair service (KPS), Cloud Phone (CPH) and identity service (IAM) on 127.0.0.1.
Prints one line of JSON with its URL and credentials, then serves until it is stopped. A page to watch is at the URL.

Options:
  --port N                 the port; 0 is any free one (default 0)
  --servers N              Cloud Phone servers in each project at the start (default 3)
  --job-seconds S          how long a job takes (default 2)
  --access-key KEY         the access key that clients sign with
  --secret-key KEY         its secret key
  --domain NAME            the account that users and projects belong to
  --user NAME              the user that can sign in with a password
  --password PASSWORD      that password
  --project REGION=ID      a project; repeatable (default cn-north-4 alone)
  --data FILE              keep key pairs, servers and jobs in this file over restarts
  --variant NAME=VALUE     turn a switch; repeatable
  --latency MS             let every call wait
  --rate-limit N/SECONDS   refuse calls beyond so many in so many seconds
  --help                   print this
  --version                print the version

Variants, for what no source says about the real services (the first value, or the number, is the default):
${variants.join("\n")}
`;
}

function number(option: string, given: string | undefined): number | undefined {
  if (given === undefined) {
    return undefined;
  }
  const value = given.trim() === "" ? NaN : Number(given);
  if (!Number.isFinite(value) || value < 0) {
    throw new Error(`${option} must be a number, zero or more; got "${given}".`);
  }
  return value;
}

function wholeNumber(option: string, given: string | undefined, most: number): number | undefined {
  const value = number(option, given);
  if (value !== undefined && (!Number.isInteger(value) || value > most)) {
    throw new Error(`${option} must be a whole number up to ${most}; got ${value}.`);
  }
  return value;
}

function text(option: string, given: string | undefined): string | undefined {
  if (given === "") {
    throw new Error(`${option} must not be empty.`);
  }
  return given;
}

function pairs(option: string, given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((pair) => {
      const [, name, value] = /^([^=]+)=(.+)$/.exec(pair) ?? [];
      if (name === undefined || value === undefined) {
        throw new Error(`${option} must have the form NAME=VALUE; got "${pair}".`);
      }
      return [name, value];
    }),
  );
}

function latency(given: string | undefined): FaultRule[] {
  const milliseconds = number("--latency", given);
  return milliseconds === undefined ? [] : [{ action: { type: "delay", milliseconds } }];
}

function rateLimit(given: string | undefined): FaultRule[] {
  if (given === undefined) {
    return [];
  }
  const [, calls, seconds] = /^(\d+)\/(\d+(?:\.\d+)?)$/.exec(given) ?? [];
  if (calls === undefined || seconds === undefined) {
    throw new Error(`--rate-limit must have the form N/SECONDS; got "${given}".`);
  }
  return [{ action: { type: "rateLimit", calls: Number(calls), seconds: Number(seconds) } }];
}

function withoutUndefined(options: SimulatorOptions): SimulatorOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
