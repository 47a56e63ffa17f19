/** What a state knows, and of which key pairs. */
import { keypairName } from "./program";

/** What the state says of a resource, whoever keeps it. Private keys are readable. */
export interface Known {
  readonly logicalName: string;
  readonly id: string;
  readonly state: Readonly<Record<string, unknown>>;
}

/** A key pair, as the state of whatever resource has it tells. */
export interface HeldKeypair {
  readonly name: string;
  /** Logical name of the resource that has it. */
  readonly holder: string;
  readonly publicKey: string;
}

/** All key pairs that a state knows. */
export function keypairsIn(known: readonly Known[]): HeldKeypair[] {
  return known.flatMap(({ logicalName: holder, id: name, state }): HeldKeypair[] => {
    const members = state.keypairs as Record<string, { publicKey: string }> | undefined;
    if (members !== undefined)
      return Object.entries(members).map(([member, { publicKey }]) => ({ name: member, holder, publicKey }));
    return "bindings" in state ? [] : [{ name, holder, publicKey: String(state.publicKey) }];
  });
}

/** The name that the key pair of a place has in the state. */
export function keypairNameAt(place: number, known: readonly Known[]): string | undefined {
  const held = keypairsIn(known);
  const single = held.find(({ holder }) => holder === keypairName(place));
  return (single ?? held.find(({ name }) => name.startsWith(`${keypairName(place)}-`)))?.name;
}

/** What the triggers of a key pair say. */
export function roundOf({ state }: Known): number | undefined {
  const { round } = (state.triggers ?? {}) as { round?: string };
  return round === undefined ? undefined : Number(round);
}
