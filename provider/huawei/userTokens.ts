import { raceWithAbort } from "../operation/abort";
import type { Operation } from "../operation/operation";
import { isAuthenticationFailure, stoppedWhileSigningIn } from "./errors";
import type { ProjectToken } from "./iam";
import { SharedValues } from "./sharedValues";

interface HeldToken extends ProjectToken {
  /** In milliseconds since the epoch. */
  renewAt: number;
}

/** The part of its lifetime after which a token is renewed. */
const renewalPoint = 0.9;

/** The tokens of a user, one for each region: got once for all calls, and renewed in time. */
export class UserTokens {
  private readonly tokens = new SharedValues<HeldToken>();

  /** `create` signs the user in. */
  constructor(private readonly create: (region: string, operation: Operation) => Promise<ProjectToken>) {}

  async get(region: string, operation: Operation): Promise<ProjectToken> {
    const held = this.tokens.current(region);
    if (held !== undefined) {
      const isOld = held.then(
        ({ renewAt }) => renewAt <= Date.now(),
        () => false,
      );
      if (await raceWithAbort(isOld, operation, stoppedWhileSigningIn)) this.tokens.forget(region, held);
    }
    return this.tokens.get(region, operation, async (signingIn) => {
      const token = await this.create(region, signingIn);
      return { ...token, renewAt: Date.now() + token.lifetime * renewalPoint };
    });
  }

  /** Sends a call. A token that is refused before its time is renewed, once a call. */
  async renewing<T>(region: string, call: () => Promise<T>): Promise<T> {
    const used = this.tokens.current(region);
    try {
      return await call();
    } catch (error) {
      if (!isAuthenticationFailure(error) || used === undefined) throw error;
      this.tokens.forget(region, used);
      return call();
    }
  }
}
