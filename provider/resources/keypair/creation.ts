import { HuaweiCloudError } from "../../huawei/errors/errors";
import type { CreatedKeypair, Kps } from "../../huawei/kps";
import { sendSettled } from "../../huawei/settle";
import { PartialFailure, type Context } from "../../contract";
import type { GetKeypairResult } from "../../schema/types";
import { quoted } from "../../text/text";
import { advising } from "./inputAdvice";
import { isAutonamed, type KeypairInputs, type KeypairState } from "./state";
import { isSameKey, privateKeyAlone } from "../sshKeys";

/**
 * Ensures that the pair exists. Its state is what is known without a further look. Where the name is taken, `free` tells whether it has
 * freed it.
 */
export async function createOrAdopt(
  context: Context,
  inputs: KeypairInputs,
  free: () => Promise<boolean> = () => Promise.resolve(false),
): Promise<KeypairState> {
  const kps = context.cloud.kps(inputs.region, context);
  // Only what was not there before is known to be ours when it is found after a lost answer. Made-up names are not there.
  const existing = isAutonamed(inputs) ? undefined : await existingKeypair(context, kps, inputs);
  const isTaken = existing !== undefined && (inputs.adoptExisting || !(await free()));
  if (isTaken) return takeOver(context, inputs, existing);
  if (context.signal.aborted) throw new Error(`Key pair "${inputs.name}" was not created: the operation had to stop.`);
  try {
    return stateOf(inputs, await advising(createSettled(context, kps, inputs)));
  } catch (error) {
    if (!(error instanceof HuaweiCloudError)) throw error;
    // It may exist: what is recorded can be looked at, finished or deleted later.
    if (error.outcomeUnknown) throw new PartialFailure(inputs.name, stateOf(inputs, {}), [error.message], false, error);

    // Somebody else may have been faster.
    const other = error.status === 400 || error.status === 409 ? await kps.getKeypair(inputs.name) : undefined;
    if (other === undefined) throw error;
    return takeOver(context, inputs, other, error);
  }
}

/** What is known of a pair from the answer to its create. */
function stateOf(inputs: KeypairInputs, created: Partial<CreatedKeypair>): KeypairState {
  return {
    ...inputs,
    description: undefined,
    publicKey: inputs.publicKey ?? created.publicKey ?? "",
    privateKey: created.privateKey,
    fingerprint: created.fingerprint ?? "",
    userId: created.userId ?? inputs.userId,
    keyProtected: false,
    frozenState: 0,
  };
}

/**
 * Most names are free, so a list will do to see that one is. Not for a pair to be generated: after a lost answer what is there is
 * deleted, so it has to be certain that it is ours.
 */
async function existingKeypair(
  context: Context,
  kps: Kps,
  { name, region, publicKey }: KeypairInputs,
): Promise<GetKeypairResult | undefined> {
  if (publicKey === undefined) return kps.getKeypair(name);
  const seen = await context.fleets.in(region).keypairs.get(name, context, { trustAbsence: true });
  return seen && kps.getKeypair(name);
}

function takeOver(
  context: Context,
  inputs: KeypairInputs,
  existing: GetKeypairResult,
  refusal?: HuaweiCloudError,
): KeypairState {
  if (!inputs.adoptExisting) throw existsAlready(context, inputs, existing, refusal);
  requireAdoptable(inputs, existing);
  return { ...stateOf(inputs, existing), keyProtection: undefined };
}

/** Creates the pair; whether a create whose answer was lost took effect is settled by looking. */
async function createSettled(context: Context, kps: Kps, inputs: KeypairInputs): Promise<CreatedKeypair> {
  const { name, publicKey, keyProtection } = inputs;
  const request = {
    ...inputs,
    publicKey: publicKey?.trim(),
    keyProtection: keyProtection && {
      ...keyProtection,
      privateKey: keyProtection.privateKey && privateKeyAlone(keyProtection.privateKey),
    },
  };
  const { imports } = context.fleets.in(inputs.region);
  const created = await sendSettled(
    context,
    () => (publicKey === undefined ? kps.createKeypair(request) : imports.import(request, context)),
    async () => {
      const live = await kps.getKeypair(name);
      if (live === undefined || publicKey !== undefined) return live;
      // The private key went with the answer, so this pair is of no use.
      await kps.deleteKeypair(name);
      return undefined;
    },
  );
  if (publicKey !== undefined && !isSameKey(publicKey, created.publicKey))
    throw existsAlready(context, inputs, created);
  return created;
}

/** Where no create was refused, a look has shown it: nothing failed at the service. */
function existsAlready(
  context: Context,
  inputs: KeypairInputs,
  existing: { publicKey: string },
  refusal?: HuaweiCloudError,
): Error {
  const sameKey = inputs.publicKey !== undefined && isSameKey(inputs.publicKey, existing.publicKey);
  const message = `a key pair named "${inputs.name}" exists already, with ${sameKey ? "the same" : "another"} key`;
  const hint = hintAt(context, inputs, sameKey);
  if (refusal === undefined) return new Error(`KPS shows that ${message}. ${hint}`);
  const { operation, status, code, requestId } = refusal;
  return new HuaweiCloudError({ operation, message, status, code, requestId, hint });
}

function hintAt({ fleets, declared }: Context, place: KeypairInputs, sameKey: boolean): string {
  const [other] = fleets.record.keypairs.othersAt(declared, place);
  if (other !== undefined)
    return `"${other.logicalName}" of this program has that name as well: give each a name of its own.`;
  const renamed =
    "If this resource was renamed or moved in the program, tell Pulumi its earlier name with the option `aliases`.";
  if (sameKey) return `${renamed} Otherwise set adoptExisting: true to take it over, or choose another name.`;
  return (
    `${renamed} If another resource of the program had the name until now, run \`pulumi up\` without this one first. ` +
    "Otherwise choose another name, leave the name out, or delete that key pair first."
  );
}

function requireAdoptable(inputs: KeypairInputs, existing: GetKeypairResult): void {
  const refuse = (difference: string): never => {
    throw new Error(
      `Key pair "${inputs.name}" exists already but cannot be taken over (adoptExisting): ${difference}.`,
    );
  };
  if (inputs.publicKey === undefined)
    refuse("give its publicKey, since the private key of a generated pair is handed out only once");
  else if (!isSameKey(inputs.publicKey, existing.publicKey)) refuse("it holds another key");
  for (const property of ["type", "scope", "userId"] as const) {
    const wanted = inputs[property];
    const actual = existing[property];
    if (wanted !== undefined && actual !== undefined && wanted !== actual)
      refuse(`its ${property} is ${quoted(actual)}, not "${wanted}"`);
  }
}
