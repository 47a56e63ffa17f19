/** Random programs, and the edits that their authors make. */
import fc from "fast-check";
import { privateKeys, publicKeys } from "../../provider/testing/keys";

/** What a program says of a key pair. What is absent it leaves out. */
export interface DeclaredKeypair {
  /** Given names end in this letter; without it the name is made up. */
  named?: "x" | "y";
  /** The key that is imported; without it the service generates one. */
  key?: keyof typeof publicKeys;
  /** The text of the public key goes on after the key. */
  commented?: boolean;
  description?: string;
  hosted?: "default" | "kms";
  /** Of a key pair in a set: all of the set is to take over what exists. */
  adoptExisting?: boolean;
  /** Number of the set that has the key pair; without it, it is a resource of its own. */
  set?: number;
  /** Stands in the triggers of a resource of its own. */
  round?: number;
}

/** What a program says of a binding. */
export interface DeclaredBinding {
  /** The place of the key pair in the program; one that is empty stands for a key pair that is none of the program's. */
  keypair: number;
  /** Each server is named with a key pair of its own; the key pair of the next server is so many places further on. */
  stride?: number;
  /** Places of the servers in the cloud. */
  servers: number[];
  /** Whether it passes the fingerprint of the program's key pair. */
  fingerprint: boolean;
  restores: boolean;
}

/** Resources by the place they have in the program, which their logical names tell. */
export interface Program {
  keypairs: (DeclaredKeypair | undefined)[];
  bindings: (DeclaredBinding | undefined)[];
  /**
   * Places that had an imported key pair: they keep importing one. Without its public key the preview refuses it, and the state may know
   * it for longer than the program does.
   */
  imported?: boolean[];
}

/** Something of the program becomes different, comes or goes. */
export type Edit =
  | { keypair: number; becomes: Partial<DeclaredKeypair> | "new" | "gone"; anew: DeclaredKeypair }
  | { binding: number; becomes: Partial<DeclaredBinding> | "new" | "gone"; anew: DeclaredBinding };

/** How large programs become. */
export const most = { keypairs: 6, sets: 2, bindings: 3, servers: 12 };

/** Places of key pairs. */
export const keypairPlaces = Array.from({ length: most.keypairs }, (_, place) => place);

/** Places of servers. */
export const serverPlaces = Array.from({ length: most.servers }, (_, place) => place);

const hostableKeys = Object.keys(privateKeys) as (keyof typeof privateKeys)[];
const allKeys = Object.keys(publicKeys) as (keyof typeof publicKeys)[];

/** The key of a key pair that is imported. Those that can be hosted are in both lists. */
export const importedKey = fc.constantFrom(...hostableKeys, ...allKeys);

const keypairFields = {
  named: fc.constantFrom("x", "y", undefined),
  key: fc.option(importedKey, { nil: undefined, freq: 3 }),
  commented: fc.boolean(),
  description: fc.constantFrom(undefined, undefined, "", "of the fleet", "für Telefone"),
  hosted: fc.constantFrom(undefined, undefined, "default" as const, "kms" as const),
  adoptExisting: fc.constantFrom(false, undefined, true),
  set: fc.option(fc.nat({ max: most.sets - 1 }), { nil: undefined, freq: 1 }),
  round: fc.constantFrom(undefined, 1, 2),
};

/** What a binding may be given. */
export const bindingFields = {
  keypair: fc.nat({ max: most.keypairs - 1 }),
  stride: fc.constantFrom(undefined, 0, 1, 2),
  servers: fc.uniqueArray(fc.nat({ max: most.servers - 1 }), { minLength: 1 }),
  fingerprint: fc.boolean(),
  restores: fc.boolean(),
};

const keypair: fc.Arbitrary<DeclaredKeypair> = fc.record(keypairFields);
const binding: fc.Arbitrary<DeclaredBinding> = fc.record(bindingFields);

/** A program of at least one key pair. */
export const program: fc.Arbitrary<Program> = fc
  .record({
    keypairs: fc.array(fc.option(keypair, { nil: undefined, freq: 4 }), { minLength: 1, maxLength: most.keypairs }),
    bindings: fc.array(fc.option(binding, { nil: undefined, freq: 4 }), { maxLength: most.bindings }),
  })
  .map(wellFormed);

/** One or two properties change more often than a resource comes or goes. */
function becoming<T extends object>(fields: { [F in keyof T]: fc.Arbitrary<T[F]> }) {
  const single = Object.entries<fc.Arbitrary<unknown>>(fields).map(([name, value]) =>
    value.map((changed) => ({ [name]: changed }) as Partial<T>),
  );
  return fc.oneof(...single, fc.constantFrom("new" as const, "gone" as const));
}

/** A key pair goes into a set, out of it or to another one, as the README says. */
const move = keypairFields.set.map((set): Partial<DeclaredKeypair> => ({ set, adoptExisting: true }));

/** A change of one resource of a program. */
export const edit: fc.Arbitrary<Edit> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      keypair: bindingFields.keypair,
      becomes: fc.oneof(
        { weight: 3, arbitrary: becoming<DeclaredKeypair>(keypairFields) },
        { weight: 2, arbitrary: move },
      ),
      anew: keypair,
    }),
  },
  fc.record({
    binding: fc.nat({ max: most.bindings - 1 }),
    becomes: becoming<DeclaredBinding>(bindingFields),
    anew: binding,
  }),
);

/** The program after an edit. */
export function edited({ keypairs, bindings, imported }: Program, change: Edit): Program {
  return wellFormed(
    "keypair" in change
      ? { bindings, imported, keypairs: replaced(keypairs, change.keypair, change) }
      : { keypairs, imported, bindings: replaced(bindings, change.binding, change) },
  );
}

/** The program without what a server that is gone takes with it. */
export function withoutServer({ keypairs, bindings, imported }: Program, gone: number): Program {
  return wellFormed({
    keypairs,
    imported,
    bindings: bindings.map(
      (declared) => declared && { ...declared, servers: declared.servers.filter((server) => server !== gone) },
    ),
  });
}

function replaced<T extends object>(
  all: (T | undefined)[],
  place: number,
  { becomes, anew }: { becomes: Partial<T> | "new" | "gone"; anew: T },
): (T | undefined)[] {
  const places = Array.from({ length: Math.max(all.length, place + 1) }, (_, index) => all[index]);
  if (becomes === "gone") places[place] = undefined;
  else if (becomes === "new") places[place] = anew;
  else if (places[place] !== undefined) places[place] = { ...places[place], ...becomes };
  return places;
}

/** What a program may not say is left out: a server in two bindings has the key pair of one only, and nobody could say of which. */
function wellFormed({ keypairs, bindings, imported = [] }: Program): Program {
  const taken = new Set<number>();
  const places = Array.from({ length: Math.max(keypairs.length, imported.length) }, (_, place) => place);
  return {
    imported: places.map((place) => imported[place] === true || isImported(keypairs[place])),
    keypairs: keypairs.map((declared, place) => {
      if (declared === undefined) return undefined;
      const { hosted, named, ...rest } = declared;
      const isInSet = declared.set !== undefined;
      const key = declared.key ?? (imported[place] || isInSet ? "rsa" : undefined);
      return { ...rest, key, named: named ?? (isInSet ? "x" : undefined), ...(isHostable({ key }) && { hosted }) };
    }),
    bindings: bindings.map((declared) => {
      if (declared === undefined) return undefined;
      const servers = declared.servers.filter((server) => !taken.has(server));
      for (const server of servers) taken.add(server);
      return servers.length === 0 ? undefined : { ...declared, servers };
    }),
  };
}

/** A set imports keys, and so does a key pair that was in one. */
function isImported(declared: DeclaredKeypair | undefined): boolean {
  return declared !== undefined && (declared.key !== undefined || declared.set !== undefined);
}

/** Hosting needs a private key: the one that the service made, or one that is known here. */
function isHostable({ key }: DeclaredKeypair): boolean {
  return key === undefined || (hostableKeys as string[]).includes(key);
}

/** Logical name of the key pair at a place. */
export function keypairName(place: number): string {
  return `key${place}`;
}

/** Logical name of a set. */
export function setName(set: number): string {
  return `team${set}`;
}

/** Logical name of the resource that has the key pair at a place. */
export function holderName({ set }: DeclaredKeypair, place: number): string {
  return set === undefined ? keypairName(place) : setName(set);
}

/** Logical name of the binding at a place. */
export function bindingName(place: number): string {
  return `fleet${place}`;
}

/** The place of the key pair that a binding gives a server. */
export function keypairOf({ keypair, stride = 0 }: DeclaredBinding, server: number): number {
  return (keypair + server * stride) % most.keypairs;
}

/** The name that a program gives the key pair at a place; names of others are never given. */
export function givenName({ named }: DeclaredKeypair, place: number): string | undefined {
  return named && `${keypairName(place)}-${named}`;
}

/** Arguments of the key pair at a place, which is a resource of its own, as a program writes them. */
export function keypairArgs(declared: DeclaredKeypair, place: number) {
  const { key, adoptExisting, round } = declared;
  return withoutUndefined({
    name: givenName(declared, place),
    ...keyArgs(declared),
    adoptExisting: key === undefined ? undefined : adoptExisting,
    triggers: round === undefined ? undefined : { round: String(round) },
  });
}

/** The sets of a program and their arguments, by their logical names. */
export function setArgs({ keypairs }: Program): Map<string, SetArgs> {
  const sets = new Map<string, SetArgs>();
  keypairs.forEach((declared, place) => {
    if (declared?.set === undefined) return;
    const { keypairs: others = {}, adoptExisting = false } = sets.get(setName(declared.set)) ?? {};
    const { publicKey = "", ...rest } = keyArgs(declared);
    sets.set(setName(declared.set), {
      keypairs: { ...others, [givenName(declared, place) ?? ""]: { publicKey, ...rest } },
      adoptExisting: adoptExisting || declared.adoptExisting === true,
    });
  });
  return sets;
}

/** Arguments of a set. */
export interface SetArgs {
  keypairs: Record<string, ReturnType<typeof keyArgs> & { publicKey: string }>;
  adoptExisting: boolean;
}

/** What a key pair is given, whichever resource has it. */
function keyArgs({ key, commented, description, hosted }: DeclaredKeypair) {
  const encryption = hosted === "kms" ? { type: hosted, kmsKeyName: "kps/default" } : { type: "default" as const };
  const privateKey = key !== undefined && key in privateKeys ? privateKeys[key as keyof typeof privateKeys] : undefined;
  return withoutUndefined({
    publicKey: key && `${publicKeys[key]}${commented ? " somebody@example.com\n" : ""}`,
    description,
    keyProtection: hosted && withoutUndefined({ privateKey, encryption }),
  });
}

/** The same without properties that are undefined: a program does not write them. */
export function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}
