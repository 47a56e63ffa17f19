import type { Operation } from "../../operation/operation";
import type { CallName } from "../errors/calls";
import { HuaweiCloudError, isAbsence } from "../errors/errors";
import type { Identity } from "./identity";
import { isRefusedObject } from "../errors/refusals";

/** What to make of a call's error: nothing is gone where IAM does not show the project among those of the account. */
export async function believed(
  error: unknown,
  configured: Identity,
  region: string,
  operation: Operation,
): Promise<unknown> {
  if (!isAbsence(error) || (await configured.ownsProject(region, operation)) !== false) return error;
  return error.asForeignAnswer(foreignProjectHint);
}

/** The same for credentials that took the place of others: nothing is gone before they are seen to have access to the project. */
export async function believedOfSubstitute(
  error: unknown,
  substitute: Identity,
  region: string,
  operation: Operation,
): Promise<unknown> {
  if (!isRefusedObject(error) || (await hasProof(substitute, region, operation))) return error;
  return error.status === 403 ? error.withAdvice(otherAccountHint) : error.asForeignAnswer(otherAccountHint);
}

/** Throws before a call that changes something, where credentials that took the place of others may be another account's. */
export async function requireProof(
  operation: CallName,
  substitute: Identity,
  region: string,
  waiting: Operation,
): Promise<void> {
  if (await hasProof(substitute, region, waiting)) return;
  throw new HuaweiCloudError({
    operation,
    message: "nothing was sent, because nothing shows whose account the credentials are of",
    hint: otherAccountHint,
  });
}

async function hasProof(substitute: Identity, region: string, operation: Operation): Promise<boolean> {
  if (substitute.isProven) return true;
  return (await substitute.ownsProject(region, operation)) ?? canRead(substitute, region, operation);
}

/** Who works with key pairs may not be allowed to see projects; a project shows its key pairs to nobody but its own account. */
async function canRead(substitute: Identity, region: string, operation: Operation): Promise<boolean> {
  try {
    await substitute.send(listOneKeypair, region, operation);
    return true;
  } catch (error) {
    if (!(error instanceof HuaweiCloudError) || operation.signal.aborted) throw error;
    return false;
  }
}

const listOneKeypair = {
  service: "kms",
  operation: "KPS ListKeypairs",
  method: "GET",
  path: (projectId: string) => `/v3/${projectId}/keypairs?limit=1`,
  idempotent: true,
} as const;

const foreignProjectHint =
  "IAM does not show the configured project among those of the account, so nothing counts as deleted: the credentials are another " +
  "account's, or `projectId` is wrong. Correct them.";

const otherAccountHint =
  "The credentials in the environment, which took the place of the configured ones, may be another account's: nothing shows that they " +
  "have access to the project. If they have, correct the configuration, and run refresh and destroy with --run-program.";
