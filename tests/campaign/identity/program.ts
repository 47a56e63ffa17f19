/** Random programs whose key pairs take their fixed names from a pool so small that they meet, and the edits that their authors make. */
import fc from "fast-check";
import { publicKeys } from "../../../provider/testing/keys";
import { most as mostOfCampaign } from "../program";

/** What a program says of a key pair. What is absent it leaves out. */
export interface DeclaredKeypair {
  /** Without it the name is made up. */
  name?: string;
  /** The key that is imported; without it the service generates one. */
  key?: keyof typeof publicKeys;
  scope?: "domain";
  adoptExisting?: true;
  /** The option `deleteBeforeReplace`, where the author gives it. */
  deleteBeforeReplace?: boolean;
  /** Its description comes from the key pair with this logical name, so that the engine learns of it only after that one. */
  after?: string;
}

/** What a program says of a binding. */
export interface DeclaredBinding {
  /** Logical name of its key pair. */
  keypair: string;
  /** Whether it has the key pair's name from the key pair, or by text. */
  isLiteral: boolean;
  servers: number[];
  fingerprint: boolean;
  restores: boolean;
}

/** Resources by their logical names; one that ends in `-grouped` is the same under a parent. */
export interface Program {
  keypairs: Record<string, DeclaredKeypair>;
  bindings: Record<string, DeclaredBinding>;
}

export type Edit =
  /** Another logical name, or a parent, without aliases. */
  | { type: "rename" | "move"; which: number }
  | { type: "swapNames"; which: number; other: number }
  /** One takes over the name of another, which takes a free one. */
  | { type: "handOn"; which: number; other: number }
  | { type: "change"; which: number; becomes: Partial<DeclaredKeypair> }
  | { type: "add"; keypair: DeclaredKeypair }
  | { type: "takeOut"; which: number }
  | { type: "bind"; which: number; keypair: number; binding: Omit<DeclaredBinding, "keypair"> }
  | { type: "unbind"; which: number };

export const most = { keypairs: 4, bindings: 2, servers: 4 };

export const names = ["pool-a", "pool-b", "pool-c", "pool-d"];

/** Keys that no hand uses. */
const importedKeys = ["ecdsa256", "ecdsa384", "ecdsa521"] as const;

const keypairFields = {
  name: fc.option(fc.constantFrom(...names.slice(0, 3)), { nil: undefined, freq: 6 }),
  key: fc.option(fc.constantFrom(...importedKeys), { nil: undefined, freq: 2 }),
  scope: fc.constantFrom(undefined, undefined, undefined, "domain" as const),
  adoptExisting: fc.constantFrom(undefined, undefined, true as const),
  deleteBeforeReplace: fc.constantFrom(undefined, undefined, undefined, undefined, false, true),
  after: fc.constantFrom(undefined, undefined, undefined, undefined, "key0", "key1"),
};

const keypair: fc.Arbitrary<DeclaredKeypair> = fc.record(keypairFields);

const binding: fc.Arbitrary<Omit<DeclaredBinding, "keypair">> = fc.record({
  isLiteral: fc.constantFrom(false, false, true),
  servers: fc.uniqueArray(fc.nat({ max: most.servers - 1 }), { minLength: 1 }),
  fingerprint: fc.boolean(),
  restores: fc.boolean(),
});

const place = fc.nat({ max: mostOfCampaign.keypairs });

/** Imported pairs stay imported: a public key that goes away fails every check. */
const change: fc.Arbitrary<Partial<DeclaredKeypair>> = fc.oneof(
  fc.record({ key: fc.constantFrom(...importedKeys) }),
  fc.record({ scope: fc.constantFrom(undefined, "domain" as const) }),
  fc.record({ name: keypairFields.name }),
  fc.record({ adoptExisting: keypairFields.adoptExisting }),
);

export const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ type: fc.constantFrom("rename" as const, "move" as const, "takeOut" as const), which: place }),
  fc.record({ type: fc.constantFrom("swapNames" as const, "handOn" as const), which: place, other: place }),
  { weight: 2, arbitrary: fc.record({ type: fc.constant("change" as const), which: place, becomes: change }) },
  fc.record({ type: fc.constant("add" as const), keypair }),
  fc.record({ type: fc.constant("bind" as const), which: place, keypair: place, binding }),
  fc.record({ type: fc.constant("unbind" as const), which: place }),
);

export const program: fc.Arbitrary<Program> = fc
  .record({
    keypairs: fc.array(keypair, { minLength: 1, maxLength: 3 }),
    bindings: fc.array(fc.tuple(place, binding), { maxLength: most.bindings }),
  })
  .map(({ keypairs, bindings }) => {
    const logicalNames = keypairs.map((_, index) => `key${index}`);
    return wellFormed({
      keypairs: Object.fromEntries(keypairs.map((declared, index) => [at(logicalNames, index), declared])),
      bindings: Object.fromEntries(
        bindings.map(([of, declared], index) => [`fleet${index}`, { ...declared, keypair: at(logicalNames, of) }]),
      ),
    });
  });

/** The program after an edit. */
export function edited({ keypairs, bindings }: Program, change: Edit): Program {
  const logicalNames = Object.keys(keypairs);
  if (change.type === "add") {
    if (logicalNames.length >= most.keypairs) return { keypairs, bindings };
    return wellFormed({ keypairs: { ...keypairs, [freeOf(logicalNames)]: change.keypair }, bindings });
  }
  if (change.type === "bind") {
    const bound = { ...change.binding, keypair: at(logicalNames, change.keypair) };
    return wellFormed({ keypairs, bindings: { ...bindings, [`fleet${change.which % most.bindings}`]: bound } });
  }
  if (change.type === "unbind") {
    const gone = `fleet${change.which % most.bindings}`;
    return { keypairs, bindings: Object.fromEntries(Object.entries(bindings).filter(([name]) => name !== gone)) };
  }
  const which = at(logicalNames, change.which);
  const declared = keypairs[which];
  if (declared === undefined) return { keypairs, bindings };
  switch (change.type) {
    case "rename":
      return renamed({ keypairs, bindings }, which, freeOf(logicalNames));
    case "move":
      return renamed(
        { keypairs, bindings },
        which,
        which.endsWith("-grouped") ? which.slice(0, -"-grouped".length) : `${which}-grouped`,
      );
    case "takeOut":
      return wellFormed({
        keypairs: Object.fromEntries(Object.entries(keypairs).filter(([name]) => name !== which)),
        bindings,
      });
    case "change":
      return wellFormed({ keypairs: { ...keypairs, [which]: { ...declared, ...change.becomes } }, bindings });
    case "swapNames":
    case "handOn": {
      const other = at(logicalNames, change.other);
      const target = keypairs[other];
      if (target === undefined || other === which) return { keypairs, bindings };
      const left = change.type === "swapNames" ? declared.name : names.find((name) => !isUsed(keypairs, name));
      const changed = { [which]: { ...declared, name: target.name }, [other]: { ...target, name: left } };
      return wellFormed({ keypairs: { ...keypairs, ...changed }, bindings });
    }
  }
}

function renamed({ keypairs, bindings }: Program, from: string, to: string): Program {
  const follow = (name: string) => (name === from ? to : name);
  return wellFormed({
    keypairs: Object.fromEntries(
      Object.entries(keypairs).map(([name, declared]) => [
        follow(name),
        { ...declared, after: declared.after && follow(declared.after) },
      ]),
    ),
    bindings: Object.fromEntries(
      Object.entries(bindings).map(([name, declared]) => [name, { ...declared, keypair: follow(declared.keypair) }]),
    ),
  });
}

/**
 * What a check refuses is left out: one name for two, unless both take over the same key, and one server in two bindings. References
 * lead to what comes earlier.
 */
function wellFormed({ keypairs, bindings }: Program): Program {
  const declared: Record<string, DeclaredKeypair> = {};
  for (const [logicalName, { after, ...keypair }] of Object.entries(keypairs)) {
    const rivals = Object.values(declared).filter(({ name }) => name !== undefined && name === keypair.name);
    const isRefused = rivals.some((rival) => !canShare(rival, keypair));
    declared[logicalName] = {
      ...keypair,
      name: isRefused ? names.find((name) => !isUsed({ ...keypairs, ...declared }, name)) : keypair.name,
      after: after !== undefined && after in declared ? after : undefined,
    };
  }
  const taken = new Set<number>();
  const kept: Record<string, DeclaredBinding> = {};
  for (const [logicalName, bound] of Object.entries(bindings)) {
    const servers = bound.servers.filter((server) => !taken.has(server));
    for (const server of servers) taken.add(server);
    if (servers.length > 0 && bound.keypair in declared) kept[logicalName] = { ...bound, servers };
  }
  return { keypairs: declared, bindings: kept };
}

function canShare(one: DeclaredKeypair, other: DeclaredKeypair): boolean {
  const isSame = one.key !== undefined && one.key === other.key && one.scope === other.scope;
  return isSame && one.adoptExisting === true && other.adoptExisting === true;
}

function isUsed(keypairs: Record<string, DeclaredKeypair>, name: string): boolean {
  return Object.values(keypairs).some((declared) => declared.name === name);
}

/** A logical name that no resource has now. */
function freeOf(logicalNames: readonly string[]): string {
  let number = 0;
  while (logicalNames.some((name) => name.replace("-grouped", "") === `key${number}`)) number++;
  return `key${number}`;
}

function at(logicalNames: readonly string[], which: number): string {
  return logicalNames[which % Math.max(1, logicalNames.length)] ?? "";
}

/** Arguments of a key pair, as a program writes them, but for the description, which is that of another's. */
export function keypairArgs({ name, key, scope, adoptExisting }: DeclaredKeypair) {
  return { name, publicKey: key && publicKeys[key], scope, adoptExisting };
}
