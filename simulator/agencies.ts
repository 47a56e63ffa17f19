import type { Principal } from "./identity";

/** An agency: what an account lets others do in its name. */
export interface Agency {
  readonly name: string;
  /** The account that it belongs to, and in whose projects whoever assumes it acts. */
  readonly domain: string;
  /** The account whose users may assume it. */
  readonly trustedDomain: string;
}

/** The agencies of all accounts. */
export class Agencies {
  private readonly agencies = new Map<string, Agency>();

  /** Adds an agency, or has the one of that name and account trust another. */
  add(agency: Agency): void {
    this.agencies.set(keyOf(agency), agency);
  }

  /** Takes an agency away; tells whether it was there. Who has assumed it acts on until the temporary access key ends. */
  remove(name: string, domain: string): boolean {
    return this.agencies.delete(keyOf({ name, domain }));
  }

  /** The agencies of a name; each is of another account. */
  ofName(name: string): Agency[] {
    return [...this.agencies.values()].filter((agency) => agency.name === name);
  }

  /** Takes all agencies away. */
  clear(): void {
    this.agencies.clear();
  }
}

/** Who acts where an agency was assumed: nobody that is a user as well. */
export function agencyPrincipal({ name, domain }: Pick<Agency, "name" | "domain">): Principal {
  return { name: `agency/${name}`, domain };
}

function keyOf({ name, domain }: Pick<Agency, "name" | "domain">): string {
  return JSON.stringify([domain, name]);
}
