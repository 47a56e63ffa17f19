/**
 * By which host the resources of inline programs run: the jest project `native` has the plugin run those of the test files that it lists,
 * which take their classes from here. What is true of one host alone stands in `differences`.
 */
import * as sdk from "pulumi-huaweicloud-cph";
import * as native from "pulumi-huaweicloud-cph/native";

/** Which of the package's hosts. */
export type Host = "dynamic" | "native";

/** The one that this run of the tests is of. */
export const host: Host = process.env.HOST === "native" ? "native" : "dynamic";

/** What differs by design, because Pulumi offers it to one of the hosts only. */
export const differences = {
  /** An interrupted run waits for what it has begun. */
  interruptWaits: host === "dynamic",
  /** What cannot be there twice is deleted first where `--replace` is asked for. With the native SDK, a program has to say so. */
  forcedReplacementDeletesFirst: host === "dynamic",
  /** A program's new secret that changes nothing else is encrypted without an update: Pulumi's Node SDK says what is to be secret. */
  secrecyNeedsNoUpdate: host === "dynamic",
  /** Arguments that a class does not know get as far as the check. Pulumi's own SDKs drop them. */
  unknownArgumentsAreSent: host === "dynamic",
  /** Whether a setting that is none by its name is a secret of the program's: the engine tells a provider's check its text alone. */
  secretSettingsAreKnown: host === "dynamic",
  /** Whether the stack's configuration holds a secret in plain text: the engine gives the plugin all settings alike. */
  plainSettingsAreKnown: host === "dynamic",
  /** Whether the id that is read is a secret: the engine tells the plugin its text alone. */
  secretIdsAreKnown: host === "dynamic",
  /** Whether a preview shows the entry of a server whose key pair is made anew under its name: the engine compares values by itself. */
  namesakesAreShown: host === "native",
  /** How much of a name by `pulumi:autonaming` is random. Where that is not known, a pair is deleted before it is replaced. */
  randomPatternsAreKnown: host === "dynamic",
} as const;

type ResourceClass = new (name: string, args?: object, options?: object) => object;

/** A class of the native SDK, as a program uses it that says of what cannot be there twice that it is to be deleted first. */
function deletedFirst(nativeClass: ResourceClass, isUnique: (args: object) => boolean): ResourceClass {
  return new Proxy(nativeClass, {
    construct(target, [name, args = {}, options]: [string, object?, object?]) {
      const saysSo = !differences.forcedReplacementDeletesFirst && isUnique(args);
      return new target(name, args, { ...(saysSo && { deleteBeforeReplace: true }), ...options });
    },
  });
}

/** What a program imports: the package, or its native SDK, which has the same names. */
const imported =
  host === "dynamic"
    ? sdk
    : ({
        ...native,
        Keypair: deletedFirst(native.Keypair, (args) => "name" in args),
        KeypairSet: deletedFirst(native.KeypairSet as ResourceClass, () => true),
        CloudPhoneKeypairBinding: deletedFirst(native.CloudPhoneKeypairBinding, () => true),
      } as unknown as typeof sdk);

export const { CloudPhoneKeypairBinding, getKeypairs, getServers, getServersOutput, Keypair, KeypairSet, Provider } =
  imported;
export type Keypair = sdk.Keypair;
export type CloudPhoneKeypairBinding = sdk.CloudPhoneKeypairBinding;
export type KeypairSet = sdk.KeypairSet;
