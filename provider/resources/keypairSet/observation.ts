import type { Context, Found } from "../../contract";
import { untilFirstError } from "../../operation/untilFirstError";
import { defaultsOf } from "../../schema/defaults";
import type { ImportedKeypair, KeypairSummary } from "../../schema/types";
import { enumerated, quoted } from "../../text/text";
import { isSameKey } from "../sshKeys";
import { namesOf } from "./importId";
import {
  isSamePlacing,
  ownOf,
  placingOf,
  recordedOf,
  type KeypairSetInputs,
  type KeypairSetState,
  type Placing,
} from "./state";

/** The most key pairs that a message about an import names. */
const mostNamed = 10;

/** The set as the service shows it. Undefined where none of its pairs is there any more. */
export async function findSet(
  context: Context,
  id: string,
  known: KeypairSetState | undefined,
): Promise<Found<KeypairSetInputs, KeypairSetState> | undefined> {
  const region = known?.region ?? context.cloud.settings.region;
  if (region === undefined) throw new Error(`Key pairs "${id}": no region is set (huaweicloud-cph:region).`);
  const names = known === undefined ? namesOf(id) : Object.keys(known.keypairs);
  const regionOf = (name: string) => (known === undefined ? region : placingOf(known, name).region);
  const live = await readPairs(context, names, regionOf);
  const state = known === undefined ? imported(names, live, region) : observe(known, live);
  if (Object.keys(state.keypairs).length === 0) return undefined;
  const { keypairs, type, scope, userId, adoptExisting } = state;
  return { id, state, inputs: { keypairs, type, scope, userId, adoptExisting, region } };
}

/** Reads pairs by lists. What lists leave out of what they must show is looked up for each. */
async function readPairs(
  context: Context,
  names: readonly string[],
  regionOf: (name: string) => string,
): Promise<Map<string, KeypairSummary>> {
  const live = new Map<string, KeypairSummary>();
  await untilFirstError(context, (reading) =>
    names.map(async (name) => {
      const region = regionOf(name);
      const listed = await context.fleets.in(region).keypairs.get(name, reading);
      const isKeyLeftOut = listed?.publicKey === "";
      const seen = isKeyLeftOut ? await context.cloud.kps(region, reading).getKeypair(name) : listed;
      if (seen !== undefined) live.set(name, seen);
    }),
  );
  return live;
}

/** What is gone leaves the set, and a pair of another key shows that key. */
function observe(known: KeypairSetState, live: ReadonlyMap<string, KeypairSummary>): KeypairSetState {
  const keypairs: Record<string, ImportedKeypair> = {};
  const fingerprints: Record<string, string> = {};
  const misplaced: Record<string, Placing> = {};
  for (const [name, pair] of Object.entries(known.keypairs)) {
    const seen = live.get(name);
    if (seen === undefined) continue;
    const fingerprint = ownOf(known.fingerprints, name);
    keypairs[name] = observePair(pair, seen, fingerprint === undefined);
    fingerprints[name] = observeFingerprint(fingerprint, seen, pair);
    const placing = observePlacing(placingOf(known, name), seen);
    if (!isSamePlacing(placing, known)) misplaced[name] = placing;
  }
  return { ...known, keypairs, fingerprints, __misplaced: recordedOf(misplaced) };
}

/**
 * The pair as a list shows it: the key, and whether the private key is hosted. Neither the description nor how it is hosted is in lists:
 * those are as recorded. While the key is the same, so is the text that stands for it.
 */
function observePair(
  pair: ImportedKeypair,
  { publicKey, isKeyProtection = true }: KeypairSummary,
  isDoubted: boolean,
): ImportedKeypair {
  const isOther = !isSameKey(pair.publicKey, publicKey);
  return {
    ...pair,
    ...(isOther && { publicKey }),
    // Nobody knows how another pair is described, nor one to which something may have been done since.
    ...((isOther || isDoubted) && { description: undefined }),
    keyProtection: isKeyProtection ? pair.keyProtection : undefined,
  };
}

function observeFingerprint(recorded: string | undefined, seen: KeypairSummary, pair: ImportedKeypair): string {
  return recorded !== undefined && recorded !== "" && isSameKey(pair.publicKey, seen.publicKey)
    ? recorded
    : seen.fingerprint;
}

/** Lists need not tell type and scope. */
function observePlacing(placing: Placing, { type, scope }: KeypairSummary): Placing {
  return {
    ...placing,
    type: (type ?? placing.type) as Placing["type"],
    scope: (scope ?? placing.scope) as Placing["scope"],
  };
}

/** What an import takes: all pairs must be there, and share what pairs of a set share. */
function imported(
  names: readonly string[],
  live: ReadonlyMap<string, KeypairSummary>,
  region: string,
): KeypairSetState {
  const missing = names.filter((name) => !live.has(name));
  if (missing.length > 0)
    throw new Error(`There are no key pairs of these names: ${enumerated(missing, mostNamed, quoted)}.`);

  const seen = names.flatMap((name) => live.get(name) ?? []);
  const defaults = defaultsOf("KeypairSet");
  return {
    keypairs: Object.fromEntries(seen.map(({ name, publicKey }) => [name, { publicKey }])),
    type: shared("type", seen, defaults.type),
    scope: shared("scope", seen, defaults.scope),
    adoptExisting: defaults.adoptExisting,
    region,
    fingerprints: Object.fromEntries(seen.map(({ name, fingerprint }) => [name, fingerprint])),
  };
}

function shared<T extends string>(property: "type" | "scope", pairs: readonly KeypairSummary[], usual: T): T {
  const values = new Map(pairs.map((pair) => [pair[property] ?? usual, pair.name]));
  if (values.size > 1) {
    const different = [...values].map(([value, name]) => `that of ${quoted(name)} is ${quoted(value)}`).join(", ");
    throw new Error(`The key pairs of a set have one ${property}, but ${different}: import them as several sets.`);
  }
  const [value] = values.keys();
  return (value ?? usual) as T;
}
