import type { Clock } from "./clock";

/** Somebody whom an account trusts to say who its users are, such as a pipeline's own service. */
export interface IdentityProvider {
  readonly id: string;
  /** The name of the user as whom its id tokens sign in. */
  readonly user: string;
  readonly idTokens: readonly IdToken[];
}

/** A text with which a pipeline proves who it is. */
export interface IdToken {
  readonly text: string;
  /** How long it is good from now on. Default: for ever. */
  readonly seconds?: number;
}

interface Known {
  readonly user: string;
  /** When each id token expires, by its text. */
  readonly expiries: ReadonlyMap<string, number>;
}

/** What an identity provider says of an id token. */
export type Proof = { readonly user: string } | "unknown provider" | "unknown token" | "expired";

/** The identity providers of all accounts. */
export class IdentityProviders {
  private readonly providers = new Map<string, Known>();

  constructor(private readonly clock: Clock) {}

  /** Adds a provider, in place of the one of that id if there is one. */
  add({ id, user, idTokens }: IdentityProvider): void {
    const now = this.clock.now();
    const expiries = idTokens.map(({ text, seconds = Infinity }) => [text, now + seconds * 1000] as const);
    this.providers.set(id, { user, expiries: new Map(expiries) });
  }

  /** Finds out who a provider says that the bearer of an id token is. */
  verify(id: string, idToken: string): Proof {
    const provider = this.providers.get(id);
    if (provider === undefined) return "unknown provider";

    const expiry = provider.expiries.get(idToken);
    if (expiry === undefined) return "unknown token";

    return expiry <= this.clock.now() ? "expired" : { user: provider.user };
  }

  /** Takes all providers away. */
  clear(): void {
    this.providers.clear();
  }
}
