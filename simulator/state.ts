import { publicKeyOf, type Job, type Keypair, type Project, type Server } from "./cloud";
import { fingerprint } from "./keyMaterial";

/** A key pair as the simulator shows it: with everything but the private key. */
export interface KeypairState extends Omit<Keypair, "privateKey"> {
  readonly algorithm: string;
  readonly fingerprints: { readonly md5: string; readonly sha256: string };
  /** Whether the service hosts the private key. */
  readonly hosted: boolean;
}

/** All that a project holds. */
export interface ProjectState {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  readonly keypairs: readonly KeypairState[];
  readonly servers: readonly Server[];
  readonly jobs: readonly Job[];
}

/** All that the cloud holds. */
export interface CloudState {
  /** The cloud's time; milliseconds since 1970. */
  readonly now: number;
  readonly projects: readonly ProjectState[];
}

/** A copy of all that a project holds, without private keys. */
export function projectState({ id, name, domain, keypairs, servers, jobs }: Project): ProjectState {
  return {
    id,
    name,
    domain,
    keypairs: [...keypairs.values()].map(keypairState),
    servers: [...servers.values()].map((server) => ({ ...server })),
    jobs: [...jobs.values()].map((job) => ({ ...job })),
  };
}

function keypairState(keypair: Keypair): KeypairState {
  const { privateKey, ...shown } = keypair;
  const key = publicKeyOf(keypair);
  return {
    ...shown,
    hosted: privateKey !== null,
    algorithm: key.algorithm,
    fingerprints: { md5: fingerprint(key, "md5"), sha256: fingerprint(key, "sha256") },
  };
}
