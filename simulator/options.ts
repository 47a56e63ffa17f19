import type { Agency } from "./agencies";
import type { FaultRule } from "./faults";
import type { AccessKey, User } from "./identity";
import type { IdentityProvider } from "./identityProviders";
import type { MachineAgency } from "./machine";
import type { Variants } from "./variants";

/** How a simulator starts. Everything has a default. */
export interface SimulatorOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  /** Servers to begin with, in each project. Default 3. */
  readonly servers?: number;
  /** How long a job takes; short for `variants.jobSeconds`. Default 2. */
  readonly jobSeconds?: number;
  readonly accessKey?: string;
  readonly secretKey?: string;
  /** The account's name. */
  readonly domain?: string;
  /** The name of the user to whom the access key belongs. */
  readonly user?: string;
  readonly password?: string;
  /** Project ids by region. Default: one, for cn-north-4. */
  readonly projects?: Readonly<Record<string, string>>;
  /** Further users. */
  readonly users?: readonly User[];
  /** Further access keys, of any of the users. */
  readonly accessKeys?: readonly AccessKey[];
  /** Agencies that can be assumed; for their own projects see `addProject`. The account that may assume one is the first, by default. */
  readonly agencies?: readonly NewAgency[];
  /** Those whose id tokens can be exchanged for a token: the first user's, by default. */
  readonly identityProviders?: readonly NewIdentityProvider[];
  /** The agency of the machine on which clients run, of the first account by default. Default: it has none. */
  readonly machineAgency?: NewMachineAgency;
  /** How long temporary access keys live. Default: as long as was asked for, and those of the machine's agency an hour. */
  readonly temporaryKeySeconds?: number;
  /** The file in which key pairs, servers and jobs are kept over restarts. Default: they are not kept. */
  readonly data?: string;
  readonly variants?: Partial<Variants>;
  /** Faults that are in force from the start, and again after a reset. */
  readonly faults?: readonly FaultRule[];
}

/** An agency to add. */
export type NewAgency = Omit<Agency, "trustedDomain"> & Partial<Pick<Agency, "trustedDomain">>;

/** An identity provider to add. */
export type NewIdentityProvider = Omit<IdentityProvider, "user"> & Partial<Pick<IdentityProvider, "user">>;

/** The agency that a machine gets. */
export type NewMachineAgency = Pick<MachineAgency, "name"> & Partial<Pick<MachineAgency, "domain">>;

type WithoutDefault = "data" | "machineAgency" | "temporaryKeySeconds";

/** Options with the defaults filled in. */
export type ResolvedOptions = Required<Omit<SimulatorOptions, WithoutDefault | "jobSeconds">> &
  Pick<SimulatorOptions, WithoutDefault>;

/** Fills in the defaults. */
export function resolveOptions(options: SimulatorOptions): ResolvedOptions {
  const { jobSeconds, ...rest } = options;
  return {
    port: 0,
    servers: 3,
    accessKey: "SIMULATORACCESSKEY00",
    secretKey: "simulator-secret-key-that-protects-nothing",
    domain: "simulator",
    user: "simulator",
    password: "simulator-password",
    projects: { "cn-north-4": "0123456789abcdef0123456789abcdef" },
    users: [],
    accessKeys: [],
    agencies: [],
    identityProviders: [],
    faults: [],
    ...rest,
    variants: { ...(jobSeconds !== undefined && { jobSeconds }), ...rest.variants },
  };
}
