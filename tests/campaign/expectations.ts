/** What must be true of a cloud, a state and an output, whatever happened before. */
import { isSameKey, privateKeyProblem } from "../../provider/resources/sshKeys";
import { publicKeys } from "../../provider/testing/keys";
import { foreignKeypairs, keypairsOf, serversOf } from "./disturbance";
import type { PlayedCloud } from "./playedCloud";
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
    ...(vendorGivesCodes && /\(HTTP [45]\d\d(?!, [A-Z]+\.)/.test(message)
      ? [`does not say the vendor's code: ${message}`]
      : []),
  ];
}
