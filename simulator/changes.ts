import { trustedKeyOf, type Cloud, type Keypair, type NewServer, type Project, type Server } from "./cloud";
import { generateKeypair, parsePublicKey } from "./keyMaterial";

/** What can be altered in a key pair behind its owner's back. */
export type KeypairChange = Partial<
  Pick<Keypair, "publicKey" | "description" | "scope" | "userId" | "frozenState" | "privateKey">
>;

/** What can be altered in a server behind its owner's back. */
export type ServerChange = Partial<
  Pick<Server, "name" | "status" | "keypairName" | "trustedKey" | "scalingUp" | "phoneModelName" | "networkVersion">
>;

/** Key material to put in place of what is there. Without a public key a pair is generated. */
export interface KeypairReplacement {
  readonly publicKey?: string;
  readonly type?: Keypair["type"];
  readonly scope?: Keypair["scope"];
  readonly description?: string;
}

/** Alters a key pair. Here and below, a project is named by id or by region; what is not there is an error. */
export function changeKeypair(cloud: Cloud, project: string, name: string, change: KeypairChange): void {
  const keypair = required(findProject(cloud, project).keypairs.get(name), `key pair "${name}"`);
  if (change.publicKey !== undefined) parsePublicKey(keypair.type, change.publicKey);

  Object.assign(keypair, change, { updateTime: cloud.clock.now() });
}

/** Puts another key pair of a user in place of the one of that name, or where there is none. */
export async function replaceKeypair(
  cloud: Cloud,
  project: string,
  name: string,
  replacement: KeypairReplacement,
  userId: string,
): Promise<void> {
  const { type = "ssh", scope = "user", description = "" } = replacement;
  const found = findProject(cloud, project);
  const publicKey = replacement.publicKey ?? (await generateKeypair(type)).publicKey;
  parsePublicKey(type, publicKey);
  cloud.putKeypair(found, {
    name,
    type,
    scope,
    publicKey,
    generated: replacement.publicKey === undefined,
    privateKey: null,
    encryption: null,
    description,
    userId,
  });
}

/** Deletes a key pair; tells whether it was there. */
export function deleteKeypair(cloud: Cloud, project: string, name: string): boolean {
  const found = findProject(cloud, project);
  cloud.settleJobs(found);
  return found.keypairs.delete(name);
}

/** Adds a server; what it does not say about itself is filled in. */
export function addServer(cloud: Cloud, project: string, server: NewServer): Server {
  return { ...cloud.addServer(findProject(cloud, project), server) };
}

/** Alters a server. With another key pair's name comes that key pair's key, unless told otherwise. */
export function changeServer(cloud: Cloud, project: string, id: string, change: ServerChange): void {
  const found = findProject(cloud, project);
  cloud.settleJobs(found);
  const server = required(found.servers.get(id), `server "${id}"`);
  const { keypairName } = change;
  const bound =
    keypairName === undefined ? {} : { earlierKeypairName: keypairName, trustedKey: trustedKeyOf(found, keypairName) };
  Object.assign(server, bound, change, { updateTime: cloud.clock.now() });
}

/** Takes a server away as if it never was; tells whether it was there. */
export function removeServer(cloud: Cloud, project: string, id: string): boolean {
  return findProject(cloud, project).servers.delete(id);
}

function findProject(cloud: Cloud, idOrRegion: string): Project {
  const named = [...cloud.projects.values()].find(({ name }) => name === idOrRegion);
  return required(cloud.projects.get(idOrRegion) ?? named, `project "${idOrRegion}"`);
}

function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`There is no ${what}.`);

  return value;
}
