/** What a scenario's program makes. */
import { newPublicKey } from "./keys";
import type { Work } from "./scenarios";

/** The arguments of a resource, and its logical name. */
export interface Declared {
  readonly kind: "Keypair" | "KeypairSet" | "CloudPhoneKeypairBinding";
  readonly name: string;
  readonly args: object;
}

/** The key pair that all servers get where each has none of its own. */
const sharedKeypair = "bound";

/** The key pairs that servers are to get, with their public keys: they are there before. */
export function keypairsOf(work: Work): Map<string, string> {
  if (!("bindings" in work)) return new Map();
  if (!work.keypairEach) return new Map([[sharedKeypair, newPublicKey()]]);
  return newKeypairs(work.serversEach);
}

/** The resources that do the work, on servers in their order. */
export function fleetOf(work: Work, serverIds: readonly string[]): Declared[] {
  if ("setOf" in work) {
    const entries = [...newKeypairs(work.setOf)].map(([name, publicKey]) => [name, { publicKey }]);
    return [{ kind: "KeypairSet", name: "set", args: { keypairs: Object.fromEntries(entries) as object } }];
  }
  if ("keypairs" in work) {
    return [...newKeypairs(work.keypairs)].map(([name, publicKey]) => ({
      kind: "Keypair",
      name,
      args: { name, publicKey },
    }));
  }
  const { bindings, serversEach, keypairEach } = work;
  return Array.from({ length: bindings }, (_, index) => {
    const bound = serverIds.slice(index * serversEach, (index + 1) * serversEach);
    const args = keypairEach
      ? { keypairNames: Object.fromEntries(bound.map((id, server) => [id, nameOfKeypair(server)])) }
      : { keypairName: sharedKeypair, serverIds: bound };
    return { kind: "CloudPhoneKeypairBinding", name: `binding-${index + 1}`, args };
  });
}

function newKeypairs(count: number): Map<string, string> {
  return new Map(Array.from({ length: count }, (_, index) => [nameOfKeypair(index), newPublicKey()]));
}

function nameOfKeypair(index: number): string {
  return `key-${index + 1}`;
}
