import { randomBytes } from "node:crypto";
import { messageOf } from "../../huawei/errors/errors";
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
import { replacements, wantedReplacements } from "../../schema/replacements";
import { problemsOf } from "../../schema/validation";
import { regionProblems } from "../inputs";
import { bringTo, converge } from "./convergence";
import { deleteKnown } from "./deletion";
import { changesInPlace, isOtherKeyWanted, stableOutputs } from "./difference";
import { whileChanging } from "../cachedKeypair";
import {
  descriptionProblems,
  lostPublicKeyProblems,
  nameProblems,
  protectionProblems,
  publicKeyProblems,
  rivalProblems,
  userIdProblems,
} from "./inputs";
import { getOnceMade, importedState, inputsOf, readKeypair, observe } from "./observation";
import { createInPlaceOf } from "./replacement";
import { isAutonamed, type KeypairInputs, type KeypairState } from "./state";
import { isSameKey } from "../sshKeys";
import { warnOfLoss, warnOfServersLeft, warnUnchangedUsers } from "./warnings";

/** What the program may leave open. */
const defaulted = ["name", "userId", "description", "publicKey"] as const;

/**
 * A key pair in the Key Pair Service. A change of `name`, `publicKey` (by key type and blob), `type`, `scope`, `userId` or `region`
 * replaces it; description and hosting of the private key change in place.
 */
export const keypair: Resource<KeypairInputs, KeypairState> = {
  defaultTimeout: 10 * 60_000,

  check(olds, news, context): Checked<KeypairInputs> {
    const defaults = { ...defaultsOf("Keypair"), region: context.region };
    const inputs = {
      ...defaults,
      ...news,
      // A replacement that is no longer asked for is checked without the earlier inputs, and keeps its pair.
      name: news.name ?? olds?.name ?? context.record.keypairs.keptBy(context.declared)?.name ?? newName(context),
      __defaults: defaulted.filter(
        (property) => news[property] === undefined && !(property === "name" && isNameFixed(context)),
      ),
    };
    return {
      inputs: inputs as KeypairInputs,
      problems: [
        ...problemsOf("KeypairInputs", news),
        ...nameProblems(news, inputs, context),
        ...rivalProblems(context, inputs, olds === undefined),
        ...lostPublicKeyProblems(olds, news),
        ...regionProblems(inputs.region),
        ...userIdProblems(news),
        ...descriptionProblems(news),
        ...publicKeyProblems(news),
        ...protectionProblems(news),
      ],
    };
  },

  diff(olds, news, { declared, record }): Difference {
    // Of a public key the text does not matter.
    const replaces = replacements("Keypair", olds, news).filter((property) => property !== "publicKey");
    if (isOtherKeyWanted(olds, news)) replaces.push("publicKey");
    const changes = changesInPlace(olds, news);
    replaces.push(...wantedReplacements("Keypair", declared?.replaceOnChanges, changes, olds, news));
    const changed = [...new Set([...replaces, ...changes])];
    if (declared !== undefined) {
      const [isChanged, isReplaced] = [changed.length > 0, replaces.length > 0];
      record.keypairs.compare(declared, olds, { isChanged, isReplaced, isLost: olds.__lost !== undefined });
    }
    return {
      replaces,
      changed,
      stables: stableOutputs(olds, news),
      // Also where the engine alone has a reason to replace it. Two key pairs cannot share a name; a made-up one is made anew.
      deleteBeforeReplace: !isAutonamed(news),
    };
  },

  async create(context, inputs) {
    const { declared, fleets } = context;
    const record = fleets.record.keypairs;
    const creation = record.whileCreating(
      declared,
      inputs,
      () => {
        const kept = record.keptBy(declared);
        if (kept !== undefined) return bringTo(context, kept, inputs);
        return whileChanging(context, inputs, async () =>
          converge(context, await createInPlaceOf(context, record.replacedBy(declared, inputs), inputs), inputs),
        );
      },
      isRecorded,
    );
    const state = await creation.finally(() => deleteAbandoned(context));
    warnUnchangedUsers(context, inputs);
    return { id: inputs.name, state };
  },

  async read(context, id, state): Promise<Found<KeypairInputs, KeypairState> | undefined> {
    const region = state?.region ?? context.cloud.settings.region;
    if (region === undefined) throw new Error(`Key pair "${id}": no region is set (huaweicloud-cph:region).`);
    const live = await readKeypair(context, region, id, state);
    if (state?.privateKey !== undefined && !(live && isSameKey(state.publicKey, live.publicKey))) {
      const lost = { ...state, __lost: { publicKey: live?.publicKey } };
      warnOfLoss(context, lost, live);
      return { id, state: lost, inputs: inputsOf(lost) };
    }
    if (live === undefined) return undefined;
    const found = observe(state ?? importedState(live, region), live);
    return { id: live.name, state: found, inputs: inputsOf(found) };
  },

  async update(context, _id, olds, news) {
    if (olds.__lost === undefined) return bringTo(context, olds, news);
    // Who is bound to it waits, and is not bound to what stands there meanwhile.
    const { keypairs } = context.fleets.record;
    return keypairs.whileCreating(context.declared, news, () => bringTo(context, olds, news), isRecorded);
  },

  async delete(context, _id, state) {
    const deletion = context.fleets.record.keypairs.askToDelete(state, context.logicalName);
    switch (deletion.kind) {
      case "held":
        context.ownLog.info(`Key pair "${state.name}" stays: "${deletion.by.logicalName}" of this program has it.`);
        return;
      case "doubtful":
        throw new Error(
          `Key pair "${state.name}" was not deleted: "${deletion.by.logicalName}" of this program wants its name, and failed. If that is ` +
            "the same resource under another name, tell Pulumi so with the option `aliases`.",
        );
      case "left":
        return;
      case "free":
        await warnOfServersLeft(context, state);
        if ((await deleteKnown(context, state)) === "other") {
          context.ownLog.warn(
            `Key pair "${state.name}" holds another key than this stack knows, so it is somebody else's, and stays.`,
          );
        }
    }
  },

  async undoCreate(context, id, state) {
    // An imported pair of a given name may have been there before; the next create takes it over.
    const isGenerated = state.publicKey === "" || state.privateKey !== undefined;
    if (state.adoptExisting && !isGenerated && !isAutonamed(state)) return;
    const kps = context.cloud.kps(state.region, context);
    const live = await getOnceMade(context, kps, id);
    const isOurs = live !== undefined && (state.publicKey === "" || isSameKey(state.publicKey, live.publicKey));
    if (isOurs) await kps.deleteKeypair(id);
  },
};

/** Whether what failed is recorded as made all the same. */
function isRecorded(error: unknown): boolean {
  return error instanceof PartialFailure && !error.wasThere;
}

/** Where a resource failed that was to take the place of another's pair, nobody else deletes that. */
async function deleteAbandoned(context: Context): Promise<void> {
  for (const state of context.fleets.record.keypairs.takeAbandoned()) {
    try {
      await deleteKnown(context, state);
    } catch (error) {
      context.log.warn(
        `Key pair "${state.name}" belongs to no resource any more, and could not be deleted: delete it by hand. ${messageOf(error)}`,
      );
    }
  }
}

function newName({ declared, autonaming }: CheckContext): string | undefined {
  if (autonaming !== undefined) return autonaming.name;
  return `${declared.logicalName}-${randomBytes(4).toString("hex").slice(0, 7)}`;
}

/** Whether the configuration has the next pair made with the same name: then it is as good as given. */
function isNameFixed({ autonaming }: CheckContext): boolean {
  return autonaming?.isUnique === false;
}
