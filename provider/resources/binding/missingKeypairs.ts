import type { Fleet } from "../../fleet/fleet";
import type { HuaweiCloudError } from "../../huawei/errors/errors";
import { clock } from "../../operation/clock";
import type { Operation } from "../../operation/operation";
import type { ServerChange } from "./serverChange";

/** Before a key pair counts as missing it is looked at once more: one that was just made may show late. In milliseconds. */
const pauseBeforeSecondLook = 1_000;

/** A server is refused for want of the key pair that it is to get. */
export class MissingKeypair extends Error {
  override readonly name = "MissingKeypair";

  constructor({ keypairName, purpose }: ServerChange, refusal: HuaweiCloudError) {
    const hint =
      `KPS shows no key pair "${keypairName}" in this region and project: ` +
      (purpose.type === "bind"
        ? "create it first, or correct the name. If it is another user's, run again once the server is ready."
        : 'the server keeps what it has. If that is gone for good, set deletionPolicy to "retain" and run `pulumi up` first.');
    super(refusal.withHint(hint).message, { cause: refusal });
  }
}

/** Which key pairs of an operation are missing: one look tells it to all servers that are to get one. */
export class MissingKeypairs {
  private readonly looks = new Map<string, Promise<boolean>>();

  constructor(
    private readonly fleet: Fleet,
    private readonly operation: Operation,
  ) {}

  /** Whether there is no such key pair. False where the account may not see key pairs, and where no look tells. */
  has(keypairName: string): Promise<boolean> {
    const look = this.looks.get(keypairName) ?? this.isMissing(keypairName).catch(() => false);
    this.looks.set(keypairName, look);
    return look;
  }

  private async isMissing(keypairName: string): Promise<boolean> {
    const { keypairs } = this.fleet;
    if ((await keypairs.get(keypairName, this.operation)) !== undefined) return false;
    await clock.sleep(pauseBeforeSecondLook, this.operation.signal);
    return (await keypairs.get(keypairName, this.operation)) === undefined;
  }
}
