import { raceWithAbort } from "../../operation/abort";
import type { Operation } from "../../operation/operation";
import { pauseOfRenewal } from "./renewedValues";
import { HuaweiCloudError, isAuthenticationFailure, stoppedWhileSigningIn } from "../errors/errors";

/** Whether the services accept a set of credentials, as their answers tell. */
export class Acceptance {
  private accepted = false;
  /** What ended their use for good. */
  private refusal?: HuaweiCloudError;
  private refusedRenewal?: { error: HuaweiCloudError; tryAgainAt: number };
  private firstCall?: Promise<void>;

  /** Whether any service has accepted the credentials. */
  get isGiven(): boolean {
    return this.accepted;
  }

  /** Sends a call, and learns from its answer. */
  async learnFrom<T>(call: () => Promise<T>): Promise<T> {
    try {
      const answer = await call();
      this.accepted = true;
      return answer;
    } catch (error) {
      this.accepted ||= isAnswerToAccepted(error);
      throw error;
    }
  }

  /** Until the credentials are accepted, calls wait for one another: five wrong signatures in a row lock an access key. */
  async oneByOneUntilGiven<T>(call: () => Promise<T>, operation: Operation): Promise<T> {
    while (!this.accepted && this.refusal === undefined && this.firstCall !== undefined)
      await raceWithAbort(this.firstCall, operation, stoppedWhileSigningIn);

    if (this.refusal !== undefined) throw this.refusal;
    const answer = call();
    if (!this.accepted) {
      this.firstCall = answer.then(
        () => undefined,
        () => undefined,
      );
    }
    try {
      return await answer;
    } catch (error) {
      // What was accepted before is not given up for one answer.
      if (isAuthenticationFailure(error) && !this.accepted) this.refusal = error;
      throw error;
    } finally {
      this.firstCall = undefined;
    }
  }

  /** Signs in with a password, but not once that was refused: repeated wrong passwords lock the user. */
  signIn<T>(signIn: () => Promise<T>): Promise<T> {
    return this.obtain(signIn, (error) => {
      this.refusal = error;
    });
  }

  /**
   * Gets a key. Where that is refused before anything was accepted, it is not tried again. What was accepted before is not given up for
   * one answer: it is tried again after a while.
   */
  exchange<T>(exchange: () => Promise<T>): Promise<T> {
    const recent = this.refusedRenewal;
    if (recent !== undefined && Date.now() < recent.tryAgainAt) return Promise.reject(recent.error);
    return this.obtain(exchange, (error) => {
      if (this.accepted) this.refusedRenewal = { error, tryAgainAt: Date.now() + pauseOfRenewal };
      else this.refusal = error;
    });
  }

  private async obtain<T>(get: () => Promise<T>, onRefusal: (error: HuaweiCloudError) => void): Promise<T> {
    if (this.refusal !== undefined) throw this.refusal;
    try {
      const obtained = await get();
      this.accepted = true;
      return obtained;
    } catch (error) {
      if (isAuthenticationFailure(error)) onRefusal(error);
      throw error;
    }
  }
}

/** Whether an error is the answer of a service that knew who asked. */
function isAnswerToAccepted(error: unknown): boolean {
  if (!(error instanceof HuaweiCloudError) || error.foreignAnswer) return false;
  // A gateway need not ask who calls before it says that there is nothing under a path.
  const isUnknownPath = error.status === 404 && (error.code?.startsWith("APIG") ?? false);
  return error.status !== undefined && error.status !== 401 && error.status < 429 && !isUnknownPath;
}
