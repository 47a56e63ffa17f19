/** What must be true of a cloud, a state and an output, whatever happened before. */
import { isSameKey, privateKeyProblem } from "../../provider/resources/sshKeys";
import { publicKeys } from "../../provider/testing/keys";
import { foreignKeypairs, keypairsOf, serversOf } from "./disturbance";
import type { Seen } from "./functionsOfRun";
import type { PlayedCloud, PlayedKeypair, PlayedServer } from "./playedCloud";
import {
  bindingName,
  givenName,
  keypairName,
  type DeclaredBinding,
  type DeclaredKeypair,
  type Program,
} from "./program";

/** What the state says of a key pair or binding, whoever keeps it. Private keys are readable. */
export interface Known {
  readonly logicalName: string;
  readonly id: string;
  readonly state: Readonly<Record<string, unknown>>;
}

/** What the program's account has. */
export interface There {
  readonly keypairs: readonly PlayedKeypair[];
  readonly servers: readonly PlayedServer[];
}

/** What is wrong, one sentence each. */
export type Complaints = string[];

/**
 * The cloud is as declared, and the state knows it. Of key pairs whose key changed in a way that no call shows (`isKeyFollowed` is
 * false), servers may trust another key.
 */
export function complaintsAboutCloud(
  cloud: PlayedCloud,
  program: Program,
  known: readonly Known[],
  serverIds: readonly string[],
  isKeyFollowed: (logicalName: string) => boolean,
): Complaints {
  const find = (name: string) => known.find(({ logicalName }) => logicalName === name);
  return [
    ...program.keypairs.flatMap((declared, place) =>
      declared === undefined ? [] : complaintsAboutKeypair(cloud, declared, place, find(keypairName(place))),
    ),
    ...program.bindings.flatMap((declared, place) => {
      if (declared === undefined) return [];
      const bound = find(keypairName(declared.keypair));
      const isForeign = program.keypairs[declared.keypair] === undefined;
      const name = isForeign ? foreignKeypairs.first : (bound?.id ?? "(not in the state)");
      const checksKey = declared.fingerprint && isKeyFollowed(keypairName(declared.keypair));
      return complaintsAboutBinding(cloud, declared, place, find(bindingName(place)), name, serverIds, checksKey);
    }),
  ];
}

/** Every key pair in the cloud is accounted for. */
export function complaintsAboutOrphans(cloud: PlayedCloud, accounted: readonly string[]): Complaints {
  return keypairsOf(cloud)
    .filter(({ name }) => !accounted.includes(name))
    .map(({ name }) => `key pair ${name} is in the cloud but not in the state`);
}

/**
 * What the cloud still has is not taken for gone: servers stay in the bindings that keep them, with the key pairs that they had before,
 * and no generated pair is to be healed that is there.
 */
export function complaintsAboutForgotten(
  cloud: PlayedCloud,
  before: readonly Known[],
  after: readonly Known[],
  isKept: (logicalName: string, serverId: string) => boolean,
): Complaints {
  const servers = new Set(serversOf(cloud).map(({ id }) => id));
  const serversOfBinding = before.flatMap(({ logicalName, state }) =>
    bindingsOf(state).map((entry) => ({ logicalName, ...entry })),
  );
  return [
    ...serversOfBinding.flatMap(({ logicalName, serverId, previousKeypairName }) => {
      if (!servers.has(serverId) || !isKept(logicalName, serverId)) return [];
      const present = after.find((each) => each.logicalName === logicalName);
      const entry = present && bindingsOf(present.state).find((each) => each.serverId === serverId);
      if (entry === undefined) return [`${logicalName}: server ${serverId} is forgotten`];
      return entry.previousKeypairName === previousKeypairName
        ? []
        : [`${logicalName}: what server ${serverId} carried before is forgotten`];
    }),
    ...after.flatMap(({ logicalName, id, state }) => {
      const isNews = state.__lost !== undefined && !before.some((each) => each.id === id && each.state.__lost);
      const isThere = keypairsOf(cloud).some(
        ({ name, publicKey }) => name === id && isSameKey(publicKey, String(state.publicKey)),
      );
      return isNews && isThere ? [`${logicalName}: key pair ${id} is taken for gone`] : [];
    }),
  ];
}

/**
 * Functions find what the program's account has, and nothing else. What changes while they look they may find or not: calls of the run
 * before may arrive late, and servers that nobody asked for come and go.
 */
export function complaintsAboutFunctions({ keypairs, serverIds }: Seen, before: There, after: There): Complaints {
  const [namesBefore, namesAfter] = [before, after].map((there) => there.keypairs.map(({ name }) => name));
  const isThere = (name: string) => namesBefore?.includes(name) === true || namesAfter?.includes(name) === true;
  const stays = (name: string) => namesAfter?.includes(name) === true;
  return [
    ...keypairs.filter((name) => !isThere(name)).map((name) => `functions find key pair ${name}`),
    ...(namesBefore ?? [])
      .filter((name) => stays(name) && !keypairs.includes(name))
      .map((name) => `functions do not find key pair ${name}`),
    ...before.servers.filter(({ id }) => !serverIds.includes(id)).map(({ id }) => `functions do not find server ${id}`),
  ];
}

function bindingsOf({ bindings = [] }: Known["state"]): { serverId: string; previousKeypairName?: string }[] {
  return bindings as { serverId: string; previousKeypairName?: string }[];
}

function complaintsAboutKeypair(
  cloud: PlayedCloud,
  declared: DeclaredKeypair,
  place: number,
  known: Known | undefined,
): Complaints {
  const logicalName = keypairName(place);
  if (known === undefined) return [`${logicalName} is not in the state`];
  const live = keypairsOf(cloud).find(({ name }) => name === known.id);
  if (live === undefined) return [`${logicalName}: key pair ${known.id} is in the state but not in the cloud`];
  const { key, description, hosted } = declared;
  const { privateKey, publicKey, keyProtected } = known.state;
  return complaintsOf(logicalName, {
    // A name that is no longer given stays.
    name: known.id === (givenName(declared, place) ?? known.id),
    // One that was lost and healed is imported, with the key that the service made.
    key: key === undefined || isSameKey(live.publicKey, publicKeys[key]),
    "private key": key !== undefined || privateKeyProblem(String(privateKey), live.publicKey) === undefined,
    "public key in the state": isSameKey(live.publicKey, String(publicKey)),
    description: description === undefined || live.description === description,
    hosting: live.hosted === (hosted !== undefined) && live.hosted === keyProtected,
    encryption: hosted === undefined || live.encryption?.type === hosted,
  });
}

function complaintsAboutBinding(
  cloud: PlayedCloud,
  { servers }: DeclaredBinding,
  place: number,
  known: Known | undefined,
  name: string,
  serverIds: readonly string[],
  checksKey: boolean,
): Complaints {
  const logicalName = bindingName(place);
  if (known === undefined) return [`${logicalName} is not in the state`];
  const wanted = servers.map((server) => serverIds[server] ?? "").sort();
  const trusted = keypairsOf(cloud).find((keypair) => keypair.name === name)?.publicKey ?? "(no such key pair)";
  const bindings = known.state.bindings as { serverId: string; keypairName: string }[];
  return [
    ...complaintsOf(logicalName, {
      "servers in the state": String(known.state.serverIds) === String(wanted),
      "bindings in the state": String(bindings.map(({ serverId }) => serverId).sort()) === String(wanted),
      "key pair in the state": bindings.every((binding) => binding.keypairName === name),
    }),
    ...wanted.flatMap((id) => {
      const server = serversOf(cloud).find((live) => live.id === id);
      return complaintsOf(`${logicalName}, server ${id}`, {
        "key pair": server?.keypairName === name,
        "trusted key": !checksKey || isSameKey(server?.trustedKey ?? "", trusted),
      });
    }),
  ];
}

/** Names of what does not hold. */
function complaintsOf(subject: string, claims: Record<string, boolean>): Complaints {
  return Object.entries(claims).flatMap(([claim, holds]) => (holds ? [] : [`${subject}: wrong ${claim}`]));
}

/** What must not stand in any output: anything that looks like a secret, and the marks of a mistake in the code. */
export function complaintsAboutOutput(output: string): Complaints {
  return [/-----BEGIN [A-Z ]*PRIVATE KEY/, tokenText, ...mistakes].flatMap((pattern) => {
    const [found] = pattern.exec(output) ?? [];
    return found === undefined ? [] : [`output has ${found.slice(0, 60)}`];
  });
}

/** A token, which is longer than anything else without white space but a public key. */
const tokenText = /(?<![A-Za-z0-9+/])(?!AAAA)[A-Za-z0-9+/]{128,}(?![A-Za-z0-9+/])/;

const mistakes = [
  /\b(Type|Range|Reference|Syntax)Error\b/,
  /\bundefined\b/,
  /\[object \w+\]/,
  /Cannot read/,
  /\bis not a function\b/,
  / hangs$/m,
  /MaxListeners/,
  /UnhandledPromise/,
];

/** A message of a failure names what failed: an operation of the service, a key pair or a server; and what the vendor calls it. */
export function complaintsAboutMessage(message: string, vendorGivesCodes: boolean): Complaints {
  return [
    ...(/(KPS|CPH|IAM|Huawei Cloud) \w+|[Kk]ey pair "|[Ss]ervers? \w+/.test(message)
      ? []
      : [`does not say what failed: ${message}`]),
    // IAM has none but the status.
    ...(vendorGivesCodes && /(?<!IAM \w+ failed: [^(]*)\(HTTP [45]\d\d(?!, [A-Z]+\.)/.test(message)
      ? [`does not say the vendor's code: ${message}`]
      : []),
  ];
}
