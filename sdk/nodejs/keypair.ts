import * as pulumi from "@pulumi/pulumi";
import type { KeypairInputs, KeypairScope, KeypairType, KeyProtection } from "../../provider/schema/types";
import { DynamicResource } from "./dynamicResource";
import type { ArgsOf } from "./inputs";

/** Arguments of a {@link Keypair}. */
export type KeypairArgs = ArgsOf<KeypairInputs>;

/**
 * An SSH key pair in Huawei Cloud's Key Pair Service: an imported public key, or a pair that the service generates.
 *
 * Changing `name`, `publicKey` (key type or key material), `type`, `scope`, `userId` or `region` replaces it. Without a given `name`
 * the new pair is created before the old one is deleted, so that servers can be bound to it in between; with one, the old pair is
 * deleted first.
 *
 * Creating it fails where the name is taken, unless `adoptExisting` is set and the key is the same. Mistakes in the arguments fail the
 * preview. Each operation may take 10 minutes, retries included; `customTimeouts` change that.
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
  /** How the private key is hosted; absent where it is not (secret). */
  declare readonly keyProtection: pulumi.Output<KeyProtection | undefined>;
  /** Whether an existing key pair may be taken over. */
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
   * Reads an existing key pair without managing it. Fails if there is none.
   *
   * @param name Name of the resource in the program.
   * @param id Name of the key pair.
   * @param opts The key pair is looked up in the provider's region; pass `provider` for another.
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
