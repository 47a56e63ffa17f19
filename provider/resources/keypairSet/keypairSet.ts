import type { Checked, Context, Difference, Resource } from "../../contract";
import { defaultsOf } from "../../schema/defaults";
import { propertyPath } from "../../schema/propertyPath";
import { replacements, wantedReplacements } from "../../schema/replacements";
import { problemsOf } from "../../schema/validation";
import { mostTellable, regionProblems } from "../inputs";
import { userIdProblems } from "../keypair/inputs";
import { takeBackCreated } from "../keypair/recordedCreation";
import { isSameKey } from "../sshKeys";
import { Changes } from "./changes";
import { arePairsUnknown, pairChanges, type PairChange } from "./difference";
import { pairProblems } from "./inputs";
import { findSet } from "./observation";
import { idOf, ownOf, pairState, type KeypairSetInputs, type KeypairSetState } from "./state";
import { registerComparison } from "./comparison";

/** The engine records nothing of a deletion that failed. */
const unrecorded =
  "The state does not show which key pairs a failed deletion has deleted: delete again, or run `pulumi refresh` before the next update.";

/**
 * Many imported key pairs as one resource. A change of `type`, `scope`, `userId` or `region` replaces them all; everything else changes
 * in place, pair by pair.
 */
export const keypairSet: Resource<KeypairSetInputs, KeypairSetState> = {
  // There is no call that deletes several.
  defaultTimeout: 30 * 60_000,

  check(olds, news, context): Checked<KeypairSetInputs> {
    const inputs = { ...defaultsOf("KeypairSet"), region: context.region, ...news };
    return {
      inputs: inputs as KeypairSetInputs,
      problems: mostTellable(
        [
          ...problemsOf("KeypairSetInputs", news),
          ...regionProblems(inputs.region),
          ...userIdProblems(news),
          ...pairProblems(context, inputs, olds?.keypairs),
        ],
        "keypairs",
      ),
    };
  },

  diff(olds, news, { declared, record }): Difference {
    const replaces = replacements("KeypairSet", olds, news);
    const isUnknown = arePairsUnknown(news);
    const changes = isUnknown ? [] : pairChanges(olds, news);
    const isChanged = isUnknown || changes.length > 0;
    const changed = isChanged ? ["keypairs"] : [];
    replaces.push(...wantedReplacements("KeypairSet", declared?.replaceOnChanges, changed, olds, news));
    if (declared !== undefined && !isUnknown) registerComparison(record, declared, olds, changes, replaces.length > 0);
    const areKeysSame = !isUnknown && changes.every(({ change }) => change === "update");
    const areFingerprintsKnown = Object.keys(olds.fingerprints).length === Object.keys(olds.keypairs).length;
    return {
      changed: [...new Set([...replaces, ...changed])],
      replaces,
      paths: changes.flatMap(pathsOf),
      stables: areKeysSame && areFingerprintsKnown ? ["fingerprints"] : [],
      // Two key pairs cannot share a name.
      deleteBeforeReplace: replaces.length > 0,
    };
  },

  async create(context, inputs) {
    const id = idOf(inputs);
    return { id, state: await bring(context, id, { ...inputs, keypairs: {}, fingerprints: {} }, inputs) };
  },

  read: findSet,

  update: (context, id, olds, news) => bring(context, id, olds, news),

  async delete(context, _id, state) {
    const nothing = { ...state, keypairs: {} };
    const changes = new Changes(context, state, nothing);
    await changes.carryOut(pairChanges(state, nothing));
    if (changes.reasons.length > 0) throw new Error([...changes.reasons, unrecorded].join("\n"));
  },

  undoCreate: (context, _id, state) => takeBack(context, state, Object.keys(state.keypairs)),

  undoUpdate(context, olds, state) {
    const made = Object.entries(state.keypairs).filter(([name, { publicKey }]) => {
      const known = ownOf(olds.keypairs, name);
      return known === undefined || !isSameKey(known.publicKey, publicKey);
    });
    return takeBack(
      context,
      state,
      made.map(([name]) => name),
    );
  },
};

/** Deletes pairs that nobody will record; those that may have been there before the next update takes over. */
async function takeBack(context: Context, state: KeypairSetState, names: readonly string[]): Promise<void> {
  await Promise.all(
    names.map(async (name) => {
      const pair = ownOf(state.keypairs, name);
      if (pair !== undefined) await takeBackCreated(context, name, pairState(state, name, pair));
    }),
  );
}

/** Brings what the state knows to what is wanted. */
async function bring(
  context: Context,
  id: string,
  olds: KeypairSetState,
  news: KeypairSetInputs,
): Promise<KeypairSetState> {
  const changes = new Changes(context, olds, news);
  const different = pairChanges(olds, news);
  await changes.carryOut([...different, ...unconfirmed(olds, different)]);
  changes.requireSuccess(id);
  return changes.state;
}

/** Pairs whose making failed in an earlier run, so that nobody knows whether they are there, and of which nothing else is to be changed. */
function unconfirmed(olds: KeypairSetState, different: readonly PairChange[]): PairChange[] {
  const changed = new Set(different.map(({ name }) => name));
  const names = Object.keys(olds.keypairs).filter((name) => !Object.hasOwn(olds.fingerprints, name));
  return names.filter((name) => !changed.has(name)).map((name) => ({ name, change: "update", properties: [] }));
}

/** What a preview shows of a pair: itself, where it comes, goes or is made anew for another reason than its properties. */
function pathsOf({ name, properties }: PairChange): string[] {
  const path = ["keypairs", name];
  return properties.length === 0
    ? [propertyPath(path)]
    : properties.map((property) => propertyPath([...path, property]));
}
