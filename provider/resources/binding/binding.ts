import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { bindServers } from "./bindServers";
import type { ServerChange, ServerOutcome } from "./serverChange";
import { grouped } from "../../text/grouped";
import { UnfinishedJob } from "../../fleet/jobWatcher";
import type { KeypairPlace } from "../../fleet/keypairRecord";
import { lookAtServers } from "../../fleet/servers";
import { HuaweiCloudError, isForbidden, means, messageOf } from "../../huawei/errors";
import {
  PartialFailure,
  type CheckContext,
  type Checked,
  type Context,
  type Difference,
  type Found,
  type Resource,
} from "../../contract";
import { defaultsOf } from "../../schema/defaults";
import { replacements } from "../../schema/replacements";
import type { Server, ServerBinding } from "../../schema/types";
import { holdsUnknown } from "../../schema/unknown";
import { problemsOf, type Problem } from "../../schema/validation";
import { quoted } from "../../text/text";
import { failureReasons, UnknownServer } from "./failures";
import { asSet, isListOfKnownTexts, serverIdProblems, type CloudPhoneKeypairBindingInputs } from "./inputs";
import { unseenJobsOf, waitForJobsOf, waitForOvertaking, type ServerJob } from "./leavingServers";
import { logKept, warnDrift, warnNotRestored, warnOtherKey, warnPending, warnStillPending } from "./reports";
import {
  allServerIds,
  bindingOf,
  boundServerIds,
  entryOf,
  givenBy,
  inputsOf,
  isGivenBy,
  isPerhapsGivenBy,
  stateAfter,
  stateInPlaceOf,
  stateOfImportId,
  type CloudPhoneKeypairBindingState,
} from "./state";
import { isKnownText, keypairNameProblems, regionProblems } from "../inputs";
import { lookAtPublicKey } from "../publicKeyLook";
import { keyDigest } from "../sshKeys";

/** What to do where a deletion has done a part of its work. */
const unrecorded =
  "The state does not show what a failed deletion has done: delete again, or run `pulumi refresh` before the next update, once the jobs " +
  "have ended.";

/** Phones take shorter names than KPS does, in bytes. */
const longestKeypairName = 64;

/**
 * One key pair on a set of servers. A change of `region` replaces it; everything else changes in place: a key pair or fingerprint
 * binds every server anew, added servers are bound, and servers that left are given back their earlier key pair where
 * `deletionPolicy` is `restore`.
 */
export const cloudPhoneKeypairBinding: Resource<CloudPhoneKeypairBindingInputs, CloudPhoneKeypairBindingState> = {
  defaultTimeout: 30 * 60_000,

  check(_olds, news, context): Checked<CloudPhoneKeypairBindingInputs> {
    const inputs = {
      ...defaultsOf("CloudPhoneKeypairBinding"),
      region: context.region,
      ...news,
      ...(isListOfKnownTexts(news.serverIds) && { serverIds: asSet(news.serverIds) }),
    };
    return {
      inputs: inputs as unknown as CloudPhoneKeypairBindingInputs,
      problems: [
        ...rivalProblems(context, inputs),
        ...problemsOf("CloudPhoneKeypairBindingInputs", news),
        ...keypairNameProblems("keypairName", news.keypairName, longestKeypairName),
        ...serverIdProblems(news.serverIds),
        ...regionProblems(inputs.region),
      ],
    };
  },

  diff(olds, news, { declared, record }): Difference {
    const replaces = replacements("CloudPhoneKeypairBinding", olds, news);
    const keypair = { region: news.region, name: news.keypairName };
    const isOtherServers = holdsUnknown(news.serverIds) || asSet(news.serverIds).join() !== boundServerIds(olds).join();
    const changed = [
      ...replaces,
      ...(news.keypairName !== olds.keypairName || record.keypairs.isRemade(keypair) ? ["keypairName"] : []),
      ...(isOtherFingerprintWanted(olds, news) ? ["keypairFingerprint"] : []),
      ...(news.deletionPolicy === olds.deletionPolicy ? [] : ["deletionPolicy"]),
      ...(isOtherServers ? ["serverIds"] : []),
      ...(isRestorationDue(olds, news) || isReleaseDue(olds, news) ? ["bindings"] : []),
    ];
    if (declared !== undefined) {
      record.bindings.compare(declared, olds);
      if (changed.length === 0) record.keypairUsers.foundUnchanged(declared, keypair);
    }
    // What servers carry after an update, only the update knows.
    return { replaces, changed, deleteBeforeReplace: false, stables: [] };
  },

  async create(context, inputs) {
    const id = randomUUID();
    const { bindings } = context.fleets.record;
    const before = stateInPlaceOf(inputs, (serverId) => bindings.earlierOf(context.declared, inputs.region, serverId));
    try {
      return { id, state: await bindAndRestore(context, id, before, inputs) };
    } catch (error) {
      if (error instanceof PartialFailure || before.bindings.length === 0) throw error;
      // The engine takes the earlier binding for deleted: what it knew of the servers is recorded with this one.
      throw new PartialFailure(id, before, [messageOf(error)], true);
    }
  },

  async read(
    context,
    id,
    state,
  ): Promise<Found<CloudPhoneKeypairBindingInputs, CloudPhoneKeypairBindingState> | undefined> {
    const known = state ?? stateOfImportId(id, context.cloud.settings.region);
    const { region } = known;
    const serverIds = allServerIds(known);
    const looks = context.fleets.in(region).servers;
    const servers = await lookAtServers(looks, serverIds, context);
    const bindings = serverIds.flatMap((serverId) => {
      const server = servers.get(serverId);
      return server === undefined ? [] : [bindingOf(server, entryOf(known, serverId))];
    });
    if (bindings.length === 0) return undefined;
    const key = await keyOf(context, region, known.keypairName);
    const isOtherKey = isAnotherKey(known, key);
    const carriesOurs = (serverId: string) => isGivenBy(known, serverId, servers.get(serverId)?.keypairName);
    // What never carried the key pair is no binding that could be imported.
    if (state === undefined && !serverIds.some(carriesOurs)) return undefined;
    warnDrift(context.ownLog, known, servers, looks.lastShown);
    if (isOtherKey) warnOtherKey(context.ownLog, known);
    const found = {
      ...known,
      serverIds: isOtherKey ? [] : asSet(known.serverIds.filter(carriesOurs)),
      bindings,
      __key: known.__key ?? key,
      // What no longer exists gets nothing any more.
      __pending: known.__pending?.filter(({ serverId }) => servers.has(serverId)),
    };
    return { id, state: found, inputs: inputsOf(found) };
  },

  async update(context, id, olds, news) {
    return bindAndRestore(context, id, olds, news);
  },

  async delete(context, id, state) {
    const { bindings } = context.fleets.record;
    // Where the engine replaces this binding, the next one goes on from what this one knows.
    const claimed = allServerIds(state).filter((serverId) =>
      bindings.isClaimedByOther(undefined, state.region, serverId),
    );
    const { changes } = context.fleets.in(state.region);
    // Key pairs that are deleted next ask which servers may get them yet, and so does who binds such a server next.
    for (const { serverId, ...job } of state.__pending ?? []) changes.note(serverId, job);
    bindings.leave(state, claimed);
    const left = await letServersGo(context, id, state, new Set(claimed));
    bindings.leave(
      left,
      (left.__pending ?? []).map(({ serverId }) => serverId),
    );
    const { unseen, notRebound } = await waitForOvertaking(context, state.region, claimed);
    const failures = new Map([...unseen, ...notRebound]);
    if (failures.size === 0) return;
    const known = { servers: new Map(), shown: new Map(), outcomes: new Map() };
    // What the state knows of the jobs is what the next run asks for.
    throw new Error(failureReasons(failures, known).join("\n"));
  },
};

/** Gives servers of a deleted binding back what they had, where that is the policy. Returns what is left of it. */
async function letServersGo(
  context: Context,
  id: string,
  state: CloudPhoneKeypairBindingState,
  claimed: ReadonlySet<string>,
): Promise<CloudPhoneKeypairBindingState> {
  if (state.deletionPolicy === "restore") {
    try {
      return await bindAndRestore(context, id, state, { ...inputsOf(state), serverIds: [] });
    } catch (error) {
      // The engine records nothing of a deletion that failed.
      if (!(error instanceof PartialFailure)) throw error;
      throw new PartialFailure(error.id, error.state, [...error.reasons, unrecorded]);
    }
  }
  logKept(context.ownLog, keptBy(context, state, allServerIds(state)));
  const isLet = ({ serverId }: { serverId: string }) => !claimed.has(serverId);
  warnPending(context.ownLog, (state.__pending ?? []).filter(isLet));
  return state;
}

/** A server carries one key pair: two bindings of it would take it from each other for ever. */
function rivalProblems(
  { declared, record }: CheckContext,
  { region, serverIds }: { region?: unknown; serverIds?: unknown },
): Problem[] {
  if (!isKnownText(region) || !isListOfKnownTexts(serverIds)) return [];
  record.bindings.declare(declared, region, serverIds);
  const rivals = grouped(
    serverIds,
    (serverId) => record.bindings.rivalOf(declared, region, serverId)?.logicalName ?? "",
  );
  return [...rivals].flatMap(([rival, [first = "", ...others]]) => {
    if (rival === "") return [];
    const more = others.length > 0 ? ` and ${others.length} more` : "";
    const reason = `names server ${quoted(first)}${more}, as "${rival}" does; a server carries one key pair, so one binding may name it`;
    return [{ property: "serverIds", reason }];
  });
}

/**
 * Digest of the key that a key pair holds, from a look that all bindings share. Undefined where there is no such key pair, and where
 * the account may not see key pairs.
 */
async function keyOf(context: Context, region: string, keypairName: string): Promise<string | undefined> {
  // Old states and import ids may name what no key pair can be named.
  if (keypairNameProblems("keypairName", keypairName, longestKeypairName).length > 0) return undefined;
  try {
    const publicKey = await lookAtPublicKey(context, { region, name: keypairName });
    return publicKey ? keyDigest(publicKey) : undefined;
  } catch (error) {
    if (isForbidden(error)) return undefined;
    throw error;
  }
}

/** Whether the key pair is known to hold another key than its servers were bound with. */
function isAnotherKey({ __key }: CloudPhoneKeypairBindingState, key: string | undefined): boolean {
  return __key !== undefined && key !== undefined && key !== __key;
}

/** How long a key pair of the program is waited for that is not begun: with few operations at a time it may never be. */
const longestWaitForBeginning = 30_000;

/** Waits for a key pair that this run still makes. The engine knows of no order where a program writes the name twice. */
async function keypairMade(context: Context, place: KeypairPlace): Promise<void> {
  const { keypairs } = context.fleets.record;
  const latest = Date.now() + longestWaitForBeginning;
  for (let coming = keypairs.comingAt(place); coming !== undefined; coming = keypairs.comingAt(place)) {
    const isStopped = context.signal.aborted;
    if (isStopped || (!coming.hasBegun && Date.now() > latest)) {
      throw new Error(
        `Key pair "${place.name}" is made by "${coming.resource.logicalName}" of this program, which ` +
          `${isStopped ? "has not ended" : "has not begun"}. Pass key.name to this binding in place of the name, so that Pulumi knows the order.`,
      );
    }
    await sleep(100);
  }
}

function isOtherKeyWanted(olds: CloudPhoneKeypairBindingState, news: CloudPhoneKeypairBindingInputs): boolean {
  return news.keypairName !== olds.keypairName || isOtherFingerprintWanted(olds, news);
}

/** A fingerprint that the program no longer passes tells nothing about the key. */
function isOtherFingerprintWanted(
  olds: CloudPhoneKeypairBindingState,
  { keypairFingerprint }: CloudPhoneKeypairBindingInputs,
): boolean {
  return keypairFingerprint !== undefined && keypairFingerprint !== olds.keypairFingerprint;
}

/** Whether a server that the program does not name is recorded because a job of it was not seen to end. */
function isReleaseDue(
  { __pending = [] }: CloudPhoneKeypairBindingState,
  news: CloudPhoneKeypairBindingInputs,
): boolean {
  const wanted = new Set(news.serverIds);
  return __pending.some(({ serverId }) => !wanted.has(serverId));
}

/** Whether a server that the program does not name was last seen with a key pair that this binding gave it. */
function isRestorationDue(olds: CloudPhoneKeypairBindingState, news: CloudPhoneKeypairBindingInputs): boolean {
  if (news.deletionPolicy !== "restore") return false;
  const wanted = new Set(news.serverIds);
  return olds.bindings.some(
    ({ serverId, keypairName }) => !wanted.has(serverId) && isGivenBy(olds, serverId, keypairName),
  );
}

/**
 * Brings the servers from what the state says to what is wanted: binds those that lack the key pair, and gives those that were removed
 * back their earlier one where that is the policy.
 */
async function bindAndRestore(
  context: Context,
  id: string,
  olds: CloudPhoneKeypairBindingState,
  news: CloudPhoneKeypairBindingInputs,
): Promise<CloudPhoneKeypairBindingState> {
  const { region, keypairName } = news;
  const keypair = { region, name: keypairName };
  const removed = without(allServerIds(olds), news.serverIds);
  const toRestore = news.deletionPolicy === "restore" ? removed : [];
  const isDestroyed = news.serverIds.length === 0;

  // Observe.
  const isRemade = context.fleets.record.keypairs.isRemade(keypair);
  const unbound = isOtherKeyWanted(olds, news) ? news.serverIds : without(news.serverIds, boundServerIds(olds));
  const isKeyNeeded = unbound.length > 0 || (isRemade && news.serverIds.length > 0);
  if (isKeyNeeded) await keypairMade(context, keypair);
  const key = isKeyNeeded ? await keyOf(context, region, keypairName) : undefined;
  // Of a state without a key nothing tells what the servers were bound with.
  const isOtherKey = isAnotherKey(olds, key) || (olds.__key === undefined && isRemade);
  const isNewFingerprint = keypairName === olds.keypairName && isOtherKeyWanted(olds, news);
  const toBind = isOtherKey ? news.serverIds : unbound;
  const failures = new Map<string, Error>();
  const { servers: looks } = context.fleets.in(region);
  const servers = await lookAtServers(looks, [...toBind, ...toRestore], context, (serverId, error) =>
    failures.set(serverId, error),
  );

  // Plan.
  const { bindings } = context.fleets.record;
  const { changes } = context.fleets.in(region);
  for (const { serverId, ...job } of olds.__pending ?? []) changes.note(serverId, job);
  for (const serverId of toBind) for (const job of bindings.pendingAt(region, serverId)) changes.note(serverId, job);
  const isToRestore = new Set(toRestore);
  const isClaimed = (serverId: string) => bindings.isClaimedByOther(context.declared, region, serverId);
  const isLeftToOther = (serverId: string) => isToRestore.has(serverId) && isClaimed(serverId);
  const unclaimed = toRestore.filter((serverId) => !isLeftToOther(serverId));
  for (const serverId of toBind) {
    if (servers.has(serverId) || failures.has(serverId)) continue;
    failures.set(serverId, new UnknownServer(region));
  }
  const wanted = [
    ...restorations(context, olds, unclaimed, servers),
    ...toBind.flatMap((serverId): ServerChange[] => {
      const carried = servers.get(serverId)?.keypairName;
      if (carried === undefined) return [];
      const isNewKey = isOtherKey || isNewFingerprint;
      return [{ serverId, keypairName, carried, purpose: { type: "bind", isNewKey } }];
    }),
  ];

  // Apply.
  const sent = new Set(wanted.map(({ serverId }) => serverId));
  const isGone = (serverId: string) => isToRestore.has(serverId) && !servers.has(serverId);
  const unsent = removed.filter((serverId) => !sent.has(serverId) && !failures.has(serverId) && !isGone(serverId));
  const [outcomes, unsettled] = await Promise.all([
    bindServers({ ...context, fleet: context.fleets.in(region), isClaimed: isLeftToOther }, wanted),
    isDestroyed ? undefined : waitForJobsOf(context, region, unsent),
  ]);
  const notRebound = unsettled?.notRebound ?? new Map<string, Error>();
  const unrestorable: string[] = [];
  for (const [serverId, { error }] of outcomes) {
    // Again, here and below: other bindings may have begun meanwhile.
    if (error === undefined || isLeftToOther(serverId)) continue;
    if (isToRestore.has(serverId) && means(error, "unknownKeypair")) unrestorable.push(serverId);
    else failures.set(serverId, error);
  }
  warnNotRestored(context.ownLog, unrestorable, servers, "the earlier one no longer exists");
  if (news.deletionPolicy === "retain") logKept(context.ownLog, keptBy(context, olds, removed));
  const leaving = removed.filter((serverId) => !failures.has(serverId) && !isGone(serverId));
  const unseen = leaving.flatMap((serverId) =>
    unseenJobsOf(changes.pendingOf(serverId), serverId, olds, outcomes.get(serverId)),
  );
  const awaited = unseen.filter(({ requestId }) => requestId !== undefined);
  if (!isDestroyed) warnStillPending(context.ownLog, awaited);
  const isTold = ({ serverId, requestId }: ServerJob) =>
    !sent.has(serverId) && !isClaimed(serverId) && (isDestroyed || requestId === undefined);
  warnPending(context.ownLog, unseen.filter(isTold));

  // Record.
  const awaitedIds = awaited.map(({ serverId }) => serverId);
  const state = stateAfter(olds, news, toRestore, awaitedIds, {
    // Where nothing is known of the key now, the earlier one is still what the servers that were not bound anew trust.
    key: key ?? (toBind.length > 0 && toBind.length === news.serverIds.length ? undefined : olds.__key),
    servers,
    outcomes,
    failures,
    pendingOf: (serverId) => changes.pendingOf(serverId),
  });
  const all = new Map([...failures, ...notRebound]);
  if (all.size === 0) return state;
  const shown = await shownBeside(context, region, all);
  throw failureOf(id, state, outcomes, failureReasons(all, { servers, outcomes, shown }));
}

/** The servers that a list shows, to tell names that were given as ids. It is read for that where an unknown id has not an id's form. */
async function shownBeside(
  context: Context,
  region: string,
  failures: ReadonlyMap<string, Error>,
): Promise<ReadonlyMap<string, Server>> {
  const { servers: looks } = context.fleets.in(region);
  const isMistaken = [...failures].some(([id, error]) => error instanceof UnknownServer && !/^[0-9a-f]{32}$/.test(id));
  if (isMistaken && looks.lastShown.size === 0) await looks.all(context).catch(() => undefined);
  return looks.lastShown;
}

function without(serverIds: readonly string[], others: readonly string[]): string[] {
  const left = new Set(others);
  return serverIds.filter((serverId) => !left.has(serverId));
}

/**
 * Removed servers that still carry a key pair that this binding gave them, with the one they carried before. Tells of those that
 * cannot get it back.
 */
function restorations(
  context: Context,
  olds: CloudPhoneKeypairBindingState,
  removed: string[],
  servers: Map<string, Server>,
): ServerChange[] {
  const withoutEarlier: string[] = [];
  const doubtful: string[] = [];
  const { changes } = context.fleets.in(olds.region);
  const wanted = removed.flatMap((serverId): ServerChange[] => {
    const carried = servers.get(serverId)?.keypairName;
    if (carried === undefined) return [];
    const isPending = changes.pendingOf(serverId).length > 0;
    if (!isPending && !isGivenBy(olds, serverId, carried)) {
      if (isPerhapsGivenBy(olds, serverId, carried)) doubtful.push(serverId);
      return [];
    }
    const previous = entryOf(olds, serverId)?.previousKeypairName;
    if (previous !== undefined && previous !== "" && (isPending || previous !== carried)) {
      const given = givenBy(olds, serverId);
      return [{ serverId, keypairName: previous, carried, purpose: { type: "restore", given } }];
    }
    if (!isPending) withoutEarlier.push(serverId);
    return [];
  });
  warnNotRestored(
    context.ownLog,
    withoutEarlier,
    servers,
    "no earlier one is known, and the service cannot take a key pair away",
  );
  warnNotRestored(context.ownLog, doubtful, servers, "the state does not tell whether this binding gave it");
  return wanted;
}

/** Removed servers that were last seen with our key pair. What becomes of those that another binding claims is that one's to tell. */
function keptBy(
  { fleets, declared }: Context,
  state: CloudPhoneKeypairBindingState,
  removed: readonly string[],
): ServerBinding[] {
  return removed
    .flatMap((serverId) => entryOf(state, serverId) ?? [])
    .filter(
      ({ serverId, keypairName }) =>
        isGivenBy(state, serverId, keypairName) &&
        !fleets.record.bindings.isClaimedByOther(declared, state.region, serverId),
    );
}

/** A partial failure, or a plain error where nothing was done. */
function failureOf(
  id: string,
  state: CloudPhoneKeypairBindingState,
  outcomes: ReadonlyMap<string, ServerOutcome>,
  reasons: string[],
): Error {
  // A job that was started may still do its work, and the state from before would no longer be true.
  const isAnythingDone = [...outcomes.values()].some(mayHaveTakenEffect);
  return isAnythingDone ? new PartialFailure(id, state, reasons) : new Error(reasons.join("\n"));
}

/** Also where the answer was lost that would have named the job. */
function mayHaveTakenEffect({ jobId, error }: ServerOutcome): boolean {
  return (
    error === undefined ||
    jobId !== undefined ||
    error instanceof UnfinishedJob ||
    (error instanceof HuaweiCloudError && error.outcomeUnknown)
  );
}
