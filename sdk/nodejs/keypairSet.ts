import * as pulumi from "@pulumi/pulumi";
import type { KeypairSetInputs, KeypairSetState } from "../../provider/schema/types";
import { DynamicResource, type OutputsOf } from "./dynamicResource";
import { refuseImport } from "./importOption";
import type { ArgsOf } from "./inputs";
import { isPlainObject } from "./secrets";

/** Arguments of a {@link KeypairSet}. */
export type KeypairSetArgs = ArgsOf<KeypairSetInputs>;

export interface KeypairSet extends OutputsOf<KeypairSetState> {}

/**
 * Many imported SSH key pairs as one resource: ten are imported with one call, and all are read by lists.
 *
 * Changing `type`, `scope`, `userId` or `region` replaces it; key pairs are added, changed and deleted in place, one by one. If some
 * fail, the error names them, the others are recorded, and the next update does the rest. An operation may take up to 30 minutes;
 * `customTimeouts` change that.
 *
 * @example
 * ```ts
 * new KeypairSet("team", { keypairs: { alice: { publicKey: "ssh-ed25519 …" }, bob: { publicKey: "ssh-ed25519 …" } } });
 * ```
 */
export class KeypairSet extends DynamicResource {
  /**
   * Reads existing key pairs without managing them. Fails if one of them does not exist.
   *
   * @param name Name of the resource in the program.
   * @param id Names of the key pairs, separated by commas.
   * @param opts The key pairs are looked up in the provider's region; pass `provider` for another.
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): KeypairSet {
    // A resource that is read has no arguments of its own.
    return new KeypairSet(name, {} as KeypairSetArgs, { ...opts, id });
  }

  constructor(name: string, args: KeypairSetArgs, opts: pulumi.CustomResourceOptions = {}) {
    const options = { ...opts };
    refuseImport(
      name,
      options,
      "create the set with the names and public keys and adoptExisting: true, or read the key pairs with KeypairSet.get",
    );
    // Two key pairs cannot share a name.
    super("keypairSet", "huaweicloud-cph:index:KeypairSet", name, withSecretProtection(args), {
      deleteBeforeReplace: true,
      ...options,
    });
  }
}

/** The arguments with each pair's `keyProtection` as a secret: it holds the private key. */
function withSecretProtection(args: KeypairSetArgs): object {
  // Programs in plain JavaScript may pass null.
  const given: Record<string, unknown> = { ...args };
  return { ...given, keypairs: seen(given.keypairs, (pairs) => mapped(pairs, (pair) => seen(pair, protectedPair))) };
}

function protectedPair(pair: Record<string, unknown>): unknown {
  return "keyProtection" in pair ? { ...pair, keyProtection: pulumi.secret(pair.keyProtection) } : pair;
}

/** Changes a plain object at once, so that a preview shows what is known of it; anything else once it is known. */
function seen(value: unknown, change: (plain: Record<string, unknown>) => unknown): unknown {
  if (isPlainObject(value)) return change(value);
  if (!pulumi.Output.isInstance(value) && !(value instanceof Promise)) return value;
  return pulumi.output(value).apply((known: unknown) => (isPlainObject(known) ? change(known) : known));
}

function mapped(object: Record<string, unknown>, change: (value: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
}
