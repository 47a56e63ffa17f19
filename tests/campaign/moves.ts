/** Ways of key pairs between resources, and of bindings between forms: which ones the README offers, and which a run is to go. */
import { isSameKey } from "../../provider/resources/sshKeys";
import { publicKeys } from "../../provider/testing/keys";
import { keypairsIn, roundOf, type Known } from "./known";
import { bindingName, givenName, holderName, keypairName, setName, type Program } from "./program";

/**
 * Whether the program does with the key pairs that the state knows what the README says: from one resource to another they go with their
 * key, and where they arrive an existing one is taken over. From a set to another, both of which stay, they go in any case.
 */
export function isAsDocumented(program: Program, known: readonly Known[]): boolean {
  const held = keypairsIn(known);
  return program.keypairs.every((declared, place) => {
    if (declared === undefined) return true;
    const wanted = holderName(declared, place);
    const earlier = held.filter(({ name }) => name === givenName(declared, place));
    if (earlier.some(({ holder }) => holder === wanted)) return true;
    const adopts = program.keypairs.some(
      (other, otherPlace) => other && holderName(other, otherPlace) === wanted && other.adoptExisting,
    );
    return earlier.every(({ holder, publicKey }) => {
      if (adopts) return declared.key !== undefined && isSameKey(publicKeys[declared.key], publicKey);
      return declared.set !== undefined && program.keypairs.some((other) => setOf(other) === holder);
    });
  });
}

function setOf(declared: Program["keypairs"][number]): string | undefined {
  return declared?.set === undefined ? undefined : setName(declared.set);
}

/** What a run may do with what the state knows. */
export type Move =
  | "into a set"
  | "out of a set"
  | "from set to set"
  | "to a key pair for each server"
  | "to one key pair for all servers"
  | "to a new key pair by triggers";

/** Every way there is. */
export const everyMove: readonly Move[] = [
  "into a set",
  "out of a set",
  "from set to set",
  "to a key pair for each server",
  "to one key pair for all servers",
  "to a new key pair by triggers",
];

/** What a run of the program is to move. */
export function movesAhead(program: Program, known: readonly Known[]): Set<Move> {
  const moves = new Set<Move>();
  const held = keypairsIn(known);
  const find = (logicalName: string) => known.find((each) => each.logicalName === logicalName);
  program.keypairs.forEach((declared, place) => {
    if (declared === undefined) return;
    const earlier = held.filter(({ name }) => name === givenName(declared, place));
    const wanted = holderName(declared, place);
    if (earlier.length > 0 && earlier.every(({ holder }) => holder !== wanted)) {
      const wasInSet = earlier.some(({ holder }) => holder !== keypairName(place));
      moves.add(declared.set === undefined ? "out of a set" : wasInSet ? "from set to set" : "into a set");
    }
    const single = declared.set === undefined ? find(keypairName(place)) : undefined;
    if (single !== undefined && roundOf(single) !== declared.round) moves.add("to a new key pair by triggers");
  });
  program.bindings.forEach((declared, place) => {
    const state = find(bindingName(place))?.state;
    if (declared === undefined || state === undefined) return;
    const isForEach = declared.stride !== undefined;
    if (isForEach === (state.keypairNames !== undefined)) return;
    moves.add(isForEach ? "to a key pair for each server" : "to one key pair for all servers");
  });
  return moves;
}
