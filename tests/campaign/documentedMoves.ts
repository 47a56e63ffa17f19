/** Which ways of key pairs between resources the README offers. */
import { isSameKey } from "../../provider/resources/sshKeys";
import { publicKeys } from "../../provider/testing/keys";
import { keypairsIn, type Known } from "./known";
import { givenName, holderName, setName, type Program } from "./program";

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
