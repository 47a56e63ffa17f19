import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { messageOf } from "../huawei/errors";
import type { Kps } from "../huawei/kps";
import { sendSettled } from "../huawei/settle";
import {
  ownLog,
  PartialFailure,
  type CheckContext,
  type Checked,
  type Context,
  type Difference,
  type Found,
  type Resource,
} from "../resource";
import type { GetKeypairResult, KeypairInputs as DeclaredInputs, KeypairSummary } from "../schema/types";
import { isUnknown } from "../schema/unknown";
import { problemsOf, type Problem } from "../schema/validation";
import { quoted } from "../text";
import { isKnownText, keypairNameProblems, regionProblems } from "./inputs";
import { createOrAdopt } from "./keypairCreation";
import { deleteKnown, warnOfServersLeft } from "./keypairDeletion";
import { createInPlaceOf, importOwnKey } from "./keypairReplacement";
import { isAutonamed, type KeypairInputs, type KeypairState } from "./keypairState";
import { isSameKey, keyDigest, privateKeyProblem, publicKeyProblem } from "./sshKeys";

const longestName = 255;
const longestDescription = 255;

/** What the program may leave open. */
const defaulted = ["name", "userId", "description", "publicKey"] as const;

/**
 * A key pair in the Key Pair Service. A change of `name`, `publicKey` (by key type and blob), `type`, `scope`, `userId` or `region`
 * replaces it; description and hosting of the private key change in place.
 */
export const keypair: Resource<KeypairInputs, KeypairState> = {
  defaultTimeout: 10 * 60_000,

  check(olds, news, context): Checked<KeypairInputs> {
    const defaults = { type: "ssh", scope: "user", adoptExisting: false, region: context.region };
    const inputs = {
      ...defaults,
      ...news,
      // A replacement that is no longer asked for is checked without the earlier inputs, and keeps its pair.
      name: news.name ?? olds?.name ?? context.record.keypairs.keptBy(context.declared)?.name ?? madeUpName(context),
      __defaults: defaulted.filter((property) => news[property] === undefined),
    };
    return {
      inputs: inputs as KeypairInputs,
      problems: [
        ...problemsOf("KeypairInputs", news),
        ...nameProblems(news, inputs),
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
    const replaces = (["name", "type", "scope", "userId", "region"] as const).filter(
      (property) => news[property] !== undefined && news[property] !== olds[property],
    ) as string[];
    if (isOtherKeyWanted(olds, news)) replaces.push("publicKey");
    const isReplaced = replaces.length > 0;
    if (declared !== undefined)
      record.keypairs.compare(declared, olds, { isReplaced, isLost: olds.__lost !== undefined });
    return {
      replaces,
      changed:
        replaces.length > 0 ||
        olds.__lost !== undefined ||
        isDescriptionChanged(olds, news) ||
        isProtectionChanged(olds, news),
      // Two key pairs cannot share a name; a made-up one is made anew for the replacement.
      deleteBeforeReplace: replaces.length > 0 && !isAutonamed(news),
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
    const live = await lookAtKeypair(context, region, id, state);
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
        ownLog(context).info(`Key pair "${state.name}" stays: "${deletion.by.logicalName}" of this program has it.`);
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
          ownLog(context).warn(
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
    const live = await getPatiently(context, kps, id);
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

/** Brings the pair that the state knows to what is wanted. */
function bringTo(context: Context, olds: KeypairState, news: KeypairInputs): Promise<KeypairState> {
  const state = {
    ...olds,
    ...news,
    publicKey: news.publicKey ?? olds.publicKey,
    // What the service holds; converge brings it to what is wanted.
    description: olds.description,
    keyProtection: olds.keyProtection,
    __defaults: news.__defaults,
  };
  return whileChanging(context, news, () => converge(context, state, news));
}

/** Invalidates cached reads of the pair once the change is over. */
function whileChanging<T>(
  context: Context,
  { name, region }: { name: string; region: string },
  change: () => Promise<T>,
): Promise<T> {
  return context.fleets.in(region).keypairs.whileChanging(name, change);
}

function madeUpName({ declared }: CheckContext): string {
  return `${declared.logicalName}-${randomBytes(4).toString("hex").slice(0, 7)}`;
}

function nameProblems(news: Record<string, unknown>, inputs: { name?: unknown }): Problem[] {
  const problems = keypairNameProblems("name", inputs.name, longestName);
  if (news.name !== undefined) return problems;
  return problems.map(({ property, reason }) => ({
    property,
    reason: `made from the resource's logical name ${reason}; give a name`,
  }));
}

/** One name for two resources of a program would be one key pair. */
function rivalProblems(
  { declared, record, deleteBeforeReplace }: CheckContext,
  inputs: Record<string, unknown>,
  isNew: boolean,
): Problem[] {
  const { region, name, publicKey, adoptExisting } = inputs;
  if (!isKnownText(region) || !isKnownText(name)) return [];
  // A pair that is to be generated takes nothing over.
  const isAdopting = adoptExisting === true && publicKey !== undefined;
  const adopted = isAdopting ? { keyDigest: isKnownText(publicKey) ? keyDigest(publicKey) : undefined } : undefined;
  const isDeletedFirst = deleteBeforeReplace ?? !isAutonamed(inputs);
  record.keypairs.declare(declared, { region, name, adopted, isDeletedFirst }, isNew);
  const rival = record.keypairs.rivalOf(declared);
  if (rival === undefined) return [];
  const reason = `${quoted(name)} is the name of "${rival.logicalName}" as well; give each Keypair of the program a name of its own`;
  return [{ property: "name", reason }];
}

/** Without a public key the service would generate another pair, which is seldom meant where a variable is missing. */
function lostPublicKeyProblems(olds: Partial<KeypairInputs> | undefined, news: Record<string, unknown>): Problem[] {
  if (news.publicKey !== undefined || olds?.publicKey === undefined || olds.__defaults?.includes("publicKey"))
    return [];
  const reason =
    "is missing, but this key pair was imported with one; is what it comes from set? To have the service generate another pair " +
    "in its place, run `pulumi up --replace` with this resource's URN";
  return [{ property: "publicKey", reason }];
}

/** The service treats an empty id as absent, and would then report an id that differs from it. */
function userIdProblems({ userId }: Record<string, unknown>): Problem[] {
  const reason = "is empty; leave it out for the user that the credentials belong to";
  return userId === "" ? [{ property: "userId", reason }] : [];
}

function descriptionProblems({ description }: Record<string, unknown>): Problem[] {
  const length = isKnownText(description) ? Array.from(description).length : 0;
  if (length <= longestDescription) return [];
  return [
    { property: "description", reason: `is ${length} characters long; at most ${longestDescription} are allowed` },
  ];
}

function publicKeyProblems({ publicKey, type }: Record<string, unknown>): Problem[] {
  if (!isKnownText(publicKey)) return [];
  const reason = publicKeyProblem(publicKey, type as string | undefined);
  return reason === undefined ? [] : [{ property: "publicKey", reason }];
}

function protectionProblems({ keyProtection, publicKey }: Record<string, unknown>): Problem[] {
  if (typeof keyProtection !== "object" || keyProtection === null) return [];
  const { privateKey, encryption } = keyProtection as Partial<NonNullable<DeclaredInputs["keyProtection"]>>;
  const problems: Problem[] = [];
  if (privateKey === undefined && publicKey !== undefined) {
    const reason = "is missing; hosting an imported key pair needs its private half";
    problems.push({ property: "keyProtection.privateKey", reason });
  }
  if (privateKey !== undefined && publicKey === undefined) {
    const reason = "is missing beside keyProtection.privateKey; without it the service would generate another key pair";
    problems.push({ property: "publicKey", reason });
  }
  if (isKnownText(privateKey)) {
    const reason = privateKeyProblem(privateKey, isKnownText(publicKey) ? publicKey : undefined);
    if (reason !== undefined) problems.push({ property: "keyProtection.privateKey", reason });
  }
  if (encryption?.type === "kms" && !encryption.kmsKeyName && !encryption.kmsKeyId) {
    const reason = "of type kms needs kmsKeyName or kmsKeyId";
    problems.push({ property: "keyProtection.encryption", reason });
  }
  return problems;
}

/** Where no public key is given, a generated pair is wanted, whose private key the state must hold. */
function isOtherKeyWanted(olds: KeypairState, { publicKey }: KeypairInputs): boolean {
  if (publicKey === undefined) return olds.privateKey === undefined;
  return isUnknown(publicKey) || !isSameKey(publicKey, olds.publicKey);
}

/** A description that the program does not give is left as it is. */
function isDescriptionChanged(olds: KeypairState, { description }: KeypairInputs): boolean {
  return description !== undefined && description !== (olds.description ?? "");
}

/** Hosting that the program does not give is ended where an earlier update began it; hosting set up outside this program is left alone. */
function isProtectionChanged(olds: KeypairState, { keyProtection }: KeypairInputs): boolean {
  if (keyProtection === undefined) return olds.keyProtection !== undefined;
  return !olds.keyProtected || !isDeepStrictEqual(keyProtection, olds.keyProtection);
}

/** Looks at a pair together with all others that are looked at now, as far as what lists carry will do. */
async function lookAtKeypair(
  context: Context,
  region: string,
  name: string,
  state: KeypairState | undefined,
): Promise<GetKeypairResult | undefined> {
  if (state !== undefined && !isDetailManaged(state)) {
    const listed = await context.fleets.in(region).keypairs.look(name, context);
    if (listed === undefined || (isComplete(listed) && isSameKey(state.publicKey, listed.publicKey))) return listed;
  }
  return context.cloud.kps(region, context).getKeypair(name);
}

/** Whether something of the state is to be compared, or still to be learned, that lists do not carry. */
function isDetailManaged({ createdAt, description, userId, __defaults = [] }: KeypairState): boolean {
  const isGiven = (value: string | undefined, property: "description" | "userId") =>
    value !== undefined && !__defaults.includes(property);
  return createdAt === undefined || isGiven(description, "description") || isGiven(userId, "userId");
}

/** Lists need not carry more than name, type and public key. */
function isComplete({ scope, fingerprint, isKeyProtection, frozenState }: KeypairSummary): boolean {
  return scope !== undefined && fingerprint !== "" && isKeyProtection !== undefined && frozenState !== undefined;
}

/** Brings description and hosting of an existing pair to what is wanted. What fails after the first look is a partial failure. */
async function converge(context: Context, known: KeypairState, inputs: KeypairInputs): Promise<KeypairState> {
  const kps = context.cloud.kps(inputs.region, context);
  let state = known;
  try {
    if (isPrivateKeyLeftOut(state, inputs)) {
      state = { ...state, privateKey: await kps.exportPrivateKey(inputs.name) };
    }
    let live = await getPatiently(context, kps, inputs.name);
    if (live === undefined || isReplacementSeen(state, live)) {
      state = await heal(context, state, inputs, live);
      live = await kps.getKeypair(inputs.name);
    }
    if (live !== undefined) {
      requireKey(inputs.publicKey ?? state.publicKey, live);
      state = observe(state, live);
    }
    if (isDescriptionChanged(state, inputs)) {
      await kps.updateDescription(inputs.name, inputs.description ?? "");
      state = { ...state, description: inputs.description };
    }
    const { keyProtection } = inputs;
    if (state.keyProtected && isProtectionChanged(state, inputs)) {
      await kps.clearPrivateKey(inputs.name);
      state = { ...state, keyProtected: false, keyProtection: undefined };
    }
    if (keyProtection !== undefined && !state.keyProtected) {
      await hostPrivateKey(context, kps, inputs, keyProtection.privateKey ?? state.privateKey);
      state = { ...state, keyProtected: true, keyProtection };
    }
    return state;
  } catch (error) {
    if (error instanceof PartialFailure) throw error;
    throw new PartialFailure(inputs.name, state, [messageOf(error)]);
  }
}

/** Whether a refresh has shown the user that this pair stands in the place of the one that the service generated. */
function isReplacementSeen({ __lost, publicKey }: KeypairState, live: GetKeypairResult): boolean {
  return (
    __lost?.publicKey !== undefined &&
    isSameKey(__lost.publicKey, live.publicKey) &&
    !isSameKey(publicKey, live.publicKey)
  );
}

/** Makes a pair that is gone again, with the same key: servers trust it, and the state may have its only private key. */
async function heal(
  context: Context,
  state: KeypairState,
  inputs: KeypairInputs,
  replacement: GetKeypairResult | undefined,
): Promise<KeypairState> {
  if (inputs.publicKey !== undefined) return createOrAdopt(context, inputs);
  if (state.privateKey === undefined) {
    throw new Error(
      `Key pair "${inputs.name}" is not visible yet or no longer exists; \`pulumi up --refresh\` makes it anew where it is gone.`,
    );
  }
  if (replacement !== undefined) await deleteKnown(context, { ...state, publicKey: replacement.publicKey });
  const healed = await importOwnKey(context, state);
  ownLog(context).info(
    `Key pair "${inputs.name}" was gone: its own public key is imported again, so its private key still fits.`,
  );
  return healed;
}

function warnOfLoss(context: Context, { name }: KeypairState, live: GetKeypairResult | undefined): void {
  const what =
    live === undefined
      ? "no longer exists"
      : `was replaced with another one (fingerprint ${quoted(live.fingerprint)}), which the next update deletes`;
  ownLog(context).warn(
    `Key pair "${name}" ${what}. Its private key is kept in the state, and the next update imports its own public key again. To have a ` +
      "new pair instead, export the private key if servers still trust it, and run `pulumi up --replace` with this resource's URN.",
  );
}

/** Whoever was compared before this pair was made knows nothing of it. */
function warnUnchangedUsers(context: Context, place: KeypairInputs): void {
  for (const { logicalName } of context.fleets.record.keypairs.unchangedUsersOf(place)) {
    context.log.warn(
      `"${logicalName}" was found unchanged before key pair "${place.name}" was made: run \`pulumi up --refresh\`, and pass key.name to ` +
        "it in place of the name, so that Pulumi knows the order.",
    );
  }
}

/** Gets a pair; where there is none, once more a moment later: a create, even one that was cut off, may take effect late. */
async function getPatiently({ signal }: Context, kps: Kps, name: string): Promise<GetKeypairResult | undefined> {
  const live = await kps.getKeypair(name);
  if (live !== undefined) return live;
  await sleep(1_000, undefined, { signal });
  return kps.getKeypair(name);
}

/** A create with hosting should be answered with the private key as well; where it is not, the service can still hand it out. */
function isPrivateKeyLeftOut({ privateKey }: KeypairState, { publicKey, keyProtection }: KeypairInputs): boolean {
  return publicKey === undefined && keyProtection !== undefined && privateKey === undefined;
}

/** Whatever else is wanted is not done to a pair that is another one by now. */
function requireKey(publicKey: string, live: GetKeypairResult): void {
  if (isSameKey(publicKey, live.publicKey)) return;
  throw new Error(
    `Key pair "${live.name}" holds another key than it should. Choose another name, or have it replaced by \`pulumi up --refresh\`.`,
  );
}

async function hostPrivateKey(
  context: Context,
  kps: Kps,
  { name, userId, keyProtection }: KeypairInputs,
  privateKey: string | undefined,
): Promise<void> {
  if (keyProtection === undefined || privateKey === undefined) {
    throw new Error(`Key pair "${name}": keyProtection.privateKey is needed to host the private key.`);
  }
  await sendSettled(
    context,
    async () => {
      await kps.importPrivateKey(name, userId, { ...keyProtection, privateKey });
      return true;
    },
    async () => ((await kps.getKeypair(name))?.isKeyProtection ? true : undefined),
  );
}

/** The state as the service shows it. While the key is the same, the texts that stand for it stay as they are. */
function observe(state: KeypairState, live: GetKeypairResult): KeypairState {
  const sameKey = isSameKey(state.publicKey, live.publicKey);
  const keyProtected = live.isKeyProtection ?? state.keyProtected;
  return {
    ...state,
    __lost: undefined,
    ...(!sameKey && { publicKey: live.publicKey, fingerprint: live.fingerprint, privateKey: undefined }),
    ...(state.fingerprint === "" && { fingerprint: live.fingerprint }),
    type: (live.type ?? state.type) as KeypairState["type"],
    scope: (live.scope ?? state.scope) as KeypairState["scope"],
    userId: live.userId ?? state.userId,
    description: live.description ?? state.description,
    keyProtected,
    keyProtection: keyProtected ? state.keyProtection : undefined,
    frozenState: live.frozenState ?? state.frozenState,
    algorithm: live.algorithm ?? state.algorithm,
    createdAt: live.createTime ?? state.createdAt,
  };
}

/** What is known of a pair that is imported, before it is observed. */
function importedState({ name, publicKey, fingerprint }: GetKeypairResult, region: string): KeypairState {
  return {
    name,
    publicKey,
    type: "ssh",
    scope: "user",
    adoptExisting: false,
    region,
    fingerprint,
    keyProtected: false,
    frozenState: 0,
  };
}

/** Inputs that stand for what is there: without what the program leaves to the service, such as the key of a generated pair. */
function inputsOf(state: KeypairState): KeypairInputs {
  const { name, publicKey, privateKey, type, scope, userId, description, keyProtection, adoptExisting, region } = state;
  const { __defaults = [] } = state;
  return {
    name,
    publicKey: privateKey === undefined ? publicKey : undefined,
    type,
    scope,
    userId: __defaults.includes("userId") ? undefined : userId,
    description: __defaults.includes("description") ? undefined : description,
    keyProtection,
    adoptExisting,
    region,
    __defaults: state.__defaults,
  };
}
