import type { Logger } from "../../operation/operation";
import { enumerated } from "../../text/text";
import type { ServerChange } from "./serverChange";

/** The most key pairs that progress names: each server may get back another one. */
const mostNamed = 5;

/** Tells how many servers are bound, or have got back what they had: every few seconds, and once it is over. */
export class Progress {
  private readonly done = new Set<ServerChange>();
  private nextReport?: NodeJS.Timeout;

  constructor(
    private readonly log: Logger,
    private readonly wanted: readonly ServerChange[],
  ) {}

  add(change: ServerChange): void {
    const interval = 3_000;
    this.done.add(change);
    // Later than the server, so that the last of many is counted as well while others are still waited for.
    this.nextReport ??= setTimeout(() => {
      this.nextReport = undefined;
      this.report(this.done);
    }, interval);
  }

  end(done: ReadonlySet<ServerChange>): void {
    clearTimeout(this.nextReport);
    if (this.wanted.length > 0) this.report(done);
  }

  private report(done: ReadonlySet<ServerChange>): void {
    const returns = this.wanted.filter(isReturn);
    const others = this.wanted.filter((change) => !isReturn(change));
    this.log.status([...told(others, done, "bound to"), ...told(returns, done, "given back")].join("; "));
  }
}

function isReturn({ purpose }: ServerChange): boolean {
  return purpose.type === "restore";
}

function told(wanted: readonly ServerChange[], done: ReadonlySet<ServerChange>, what: string): string[] {
  if (wanted.length === 0) return [];
  const names = new Set(wanted.map(({ keypairName }) => keypairName));
  const count = wanted.filter((change) => done.has(change)).length;
  // Where each server is bound to its own, the names are the program's.
  if (names.size > 1 && what === "bound to") return [`${count} of ${wanted.length} servers bound`];
  const keypairs = enumerated([...names], mostNamed, (name) => `"${name}"`);
  return [`${count} of ${wanted.length} servers ${what} key pair ${keypairs}`];
}
