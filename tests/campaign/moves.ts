/** Ways of key pairs between resources, and of bindings between forms, that a run is to go. */
import { keypairsIn, roundOf, type Known } from "./known";
import { bindingName, givenName, holderName, keypairName, type Program } from "./program";

/** Everything that a run may do with what the state knows. */
const everyMove = [
  "into a set",
  "out of a set",
  "from set to set",
  "to a key pair for each server",
  "to one key pair for all servers",
  "to a new key pair by triggers",
] as const;

/** One of them. */
export type Move = (typeof everyMove)[number];

/** Those that have not been made. */
export function missingMoves(made: ReadonlySet<Move>): Move[] {
  return everyMove.filter((move) => !made.has(move));
}

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
