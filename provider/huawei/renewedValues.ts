import { raceWithAbort } from "../operation/abort";
import type { Operation } from "../operation/operation";
import { isAuthenticationFailure, sendAnew, stoppedWhileSigningIn } from "./errors";
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
}

/** The part of its lifetime after which a value is renewed. */
const renewalPoint = 0.9;

/** Tokens or keys that end: got once for all calls, and renewed in time. */
export class RenewedValues<T extends Ending> {
  private readonly values = new SharedValues<Held<T>>();

  /** `create` gets a new one. */
  async get(key: string, operation: Operation, create: (operation: Operation) => Promise<T>): Promise<T> {
    const held = this.values.current(key);
    if (held !== undefined) {
      const isOld = held.then(
        ({ renewAt }) => renewAt <= Date.now(),
        () => false,
      );
      if (await raceWithAbort(isOld, operation, stoppedWhileSigningIn)) this.values.forget(key, held);
    }
    const { value } = await this.values.get(key, operation, async (creating) => {
      const created = await create(creating);
      return { value: created, renewAt: Date.now() + created.lifetime * renewalPoint };
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
