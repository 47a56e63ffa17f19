import type { Fn, Resource } from "../contract";
import { getKeypair } from "../functions/getKeypair";
import { getKeypairs } from "../functions/getKeypairs";
import { getServers } from "../functions/getServers";
import { cloudPhoneKeypairBinding } from "../resources/binding/binding";
import { keypair } from "../resources/keypair/keypair";
import { keypairSet } from "../resources/keypairSet/keypairSet";
import type packageSchema from "../../schema.json";

/** Every resource of the package by its token, with its default time limit: what hosts serve. */
export const resources = {
  "huaweicloud-cph:index:Keypair": keypair,
  "huaweicloud-cph:index:CloudPhoneKeypairBinding": cloudPhoneKeypairBinding,
  "huaweicloud-cph:index:KeypairSet": keypairSet,
} satisfies Record<keyof typeof packageSchema.resources, Resource<object, object>>;

/** Every function of the package, likewise. */
export const functions = {
  "huaweicloud-cph:index:getKeypair": getKeypair,
  "huaweicloud-cph:index:getKeypairs": getKeypairs,
  "huaweicloud-cph:index:getServers": getServers,
} satisfies Record<keyof typeof packageSchema.functions, Fn<object, object>>;

export type FunctionToken = keyof typeof functions;

export type ArgsOf<Token extends FunctionToken> = Parameters<(typeof functions)[Token]["run"]>[1];

export type ResultOf<Token extends FunctionToken> = Awaited<ReturnType<(typeof functions)[Token]["run"]>>;
