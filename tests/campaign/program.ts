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
  adoptExisting?: boolean;
}

/** What a program says of a binding. */
export interface DeclaredBinding {
  /** The place of the key pair in the program; one that is empty stands for a key pair that is none of the program's. */
  keypair: number;
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
export const most = { keypairs: 6, bindings: 3, servers: 12 };

const hostableKeys = Object.keys(privateKeys) as (keyof typeof privateKeys)[];
const allKeys = Object.keys(publicKeys) as (keyof typeof publicKeys)[];

const keypairFields = {
  named: fc.constantFrom("x", "y", undefined),
  // Those that can be hosted are in both lists.
  key: fc.option(fc.constantFrom(...hostableKeys, ...allKeys), { nil: undefined, freq: 3 }),
  commented: fc.boolean(),
  description: fc.constantFrom(undefined, undefined, "", "of the fleet", "für Telefone"),
  hosted: fc.constantFrom(undefined, undefined, "default" as const, "kms" as const),
  adoptExisting: fc.constantFrom(false, undefined, true),
};

/** What a binding may be given. */
export const bindingFields = {
  keypair: fc.nat({ max: most.keypairs - 1 }),
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

/** A change of one resource of a program. */
export const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ keypair: bindingFields.keypair, becomes: becoming<DeclaredKeypair>(keypairFields), anew: keypair }),
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
    imported: places.map((place) => imported[place] === true || keypairs[place]?.key !== undefined),
    keypairs: keypairs.map((declared, place) => {
      if (declared === undefined) return undefined;
      const { hosted, ...rest } = declared;
      const key = declared.key ?? (imported[place] ? "rsa" : undefined);
      return { ...rest, key, ...(isHostable({ key }) && { hosted }) };
    }),
    bindings: bindings.map((declared) => {
      if (declared === undefined) return undefined;
      const servers = declared.servers.filter((server) => !taken.has(server));
      for (const server of servers) taken.add(server);
      return servers.length === 0 ? undefined : { ...declared, servers };
    }),
  };
}

/** Hosting needs a private key: the one that the service made, or one that is known here. */
function isHostable({ key }: DeclaredKeypair): boolean {
  return key === undefined || (hostableKeys as string[]).includes(key);
}

/** Logical name of the key pair at a place. */
export function keypairName(place: number): string {
  return `key${place}`;
}

/** Logical name of the binding at a place. */
export function bindingName(place: number): string {
  return `fleet${place}`;
}

/** The name that a program gives the key pair at a place; names of others are never given. */
export function givenName({ named }: DeclaredKeypair, place: number): string | undefined {
  return named && `${keypairName(place)}-${named}`;
}

/** Arguments of the key pair at a place, as a program writes them. */
export function keypairArgs(declared: DeclaredKeypair, place: number) {
  const { key, commented, description, hosted, adoptExisting } = declared;
  const encryption = hosted === "kms" ? { type: hosted, kmsKeyName: "kps/default" } : { type: "default" as const };
  const privateKey = key !== undefined && key in privateKeys ? privateKeys[key as keyof typeof privateKeys] : undefined;
  return withoutUndefined({
    name: givenName(declared, place),
    publicKey: key && `${publicKeys[key]}${commented ? " somebody@example.com\n" : ""}`,
    description,
    keyProtection: hosted && withoutUndefined({ privateKey, encryption }),
    adoptExisting: key === undefined ? undefined : adoptExisting,
  });
}

/** The same without properties that are undefined: a program does not write them. */
export function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}
