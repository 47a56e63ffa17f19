import type { FaultRule } from "./faults";
import type { NewAgency, NewIdentityProvider, SimulatorOptions } from "./options";
import { parseVariants } from "./variants";

/** An option of the command line. */
export interface CommandLineOption {
  /** What is written after it, for the help; absent where it stands alone. */
  readonly value?: string;
  readonly about: string;
  /** What it says about the simulator, given all its values and their form; absent where it says nothing about that. */
  readonly read?: (option: string, given: readonly string[], form: string) => SimulatorOptions;
}

/** The one table of options, from which parsing and `--help` are made, and to which a test holds the README. */
export const commandLineOptions: Readonly<Record<string, CommandLineOption>> = {
  port: {
    value: "N",
    about: "the port; 0 is any free one (default 0)",
    read: last((option, given) => ({ port: wholeNumber(option, given, 65535) })),
  },
  servers: {
    value: "N",
    about: "Cloud Phone servers in each project at the start (default 3)",
    read: last((option, given) => ({ servers: wholeNumber(option, given, 10_000) })),
  },
  "job-seconds": {
    value: "S",
    about: "how long a job takes (default 2)",
    read: last((option, given) => ({ jobSeconds: number(option, given) })),
  },
  "access-key": {
    value: "KEY",
    about: "the access key that clients sign with",
    read: last((option, given) => ({ accessKey: text(option, given) })),
  },
  "secret-key": {
    value: "KEY",
    about: "its secret key",
    read: last((option, given) => ({ secretKey: text(option, given) })),
  },
  domain: {
    value: "NAME",
    about: "the account that users and projects belong to",
    read: last((option, given) => ({ domain: text(option, given) })),
  },
  user: {
    value: "NAME",
    about: "the user that can sign in with a password",
    read: last((option, given) => ({ user: text(option, given) })),
  },
  password: {
    value: "PASSWORD",
    about: "that password",
    read: last((option, given) => ({ password: text(option, given) })),
  },
  project: {
    value: "REGION=ID",
    about: "a project; repeatable (default cn-north-4 alone)",
    read: (option, given, form) => ({ projects: pairs(option, given, form) }),
  },
  agency: {
    value: "NAME=ACCOUNT",
    about: "an agency of an account, which the first one may assume; repeatable",
    read: (option, given, form) => ({ agencies: agencies(option, given, form) }),
  },
  "id-token": {
    value: "PROVIDER=TEXT",
    about: "an id token that an identity provider vouches for; repeatable",
    read: (option, given, form) => ({ identityProviders: identityProviders(option, given, form) }),
  },
  "machine-agency": {
    value: "NAME",
    about: "the agency whose keys the metadata service gives out",
    read: last((option, given) => ({ machineAgency: { name: text(option, given) } })),
  },
  "temporary-key-seconds": {
    value: "S",
    about: "how long temporary access keys live (default as asked)",
    read: last((option, given) => ({ temporaryKeySeconds: number(option, given) })),
  },
  data: {
    value: "FILE",
    about: "keep key pairs, servers and jobs in this file over restarts",
    read: last((option, given) => ({ data: text(option, given) })),
  },
  variant: {
    value: "NAME=VALUE",
    about: "turn a switch; repeatable",
    read: (option, given, form) => ({ variants: parseVariants(pairs(option, given, form)) }),
  },
  latency: {
    value: "MS",
    about: "let every call wait",
    read: last((option, given) => ({ faults: [latency(option, given)] })),
  },
  "rate-limit": {
    value: "N/SECONDS",
    about: "refuse calls beyond so many in so many seconds",
    read: last((option, given, form) => ({ faults: [rateLimit(option, given, form)] })),
  },
  help: { about: "print this" },
  version: { about: "print the version" },
};

/** Has an option that is given several times mean what it means the last time. */
function last(read: (option: string, given: string, form: string) => SimulatorOptions): CommandLineOption["read"] {
  return (option, given, form) => read(option, given.at(-1) ?? "", form);
}

function number(option: string, given: string): number {
  const value = given.trim() === "" ? NaN : Number(given);
  if (!Number.isFinite(value) || value < 0)
    throw new Error(`${option} must be a number, zero or more; got "${given}".`);

  return value;
}

function wholeNumber(option: string, given: string, most: number): number {
  const value = number(option, given);
  if (!Number.isInteger(value) || value > most)
    throw new Error(`${option} must be a whole number up to ${most}; got ${value}.`);

  return value;
}

function text(option: string, given: string): string {
  if (given === "") throw new Error(`${option} must not be empty.`);

  return given;
}

function pairs(option: string, given: readonly string[], form: string): Record<string, string> {
  return Object.fromEntries(given.map((pair) => pairOf(option, pair, form)));
}

function pairOf(option: string, given: string, form: string): [string, string] {
  const [, name, value] = /^([^=]+)=(.+)$/.exec(given) ?? [];
  if (name === undefined || value === undefined)
    throw new Error(`${option} must have the form ${form}; got "${given}".`);

  return [name, value];
}

function agencies(option: string, given: readonly string[], form: string): NewAgency[] {
  return given.map((pair) => {
    const [name, domain] = pairOf(option, pair, form);
    return { name, domain };
  });
}

/** Each provider with all the id tokens that are given for it. */
function identityProviders(option: string, given: readonly string[], form: string): NewIdentityProvider[] {
  const idTokens = given.map((pair) => pairOf(option, pair, form));
  return [...new Set(idTokens.map(([id]) => id))].map((id) => ({
    id,
    idTokens: idTokens.flatMap(([provider, text]) => (provider === id ? [{ text }] : [])),
  }));
}

function latency(option: string, given: string): FaultRule {
  return { action: { type: "delay", milliseconds: number(option, given) } };
}

function rateLimit(option: string, given: string, form: string): FaultRule {
  const [, calls, seconds] = /^(\d+)\/(\d+(?:\.\d+)?)$/.exec(given) ?? [];
  if (calls === undefined || seconds === undefined)
    throw new Error(`${option} must have the form ${form}; got "${given}".`);

  return { action: { type: "rateLimit", calls: Number(calls), seconds: Number(seconds) } };
}
