/** What must be true of a cloud, a state and an output, whatever happened before. */
import { isSameKey, privateKeyProblem } from "../../provider/resources/sshKeys";
import { publicKeys } from "../../provider/testing/keys";
import { foreignKeypairs, keypairsOf, serversOf } from "./disturbance";
import type { Seen } from "./functionsOfRun";
import { keypairsIn, roundOf, type Known } from "./known";
import type { PlayedCall, PlayedCloud, PlayedKeypair, PlayedServer } from "./playedCloud";
import {
  bindingName,
  givenName,
  holderName,
  keypairName,
  keypairOf,
  setArgs,
  type DeclaredBinding,
  type DeclaredKeypair,
  type Program,
} from "./program";

/** What the program's account has. */
export interface There {
  readonly keypairs: readonly PlayedKeypair[];
  readonly servers: readonly PlayedServer[];
}

/** What is wrong, one sentence each. */
export type Complaints = string[];

/** What no call shows. */
export interface Unseen {
  /** Whether the key pair of a place may have got another key that servers which carry it do not trust. */
  readonly isOtherKey: (place: number) => boolean;
  /** Whether a hand described it since it was made: where it is in a set, nothing shows it, as lists have no descriptions. */
  readonly isDescribed: (name: string) => boolean;
}

/** The cloud is as declared, and the state knows it. */
export function complaintsAboutCloud(
  cloud: PlayedCloud,
  program: Program,
  known: readonly Known[],
  serverIds: readonly string[],
  unseen: Unseen,
): Complaints {
  const find = (name: string) => known.find(({ logicalName }) => logicalName === name);
  const nameAt = (place: number) => {
    const declared = program.keypairs[place];
    if (declared === undefined) return foreignKeypairs.first;
    if (declared.set !== undefined) return givenName(declared, place) ?? "";
    return find(keypairName(place))?.id ?? "(not in the state)";
  };
  return [
    ...program.keypairs.flatMap((declared, place) => {
      if (declared === undefined) return [];
      const holder = find(holderName(declared, place));
      return declared.set === undefined
        ? complaintsAboutKeypair(cloud, declared, place, holder)
        : complaintsAboutMember(cloud, declared, nameAt(place), holder, unseen);
    }),
    ...[...setArgs(program)].flatMap(([logicalName, { keypairs }]) =>
      complaintsOf(logicalName, {
        "names in the state": isSameSet(Object.keys(keypairs), namesIn(find(logicalName))),
      }),
    ),
    ...program.bindings.flatMap((declared, place) => {
      if (declared === undefined) return [];
      const wanted = declared.servers.map((server): WantedServer => {
        const keypair = keypairOf(declared, server);
        const isKeyKnown = program.keypairs[keypair] !== undefined && !unseen.isOtherKey(keypair);
        return {
          id: serverIds[server] ?? "",
          name: nameAt(keypair),
          checksKey: declared.fingerprint && isKeyKnown,
        };
      });
      return complaintsAboutBinding(cloud, declared, place, find(bindingName(place)), wanted);
    }),
  ];
}

/** What a server of a binding is to carry. */
interface WantedServer {
  readonly id: string;
  readonly name: string;
  readonly checksKey: boolean;
}

function namesIn(known: Known | undefined): string[] {
  return known === undefined ? [] : keypairsIn([known]).map(({ name }) => name);
}

function isSameSet(some: readonly string[], others: readonly string[]): boolean {
  return String([...some].sort()) === String([...others].sort());
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
 * A key pair that stays as it is, in the resource that has it or on its way from one of its own into a set, is not deleted: nobody is to
 * be without it for a moment. Nor is anything done to those of others.
 */
export function complaintsAboutDeletions(
  cloud: PlayedCloud,
  program: Program,
  before: readonly Known[],
  there: There,
): Complaints {
  const deleted = namesDeleted(cloud);
  const stays = (name: string) =>
    program.keypairs.some((declared, place) => {
      if (declared?.key === undefined) return false;
      const single = before.find(({ logicalName, id }) => logicalName === keypairName(place) && id === name);
      const held = keypairsIn(before).filter((each) => each.name === name);
      const isInPlace = single !== undefined || held.some(({ holder }) => holder === holderName(declared, place));
      const isRenewed = single !== undefined && declared.set === undefined && roundOf(single) !== declared.round;
      const isNamed = (givenName(declared, place) ?? single?.id) === name;
      const isKey = (publicKey: string) => isSameKey(publicKey, publicKeys[declared.key ?? "rsa"]);
      const live = there.keypairs.find((each) => each.name === name);
      return (
        isNamed &&
        isInPlace &&
        !isRenewed &&
        held.every(({ publicKey }) => isKey(publicKey)) &&
        live !== undefined &&
        isKey(live.publicKey)
      );
    });
  const foreign = (keypairs: There["keypairs"]) =>
    JSON.stringify(keypairs.filter(({ name }) => Object.values<string>(foreignKeypairs).includes(name)));
  return [
    ...deleted.filter(stays).map((name) => `key pair ${name} was deleted although it stays`),
    ...(foreign(there.keypairs) === foreign(keypairsOf(cloud)) ? [] : ["key pairs of others were changed"]),
  ];
}

/** Names of the key pairs that calls have deleted. */
export function namesDeleted(cloud: PlayedCloud): string[] {
  return cloud
    .calls()
    .filter(({ operation, status }) => operation === "DeleteKeypair" && status !== null && status < 400)
    .map(({ path }) => path.split("/").at(-1) ?? "");
}

/** Other triggers come with another key pair. */
export function complaintsAboutTriggers(
  cloud: PlayedCloud,
  before: readonly Known[],
  after: readonly Known[],
): Complaints {
  const made = cloud
    .calls()
    .filter(({ operation }) => operation === "CreateKeypair" || operation === "BatchImportKeypair")
    .filter((call) => !isRefused(call))
    .map(({ body }) => JSON.stringify([body]));
  return after.flatMap((present) => {
    const earlier = before.find(({ logicalName }) => logicalName === present.logicalName);
    // Of another name it is another key pair, also where that one is taken over.
    if (earlier?.id !== present.id || roundOf(earlier) === roundOf(present)) return [];
    return made.some((body) => body.includes(JSON.stringify(present.id)))
      ? []
      : [`${present.logicalName} has other triggers, and the same key pair`];
  });
}

/** One that got no answer, or that failed in the service, may have taken effect. */
function isRefused({ status }: PlayedCall): boolean {
  return status !== null && status >= 400 && status < 500;
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
  const { key, description, hosted, round } = declared;
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
    triggers: roundOf(known) === round,
  });
}

function complaintsAboutMember(
  cloud: PlayedCloud,
  { key = "rsa", description, hosted }: DeclaredKeypair,
  name: string,
  set: Known | undefined,
  { isDescribed }: Unseen,
): Complaints {
  const subject = `${set?.logicalName ?? "set that is not in the state"}, key pair ${name}`;
  const { keypairs = {}, fingerprints = {} } = (set?.state ?? {}) as {
    keypairs?: Record<string, { publicKey: string; keyProtection?: unknown }>;
    fingerprints?: Record<string, string>;
  };
  const member = keypairs[name];
  if (member === undefined) return [`${subject} is not in the state`];
  const live = keypairsOf(cloud).find((each) => each.name === name);
  if (live === undefined) return [`${subject} is in the state but not in the cloud`];
  return complaintsOf(subject, {
    key: isSameKey(live.publicKey, publicKeys[key]),
    "public key in the state": isSameKey(live.publicKey, member.publicKey),
    fingerprint: Object.values(live.fingerprints).includes(fingerprints[name] ?? ""),
    description: description === undefined || isDescribed(name) || live.description === description,
    hosting: live.hosted === (hosted !== undefined) && live.hosted === (member.keyProtection !== undefined),
    encryption: hosted === undefined || live.encryption?.type === hosted,
  });
}

function complaintsAboutBinding(
  cloud: PlayedCloud,
  { stride }: DeclaredBinding,
  place: number,
  known: Known | undefined,
  wanted: readonly WantedServer[],
): Complaints {
  const logicalName = bindingName(place);
  if (known === undefined) return [`${logicalName} is not in the state`];
  const ids = wanted.map(({ id }) => id);
  const nameOf = (serverId: string) => wanted.find(({ id }) => id === serverId)?.name;
  const { serverIds, keypairName: nameOfAll, keypairNames, bindings } = known.state as unknown as BindingState;
  const isOfForm =
    stride === undefined
      ? keypairNames === undefined && String(serverIds) === String([...ids].sort()) && nameOfAll === wanted[0]?.name
      : serverIds === undefined && nameOfAll === undefined && isSameSet(Object.keys(keypairNames ?? {}), ids);
  return [
    ...complaintsOf(logicalName, {
      "servers in the state": isOfForm,
      "bindings in the state": isSameSet(
        bindings.map(({ serverId }) => serverId),
        ids,
      ),
      "key pair in the state":
        bindings.every(({ serverId, keypairName: name }) => name === nameOf(serverId)) &&
        Object.entries(keypairNames ?? {}).every(([serverId, name]) => name === nameOf(serverId)),
    }),
    ...wanted.flatMap(({ id, name, checksKey }) => {
      const server = serversOf(cloud).find((live) => live.id === id);
      const trusted = keypairsOf(cloud).find((keypair) => keypair.name === name)?.publicKey ?? "(no such key pair)";
      return complaintsOf(`${logicalName}, server ${id}`, {
        "key pair": server?.keypairName === name,
        "trusted key": !checksKey || isSameKey(server?.trustedKey ?? "", trusted),
      });
    }),
  ];
}

/** What the state of a binding has, in either form. */
interface BindingState {
  readonly serverIds?: readonly string[];
  readonly keypairName?: string;
  readonly keypairNames?: Readonly<Record<string, string>>;
  readonly bindings: readonly { serverId: string; keypairName: string }[];
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
