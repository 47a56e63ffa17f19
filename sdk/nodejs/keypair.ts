import * as pulumi from "@pulumi/pulumi";
import type { KeypairInputs, KeypairScope, KeypairType, KeyProtection } from "../../provider/schema/types";
import { DynamicResource } from "./dynamicResource";
import type { ArgsOf } from "./inputs";

/** Arguments of a {@link Keypair}. */
export type KeypairArgs = ArgsOf<KeypairInputs>;

/**
 * An SSH key pair in Huawei Cloud's Key Pair Service: an imported public key, or a pair that the service generates.
 *
 * A change of `name`, `publicKey` (key type or key material), `type`, `scope`, `userId` or `region` replaces it. A pair without a
 * given `name` is replaced by creating the new one first, so that servers can be bound to it before the old one goes.
 *
 * @example
 * ```ts
 * const key = new Keypair("fleet", { publicKey: readFileSync("fleet.pub", "utf8") });
 * ```
 */
export class Keypair extends DynamicResource {
  /** Name, also the id. */
  declare readonly name: pulumi.Output<string>;
  /** Public key: the text that was given, or the generated one. */
  declare readonly publicKey: pulumi.Output<string>;
  /** `ssh` or `x509`. */
  declare readonly type: pulumi.Output<KeypairType>;
  /** `user` or `domain`. */
  declare readonly scope: pulumi.Output<KeypairScope>;
  /** IAM user that the pair belongs to. */
  declare readonly userId: pulumi.Output<string | undefined>;
  /** Description that the service holds. */
  declare readonly description: pulumi.Output<string | undefined>;
  /** How the private key is hosted in KMS, where it is (secret). */
  declare readonly keyProtection: pulumi.Output<KeyProtection | undefined>;
  /** Whether an existing pair may be taken over. */
  declare readonly adoptExisting: pulumi.Output<boolean>;
  /** Region that the pair is in. */
  declare readonly region: pulumi.Output<string>;
  /** Private key (PEM) of a generated pair (secret). The service hands it out only once. */
  declare readonly privateKey: pulumi.Output<string | undefined>;
  /** Fingerprint in the service's format. It changes only with the key. */
  declare readonly fingerprint: pulumi.Output<string>;
  /** Whether the private key is hosted in KMS. */
  declare readonly keyProtected: pulumi.Output<boolean>;
  /** 0: normal; 1 to 10: frozen. */
  declare readonly frozenState: pulumi.Output<number>;
  /** Algorithm of the key as the service names it. */
  declare readonly algorithm: pulumi.Output<string | undefined>;
  /** When the pair was created (ISO 8601). */
  declare readonly createdAt: pulumi.Output<string | undefined>;

  /**
   * Reads a key pair that exists already, without managing it.
   *
   * @param name Name of the resource in the program.
   * @param id Name of the key pair.
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): Keypair {
    return new Keypair(name, {}, { ...opts, id });
  }

  constructor(name: string, args: KeypairArgs = {}, opts: pulumi.CustomResourceOptions = {}) {
    const secretArgs = {
      ...args,
      keyProtection: args.keyProtection && pulumi.secret(args.keyProtection),
    };
    super("keypair", "huaweicloud-cph:index:Keypair", name, secretArgs, opts);
  }
}
