/**
 * What the stubs in users' states load. Every stack ever written by this package names this sub-path and its exports, so existing
 * exports never change; new resources add exports.
 */
import { cloudPhoneKeypairBinding } from "../../resources/binding/binding";
import { keypair as keypairResource } from "../../resources/keypair/keypair";
import { dynamicProvider } from "./dynamicProvider";

export const keypair = dynamicProvider(keypairResource);
export const binding = dynamicProvider(cloudPhoneKeypairBinding);
