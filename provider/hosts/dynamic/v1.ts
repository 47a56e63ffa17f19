/**
 * What the stubs in users' states load. Every stack ever written by this package names this sub-path and its exports, so existing
 * exports never change; new resources add exports.
 */
import { resources } from "../registry";
import { dynamicProvider } from "./dynamicProvider";

export const keypair = dynamicProvider(resources["huaweicloud-cph:index:Keypair"]);
export const binding = dynamicProvider(resources["huaweicloud-cph:index:CloudPhoneKeypairBinding"]);
export const keypairSet = dynamicProvider(resources["huaweicloud-cph:index:KeypairSet"]);
