import { randomBytes } from "node:crypto";
import type { CheckContext, Checked, Difference, Found, Resource } from "../../contract";
import { defaultsOf } from "../../schema/defaults";
import { replacements, wantedReplacements } from "../../schema/replacements";
import { problemsOf } from "../../schema/validation";
import { regionProblems } from "../inputs";
import { bringTo, converge } from "./convergence";
import { deleteAbandoned, deleteUnlessTaken } from "./deletion";
import { areTriggersChanged, changesInPlace, isOtherKeyWanted, stableOutputs } from "./difference";
import {
  descriptionProblems,
  lostPublicKeyProblems,
  nameProblems,
  protectionProblems,
  publicKeyProblems,
  rivalProblems,
  userIdProblems,
} from "./inputs";
import { importedState, inputsOf, readKeypair, observe } from "./observation";
import { createRecorded, isRecorded, takeBackCreated } from "./recordedCreation";
import { isAutonamed, type KeypairInputs, type KeypairState } from "./state";
import { isSameKey } from "../sshKeys";
import { warnOfLoss, warnOfOthers, warnUnchangedUsers } from "./warnings";

/** What the program may leave open. */
const defaulted = ["name", "userId", "description", "publicKey"] as const;

/**
 * A key pair in the Key Pair Service. A change of `name`, `publicKey` (by key type and blob), `type`, `scope`, `userId`, `triggers` or
 * `region` replaces it; description and hosting of the private key change in place.
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
    // Of a public key the text does not matter, and triggers may also go.
    const others = ["publicKey", "triggers"];
    const replaces = replacements("Keypair", olds, news).filter((property) => !others.includes(property));
    if (isOtherKeyWanted(olds, news)) replaces.push("publicKey");
    if (areTriggersChanged(olds, news)) replaces.push("triggers");
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
    const creation = createRecorded(context, inputs, (state) => converge(context, state, inputs));
    const state = await creation.finally(() => deleteAbandoned(context));
    warnUnchangedUsers(context, [inputs], "pass key.name to it in place of the name");
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
    const leave = await deleteUnlessTaken(context, state);
    if (leave.kind === "held")
      context.ownLog.info(`Key pair "${state.name}" stays: "${leave.by.logicalName}" of this program has it.`);
    if (leave.kind === "other") warnOfOthers(context.ownLog, [state.name]);
  },

  async undoCreate(context, id, state) {
    await takeBackCreated(context, id, state);
  },
};

function newName({ declared, autonaming }: CheckContext): string | undefined {
  if (autonaming !== undefined) return autonaming.name;
  return `${declared.logicalName}-${randomBytes(4).toString("hex").slice(0, 7)}`;
}

/** Whether the configuration has the next pair made with the same name: then it is as good as given. */
function isNameFixed({ autonaming }: CheckContext): boolean {
  return autonaming?.isUnique === false;
}
