/**
 * The resources and functions of this package by the native plugin, as Pulumi's own SDKs have them.
 *
 * @packageDocumentation
 */
import { keepSecretsOutOfDebugLog } from "../debugLog";

keepSecretsOutOfDebugLog();

export * from "./generated/index";
