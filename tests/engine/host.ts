/**
 * By which host the resources of inline programs run: `HOST=native make test-engine` has the native plugin run those of the test files
 * that take their classes from here. What is true of one host alone stands in `differences`.
 */
import * as pulumi from "@pulumi/pulumi";
import * as sdk from "pulumi-huaweicloud-cph";
import packageSchema from "../../schema.json";

export type Host = "dynamic" | "native";

export const host: Host = process.env.HOST === "native" ? "native" : "dynamic";

/** What differs by design, because Pulumi offers it to one of the hosts only. */
export const differences = {
  /** An interrupted run waits for what it has begun. */
  interruptWaits: host === "dynamic",
  /** The SDK's classes have the engine delete first what cannot be there twice. Programs say so themselves where they know only a type. */
  classesSetDeleteBeforeReplace: host === "dynamic",
} as const;

type Token = keyof typeof packageSchema.resources;

/** A resource as Pulumi's own SDKs register one. */
function nativeClass(token: Token): unknown {
  const outputs = Object.keys(packageSchema.resources[token].properties);
  return class NativeResource extends pulumi.CustomResource {
    static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): NativeResource {
      return new NativeResource(name, {}, { ...opts, id });
    }

    constructor(name: string, args: object = {}, opts: pulumi.CustomResourceOptions = {}) {
      const isUnique = token !== "huaweicloud-cph:index:Keypair" || "name" in args;
      const options = {
        ...(isUnique && !differences.classesSetDeleteBeforeReplace && { deleteBeforeReplace: true }),
        ...opts,
      };
      // An output exists on the resource only where its name is among the properties.
      super(token, name, { ...Object.fromEntries(outputs.map((output) => [output, undefined])), ...args }, options);
    }
  };
}

export const Keypair =
  host === "native" ? (nativeClass("huaweicloud-cph:index:Keypair") as typeof sdk.Keypair) : sdk.Keypair;
export type Keypair = sdk.Keypair;

export const CloudPhoneKeypairBinding =
  host === "native"
    ? (nativeClass("huaweicloud-cph:index:CloudPhoneKeypairBinding") as typeof sdk.CloudPhoneKeypairBinding)
    : sdk.CloudPhoneKeypairBinding;
export type CloudPhoneKeypairBinding = sdk.CloudPhoneKeypairBinding;

export const KeypairSet =
  host === "native" ? (nativeClass("huaweicloud-cph:index:KeypairSet") as typeof sdk.KeypairSet) : sdk.KeypairSet;
export type KeypairSet = sdk.KeypairSet;
