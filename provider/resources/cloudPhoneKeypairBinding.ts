import { randomUUID } from "node:crypto";
import { bindServers, type BindingOutcome, type WantedServer } from "../fleet/bindServers";
import { lookAtServers } from "../fleet/servers";
import { isUnknownKeypair } from "../huawei/cph";
import { HuaweiCloudError } from "../huawei/errors";
import {
  ownLog,
  PartialFailure,
  type Checked,
  type Context,
  type Difference,
  type Found,
  type Resource,
} from "../resource";
import type { Server, ServerBinding } from "../schema/types";
import { holdsUnknown } from "../schema/unknown";
import { problemsOf } from "../schema/validation";
import {
  asSet,
  isListOfKnownTexts,
  serverIdProblems,
  type CloudPhoneKeypairBindingInputs,
} from "./cloudPhoneKeypairBindingInputs";
import { failureReasons, logKept, warnDrift, warnNotRestored } from "./cloudPhoneKeypairBindingReports";
import {
  allServerIds,
  bindingOf,
  boundServerIds,
  entryOf,
  inputsOf,
  isGivenBy,
  isPerhapsGivenBy,
  stateAfter,
  stateOfImportId,
  type CloudPhoneKeypairBindingState,
} from "./cloudPhoneKeypairBindingState";
import { isKnownText, keypairNameProblems, regionProblems } from "./inputs";

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
      deletionPolicy: "retain",
      region: context.region,
      ...news,
      ...(isListOfKnownTexts(news.serverIds) && { serverIds: asSet(news.serverIds) }),
    };
    return {
      inputs: inputs as unknown as CloudPhoneKeypairBindingInputs,
      problems: [
        ...problemsOf("CloudPhoneKeypairBindingInputs", news),
        ...keypairNameProblems("keypairName", news.keypairName, longestKeypairName),
        ...serverIdProblems(news.serverIds),
        ...regionProblems(inputs.region),
      ],
    };
  },

  diff(olds, news): Difference {
    const replaces = news.region === olds.region ? [] : ["region"];
    return {
      replaces,
      changed:
        replaces.length > 0 ||
        isOtherKeyWanted(olds, news) ||
        news.deletionPolicy !== olds.deletionPolicy ||
        holdsUnknown(news.serverIds) ||
        asSet(news.serverIds).join() !== boundServerIds(olds).join() ||
        isRestorationDue(olds, news),
      deleteBeforeReplace: false,
    };
  },

  announce(fleets, id, { region, serverIds }) {
    if (isKnownText(region) && isListOfKnownTexts(serverIds)) fleets.in(region).claims.claim(id, serverIds);
  },

  async create(context, inputs) {
    const id = randomUUID();
    const nothingBound: CloudPhoneKeypairBindingState = { ...inputs, serverIds: [], bindings: [] };
    return { id, state: await bindAndRestore(context, id, nothingBound, inputs) };
  },

  async read(
    context,
    id,
    state,
  ): Promise<Found<CloudPhoneKeypairBindingInputs, CloudPhoneKeypairBindingState> | undefined> {
    const known = state ?? stateOfImportId(id, context.cloud.settings.region);
    const { region } = known;
    const serverIds = allServerIds(known);
    const servers = await lookAtServers(context.fleets.in(region).servers, serverIds, context);
    warnDrift(ownLog(context), known, servers);
    const carriesOurs = (serverId: string) => isGivenBy(known, serverId, servers.get(serverId)?.keypairName);
    const bindings = serverIds.flatMap((serverId) => {
      const server = servers.get(serverId);
      return server === undefined ? [] : [bindingOf(server, entryOf(known, serverId))];
    });
    // Servers may be given our key pair yet.
    const isIncomplete = known.serverIds.length === 0 && bindings.length > 0;
    if (!isIncomplete && !serverIds.some(carriesOurs)) return undefined;
    const found = { ...known, serverIds: asSet(known.serverIds.filter(carriesOurs)), bindings };
    return { id, state: found, inputs: inputsOf(found) };
  },

  async update(context, id, olds, news) {
    return bindAndRestore(context, id, olds, news);
  },

  async delete(context, id, state) {
    if (state.deletionPolicy === "retain") {
      logKept(ownLog(context), keptBy(context, id, state, allServerIds(state)));
      return;
    }
    await bindAndRestore(context, id, state, { ...inputsOf(state), serverIds: [] });
  },
};

/** A fingerprint that the program no longer passes tells nothing about the key. */
function isOtherKeyWanted(olds: CloudPhoneKeypairBindingState, news: CloudPhoneKeypairBindingInputs): boolean {
  const { keypairName, keypairFingerprint } = news;
  return (
    keypairName !== olds.keypairName ||
    (keypairFingerprint !== undefined && keypairFingerprint !== olds.keypairFingerprint)
  );
}

/** Whether a server that the program does not name was last seen with a key pair that this binding gave it. */
function isRestorationDue(olds: CloudPhoneKeypairBindingState, news: CloudPhoneKeypairBindingInputs): boolean {
  return (
    news.deletionPolicy === "restore" &&
    olds.bindings.some(
      ({ serverId, keypairName }) => !news.serverIds.includes(serverId) && isGivenBy(olds, serverId, keypairName),
    )
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
  const bound = new Set(isOtherKeyWanted(olds, news) ? [] : boundServerIds(olds));
  const toBind = news.serverIds.filter((serverId) => !bound.has(serverId));
  const removed = allServerIds(olds).filter((serverId) => !news.serverIds.includes(serverId));
  const toRestore = news.deletionPolicy === "restore" ? removed : [];

  // Observe.
  const { claims, servers: looks } = context.fleets.in(news.region);
  claims.claim(id, toBind);
  const failures = new Map<string, Error>();
  const servers = await lookAtServers(looks, [...toBind, ...toRestore], context, (serverId, error) =>
    failures.set(serverId, error),
  );

  // Plan.
  const isLeftToOther = (serverId: string) => toRestore.includes(serverId) && claims.isClaimedByOther(id, serverId);
  const unclaimed = toRestore.filter((serverId) => !isLeftToOther(serverId));
  for (const serverId of toBind) {
    if (servers.has(serverId) || failures.has(serverId)) continue;
    failures.set(serverId, new Error(`it does not exist in region ${news.region}; take it out of serverIds`));
  }
  const wanted = [
    ...restorations(context, olds, unclaimed, servers),
    ...toBind.flatMap((serverId): WantedServer[] => {
      const carried = servers.get(serverId)?.keypairName;
      return carried === undefined ? [] : [{ serverId, keypairName: news.keypairName, carried }];
    }),
  ];

  // Apply.
  const outcomes = await bindServers(context, news.region, wanted);
  const unrestorable: string[] = [];
  for (const [serverId, { error }] of outcomes) {
    // Again, here and below: other bindings may have begun meanwhile.
    if (error === undefined || isLeftToOther(serverId)) continue;
    if (toRestore.includes(serverId) && isUnknownKeypair(error)) unrestorable.push(serverId);
    else failures.set(serverId, error);
  }
  warnNotRestored(ownLog(context), unrestorable, servers, "the earlier one no longer exists");
  if (news.deletionPolicy === "retain") logKept(ownLog(context), keptBy(context, id, olds, removed));

  // Record.
  const state = stateAfter(olds, news, toRestore, { servers, outcomes, failures });
  if (failures.size > 0) throw failureOf(id, state, outcomes, failureReasons(failures, servers));
  return state;
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
): WantedServer[] {
  const withoutEarlier: string[] = [];
  const doubtful: string[] = [];
  const wanted = removed.flatMap((serverId): WantedServer[] => {
    const carried = servers.get(serverId)?.keypairName;
    if (carried === undefined) return [];
    if (!isGivenBy(olds, serverId, carried)) {
      if (isPerhapsGivenBy(olds, serverId, carried)) doubtful.push(serverId);
      return [];
    }
    const previous = entryOf(olds, serverId)?.previousKeypairName;
    if (previous !== undefined && previous !== "" && previous !== carried) {
      return [{ serverId, keypairName: previous, carried }];
    }
    withoutEarlier.push(serverId);
    return [];
  });
  warnNotRestored(
    ownLog(context),
    withoutEarlier,
    servers,
    "no earlier one is known, and the service cannot take a key pair away",
  );
  warnNotRestored(ownLog(context), doubtful, servers, "the state does not tell whether this binding gave it");
  return wanted;
}

/** Removed servers that were last seen with our key pair. What becomes of those that another binding claims is that one's to tell. */
function keptBy(
  context: Context,
  id: string,
  state: CloudPhoneKeypairBindingState,
  removed: readonly string[],
): ServerBinding[] {
  const { claims } = context.fleets.in(state.region);
  return removed
    .flatMap((serverId) => entryOf(state, serverId) ?? [])
    .filter(
      ({ serverId, keypairName }) => isGivenBy(state, serverId, keypairName) && !claims.isClaimedByOther(id, serverId),
    );
}

/** A partial failure, or a plain error where nothing was done. */
function failureOf(
  id: string,
  state: CloudPhoneKeypairBindingState,
  outcomes: Map<string, BindingOutcome>,
  reasons: string[],
): Error {
  // A job that was started may still do its work, and the state from before would no longer be true.
  const isAnythingDone = [...outcomes.values()].some(mayHaveTakenEffect);
  return isAnythingDone ? new PartialFailure(id, state, reasons) : new Error(reasons.join("\n"));
}

/** Also where the answer was lost that would have named the job. */
function mayHaveTakenEffect({ jobId, error }: BindingOutcome): boolean {
  return error === undefined || jobId !== undefined || (error instanceof HuaweiCloudError && error.outcomeUnknown);
}
