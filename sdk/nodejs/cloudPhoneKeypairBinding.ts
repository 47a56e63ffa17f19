import * as pulumi from "@pulumi/pulumi";
import type { CloudPhoneKeypairBindingInputs, CloudPhoneKeypairBindingState } from "../../provider/schema/types";
import { DynamicResource, type OutputsOf } from "./dynamicResource";
import { refuseImport } from "./importOption";
import type { ArgsOf } from "./inputs";

type Args = ArgsOf<CloudPhoneKeypairBindingInputs>;

/** Arguments with which all servers get one key pair. */
export interface OneKeypairArgs
  extends
    Pick<Args, "keypairFingerprint" | "deletionPolicy" | "region">,
    Required<Pick<Args, "keypairName" | "serverIds">> {
  readonly keypairNames?: undefined;
  readonly keypairFingerprints?: undefined;
}

/** Arguments with which each server gets its own key pair. */
export interface KeypairPerServerArgs
  extends Pick<Args, "keypairFingerprints" | "deletionPolicy" | "region">, Required<Pick<Args, "keypairNames">> {
  readonly keypairName?: undefined;
  readonly serverIds?: undefined;
  readonly keypairFingerprint?: undefined;
}

/** Arguments of a {@link CloudPhoneKeypairBinding}: one key pair for a set of servers, or a key pair for each server. */
export type CloudPhoneKeypairBindingArgs = OneKeypairArgs | KeypairPerServerArgs;

export interface CloudPhoneKeypairBinding extends OutputsOf<CloudPhoneKeypairBindingState> {}

/**
 * One key pair on a set of Cloud Phone servers, or a key pair for each server.
 *
 * Changing `region` replaces it; everything else changes in place: servers whose key pair (or fingerprint) differs are bound anew,
 * added servers are bound, and removed servers keep the key pair unless `deletionPolicy` is `restore`. An update waits until every
 * server carries the key pair, for up to 30 minutes; `customTimeouts` change that. If some servers fail, the error names them, the
 * others stay bound, and the next update binds the rest.
 *
 * @example
 * ```ts
 * new CloudPhoneKeypairBinding("fleet", {
 *   keypairName: key.name,
 *   serverIds: ["1564567b8bab40f34711234cb80d0123"],
 * });
 *
 * new CloudPhoneKeypairBinding("own-keys", {
 *   keypairNames: { "8aa6112191e00b2cbf7ac81bb3c19ff7": alice.name, "1f3c2bd8a6d54a0f9d1e7b4c5a697887": bob.name },
 * });
 * ```
 */
export class CloudPhoneKeypairBinding extends DynamicResource {
  /**
   * Reads what servers carry, without managing it. Fails if none of them carries its key pair.
   *
   * @param name Name of the resource in the program.
   * @param id `<keypairName>/<serverId>,<serverId>,…`, or `<serverId>=<keypairName>,<serverId>=<keypairName>,…`
   * @param opts The servers are looked up in the provider's region; pass `provider` for another.
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): CloudPhoneKeypairBinding {
    // A resource that is read has no arguments of its own.
    return new CloudPhoneKeypairBinding(name, {} as CloudPhoneKeypairBindingArgs, { ...opts, id });
  }

  constructor(name: string, args: CloudPhoneKeypairBindingArgs, opts: pulumi.CustomResourceOptions = {}) {
    const options = { ...opts };
    refuseImport(
      name,
      options,
      "create the binding for its servers, or read what they carry with CloudPhoneKeypairBinding.get",
    );
    // The new one takes over what the old one knows of the servers, such as their earlier key pairs.
    super("binding", "huaweicloud-cph:index:CloudPhoneKeypairBinding", name, args, {
      deleteBeforeReplace: true,
      ...options,
    });
  }
}
