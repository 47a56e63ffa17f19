import type * as pulumi from "@pulumi/pulumi";
import type { KeypairInputs, KeypairState } from "../../provider/schema/types";
import { autonamingOf } from "./autonaming";
import { DynamicResource, type OutputsOf } from "./dynamicResource";
import { refuseImport } from "./importOption";
import type { ArgsOf } from "./inputs";

/** Arguments of a {@link Keypair}. */
export type KeypairArgs = ArgsOf<KeypairInputs>;

export interface Keypair extends OutputsOf<KeypairState> {}

/**
 * An SSH key pair in Huawei Cloud's Key Pair Service: an imported public key, or a pair that the service generates.
 *
 * Changing `name`, `publicKey` (key type or key material), `type`, `scope`, `userId`, `triggers` or `region` replaces it. Without a given
 * `name` the new pair is created before the old one is deleted, so that servers can be bound to it in between; with one, the old pair is
 * deleted first. An output or a promise as `name` counts as given, even if it turns out to hold nothing: set `deleteBeforeReplace` to
 * false where it may. The name is the resource's id, which Pulumi never treats as a secret.
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
    // Copies: programs in plain JavaScript may pass null.
    const [given, options] = [{ ...args }, { ...opts }];
    refuseImport(
      name,
      options,
      "create the key pair with its name, its publicKey and adoptExisting: true, or read it with Keypair.get",
    );
    const token = "huaweicloud-cph:index:Keypair";
    const autonaming = autonamingOf(token, name);
    // Also where no comparison asks for it, as with `pulumi up --replace`: two key pairs cannot share a name.
    const isNameFixed = (given.name ?? undefined) !== undefined || autonaming?.isUnique === false;
    options.deleteBeforeReplace ??= isNameFixed ? true : undefined;
    super("keypair", token, name, given, options, autonaming);
  }
}
