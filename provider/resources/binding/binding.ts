import { randomUUID } from "node:crypto";
import { PartialFailure, type Checked, type Difference, type Found, type Resource } from "../../contract";
import { keypairNamesOf } from "../../fleet/knownBinding";
import { messageOf } from "../../huawei/errors/errors";
import { defaultsOf } from "../../schema/defaults";
import { replacements, wantedReplacements } from "../../schema/replacements";
import { problemsOf } from "../../schema/validation";
import { keypairNameProblems, mostTellable, regionProblems } from "../inputs";
import { carryOut } from "./carryOut";
import { changesInPlace, entriesToChange } from "./difference";
import { failureReasons, wayOutOfJobs } from "./failures";
import { formProblems, mapProblems } from "./formProblems";
import { knownFromImportId } from "./importId";
import {
  asSet,
  isListOfKnownTexts,
  longestKeypairName,
  serverIdProblems,
  type CloudPhoneKeypairBindingInputs,
} from "./inputs";
import { isRenewed } from "./keyOfPair";
import { waitForOvertaking } from "./overtaking";
import { refreshed } from "./refresh";
import { rivalProblems } from "./rivals";
import { inputsOf, knownFrom, stateOf, type CloudPhoneKeypairBindingState } from "./state";
import { knownBefore, withTakenOver } from "./takeOver";
import { transitionTo, transitionToNothing } from "./transition";
import { wantedBy } from "./wanted";

/** What to do where a deletion has done a part of its work. */
const unrecorded =
  "The state does not show what a failed deletion has done: delete again, or run `pulumi refresh` before the next update, once the jobs " +
  "have ended.";

/**
 * One key pair on a set of servers, or a key pair for each server. A change of `region` replaces it; everything else changes in place:
 * servers whose key pair or fingerprint differs are bound anew, added servers are bound, and servers that left are given back their
 * earlier key pair where `deletionPolicy` is `restore`.
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
      problems: mostTellable(
        [
          ...rivalProblems(context, inputs),
          ...problemsOf("CloudPhoneKeypairBindingInputs", news),
          ...formProblems(news),
          ...keypairNameProblems("keypairName", news.keypairName, longestKeypairName),
          ...serverIdProblems(news.serverIds),
          ...mapProblems(news),
          ...regionProblems(inputs.region),
        ],
        "serverIds",
        "keypairNames",
        "keypairFingerprints",
      ),
    };
  },

  diff(olds, news, { declared, record }): Difference {
    const known = knownFrom(olds);
    const replaces = replacements("CloudPhoneKeypairBinding", olds, news);
    const wanted = wantedBy(news);
    const names = keypairNamesOf(wanted, wanted.keypairOf.values());
    const renewed = new Set(names.filter((name) => isRenewed(record, known, { region: news.region, name })));
    const changes = changesInPlace(known, wanted, renewed);
    replaces.push(...wantedReplacements("CloudPhoneKeypairBinding", declared?.replaceOnChanges, changes, olds, news));
    const changed = [...new Set([...replaces, ...changes])];
    if (declared !== undefined) {
      record.bindings.compare(declared, known, wanted.keypairOf);
      if (changed.length === 0)
        for (const name of names) record.keypairUsers.foundUnchanged(declared, { region: news.region, name });
    }
    // What servers carry after an update, only the update knows.
    const paths = changed.includes("keypairNames") ? entriesToChange(known, wanted, renewed) : undefined;
    return { replaces, changed, paths, deleteBeforeReplace: false, stables: [] };
  },

  async create(context, inputs) {
    const id = randomUUID();
    const wanted = wantedBy(inputs);
    const before = knownBefore(context, wanted);
    try {
      return { id, state: stateOf(await carryOut(id, transitionTo(wanted, before, context))) };
    } catch (error) {
      if (error instanceof PartialFailure || before.servers.size === 0) throw error;
      // The engine takes the earlier binding for deleted: what it knew of the servers is recorded with this one.
      throw new PartialFailure(id, stateOf(before), [messageOf(error)], true);
    }
  },

  async read(
    context,
    id,
    state,
  ): Promise<Found<CloudPhoneKeypairBindingInputs, CloudPhoneKeypairBindingState> | undefined> {
    const known = state === undefined ? knownFromImportId(id, context.cloud.settings.region) : knownFrom(state);
    const found = await refreshed(context, known, state === undefined);
    return found && { id, state: stateOf(found), inputs: inputsOf(found) };
  },

  async update(context, id, olds, news) {
    const wanted = wantedBy(news);
    const known = withTakenOver(context, knownFrom(olds), wanted);
    return stateOf(await carryOut(id, transitionTo(wanted, known, context)));
  },

  async delete(context, id, state) {
    const { bindings } = context.fleets.record;
    const known = knownFrom(state);
    const transition = transitionToNothing(known, context);
    const { leaving, isClaimed } = transition;
    // Where the engine replaces this binding, the next one goes on from what this one knows.
    bindings.leave(
      known,
      leaving.filter(({ serverId }) => isClaimed(serverId)),
    );
    const left = await carryOut(id, transition).catch((error: unknown) => {
      // The engine records nothing of a deletion that failed.
      if (!(error instanceof PartialFailure)) throw error;
      throw new PartialFailure(error.id, error.state, [...error.reasons, unrecorded]);
    });
    bindings.leave(known, left.servers.values());
    const failures = await waitForOvertaking(transition);
    if (failures.size === 0) return;
    // The state knows the jobs, so that the next run asks for them again.
    const nothing = new Map<string, never>();
    const reasons = failureReasons(failures, { servers: nothing, outcomes: nothing, shown: nothing });
    throw new Error([...reasons, ...wayOutOfJobs(failures)].join("\n"));
  },
};
