import { raceWithAbort } from "../operation/abort";
import type { Operation } from "../operation/operation";
import { HuaweiCloudError, isAuthenticationFailure, stoppedWhileSigningIn } from "./errors";

/** Whether the services accept a set of credentials, as their answers tell. */
export class Acceptance {
  private accepted = false;
  private refusal?: HuaweiCloudError;
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

  /** Signs in, but not once that was refused: repeated wrong passwords lock the user. */
  async signIn<T>(signIn: () => Promise<T>): Promise<T> {
    if (this.refusal !== undefined) throw this.refusal;
    try {
      const token = await signIn();
      this.accepted = true;
      return token;
    } catch (error) {
      if (isAuthenticationFailure(error)) this.refusal = error;
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
