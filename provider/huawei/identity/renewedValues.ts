import { raceWithAbort } from "../../operation/abort";
import type { Operation } from "../../operation/operation";
import { isAuthenticationFailure, sendAnew, stoppedWhileSigningIn } from "../errors/errors";
import { SharedValues } from "./sharedValues";

/** What is good for a time only. */
export interface Ending {
  /** How long it is good from when it was got, in milliseconds. */
  lifetime: number;
}

interface Held<T> {
  value: T;
  /** In milliseconds since the epoch. */
  renewAt: number;
  endsAt: number;
}

/** The part of its lifetime after which a value is renewed. */
const renewalPoint = 0.9;

/** For how long a renewal that failed is not tried again, in milliseconds. */
export const pauseOfRenewal = 10_000;

/** Tokens or keys that end: got once for all calls, and renewed in time. */
export class RenewedValues<T extends Ending> {
  private readonly values = new SharedValues<Held<T>>();

  /** `create` gets a new one. Where that fails while the old one is good, the old one serves on. */
  async get(key: string, operation: Operation, create: (operation: Operation) => Promise<T>): Promise<T> {
    const current = this.values.current(key);
    const held = current && (await raceWithAbort(current.catch(nothing), operation, stoppedWhileSigningIn));
    // What was refused meanwhile is no longer there, and does not serve on.
    const old =
      held !== undefined && this.values.current(key) === current && held.renewAt <= Date.now() ? held : undefined;
    if (current !== undefined && old !== undefined) this.values.forget(key, current);
    const { value } = await this.values.get(key, operation, async (creating) => {
      try {
        const created = await create(creating);
        const now = Date.now();
        return { value: created, renewAt: now + created.lifetime * renewalPoint, endsAt: now + created.lifetime };
      } catch (error) {
        const now = Date.now();
        if (old === undefined || old.endsAt <= now) throw error;
        return { ...old, renewAt: now + pauseOfRenewal };
      }
    });
    return value;
  }

  /** Sends a call. A value that was held before and is refused has ended before its time: it is renewed, once a call. */
  async renewing<R>(key: string, call: () => Promise<R>): Promise<R> {
    const used = this.values.current(key);
    try {
      return await call();
    } catch (error) {
      if (!isAuthenticationFailure(error) || used === undefined) throw error;
      this.values.forget(key, used);
      return sendAnew(error, call);
    }
  }
}

function nothing(): undefined {
  return undefined;
}
