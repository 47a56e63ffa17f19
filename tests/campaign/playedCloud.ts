/** What a campaign asks of a cloud, whoever wrote it: what is there, what was called, and what hands and faults do to it. */
import type {
  Call,
  CallAction,
  FaultMatch,
  FaultRule,
  KeypairState,
  Server,
  ServerAction,
  Simulator,
  Variants,
} from "../../simulator";
import type { Habits } from "./secondCloud/habits";

export interface PlayedCloud extends Pick<
  Simulator,
  | "url"
  | "credentials"
  | "close"
  | "reset"
  | "clearCalls"
  | "clearFaults"
  | "advanceClock"
  | "addUser"
  | "addAccessKey"
  | "revokeAccessKey"
> {
  state(): {
    readonly projects: readonly {
      readonly id: string;
      readonly keypairs: readonly PlayedKeypair[];
      readonly servers: readonly PlayedServer[];
    }[];
  };
  calls(): readonly PlayedCall[];
  /** How the services behave where the vendor's pages leave it open: the simulator has switches for it, the other cloud habits. */
  setVariants(variants: Partial<Variants>, habits: Habits): void;
  addFault(rule: PlayedRule): void;
  /** Adds a project to an account, which it may be the first of. The methods below take its id; the region stands for the first one. */
  addProject(region: string, id: string, domain: string): void;
  changeKeypair(project: string, name: string, change: { description?: string; privateKey?: null }): void;
  /** Puts a key pair there, in place of the one of that name if there is one. */
  replaceKeypair(project: string, name: string, replacement: { publicKey: string }): Promise<void>;
  deleteKeypair(project: string, name: string): void;
  /** Binds a server by hand: with the key pair's name comes its key. */
  changeServer(project: string, id: string, change: { keypairName: string }): void;
  removeServer(project: string, id: string): void;
}

export type PlayedKeypair = Pick<
  KeypairState,
  "name" | "publicKey" | "fingerprints" | "generated" | "description" | "hosted" | "encryption"
>;

export type PlayedServer = Pick<Server, "id" | "keypairName" | "trustedKey">;

export type PlayedCall = Pick<
  Call,
  "number" | "method" | "path" | "service" | "operation" | "accessKey" | "body" | "faults" | "status" | "milliseconds"
>;

/** What happens to a call. */
export type PlayedCallFault = Exclude<CallAction, { type: "rateLimit" }>;

/** What happens to one server of a call that gives servers a key pair. */
export type PlayedServerFault = Exclude<ServerAction, { type: "jobNeverEnds" | "jobNotFound" }>;

export interface PlayedRule extends Omit<FaultRule, "match" | "action"> {
  readonly match?: Pick<FaultMatch, "operation" | "method">;
  readonly action: PlayedCallFault | PlayedServerFault;
}
