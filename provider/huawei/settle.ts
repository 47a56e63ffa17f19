import { Backoff } from "../operation/backoff";
import { HuaweiCloudError } from "./errors/errors";
import type { Operation } from "../operation/operation";

/** How often a call is sent again after its answer was lost and it was seen to have had no effect. */
const resends = 5;

/** Pauses before that, in milliseconds. */
const backoffTimes = { first: 500, longest: 8_000 };

/**
 * Sends a call that must not be sent twice. Where its answer is lost, `look` tells whether it took effect (and what came of it);
 * only where it did not, it is sent again. Throws the call's error. Once an answer was lost, only a look can settle the outcome:
 * whatever else ends the attempts, the error of the lost answer is thrown, whose outcome is unknown.
 */
export async function sendSettled<T>(
  operation: Operation,
  send: () => Promise<T>,
  look: () => Promise<T | undefined>,
): Promise<T> {
  let lost: HuaweiCloudError | undefined;
  const backoff = new Backoff(backoffTimes);
  for (let attempt = 0; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof HuaweiCloudError)) throw error;
      if (error.outcomeUnknown) lost = error;
      // A refusal ("exists already") that follows a lost answer may be the lost call's doing.
      if (lost === undefined) throw error;
      if (attempt === resends || operation.signal.aborted) throw lost;
      try {
        const effect = await look();
        if (effect !== undefined) return effect;
      } catch {
        throw lost;
      }
      if (!(await backoff.pause(operation))) throw lost;
    }
  }
}
