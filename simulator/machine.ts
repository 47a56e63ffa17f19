import { randomBytes } from "node:crypto";
import { agencyPrincipal, type Agency } from "./agencies";
import type { Clock } from "./clock";
import type { Identity, TemporaryKey } from "./identity";

/** The agency that a machine has been given. */
export type MachineAgency = Pick<Agency, "name" | "domain">;

/** A key that ends sooner than this many seconds from now is not given out any more. */
const renewal = 600;

/** The machine on which a client runs, as its metadata service knows it. */
export class Machine {
  private agency: MachineAgency | undefined;
  private key: TemporaryKey | undefined;
  /** When each token of the metadata service expires. */
  private readonly tokens = new Map<string, number>();

  constructor(
    private readonly clock: Clock,
    private readonly identity: Identity,
  ) {}

  /** Gives the machine an agency, or takes it away. */
  setAgency(agency: MachineAgency | undefined): void {
    this.agency = agency;
    this.key = undefined;
  }

  /** Gives out a token of the metadata service. */
  issueToken(seconds: number): string {
    const token = randomBytes(42).toString("base64");
    this.tokens.set(token, this.clock.now() + seconds * 1000);
    return token;
  }

  /** Tells whether a token was given out, and has not expired. */
  isToken(token: string): boolean {
    return (this.tokens.get(token) ?? 0) > this.clock.now();
  }

  /**
   * The temporary access key of the machine's agency: the same for all who ask, until it is renewed before its end. Undefined where the
   * machine has no agency.
   */
  currentKey(seconds: number): TemporaryKey | undefined {
    if (this.agency !== undefined && (this.key === undefined || !this.identity.isGoodFor(renewal, this.key)))
      this.key = this.identity.issueTemporaryKey(agencyPrincipal(this.agency), seconds);

    return this.key;
  }

  /** Forgets the agency and all tokens. */
  clear(): void {
    this.setAgency(undefined);
    this.tokens.clear();
  }
}
