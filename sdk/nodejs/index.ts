/**
 * SSH key pairs on Huawei Cloud and their bindings to Cloud Phone servers, as Pulumi resources.
 *
 * @packageDocumentation
 */
import { keepSecretsOutOfDebugLog } from "./debugLog";

keepSecretsOutOfDebugLog();

export { CloudPhoneKeypairBinding, type CloudPhoneKeypairBindingArgs } from "./cloudPhoneKeypairBinding";
export { Keypair, type KeypairArgs } from "./keypair";
export { KeypairSet, type KeypairSetArgs } from "./keypairSet";
export { Provider, type ProviderArgs } from "./provider";
export {
  getKeypair,
  getKeypairOutput,
  getKeypairs,
  getKeypairsOutput,
  getServers,
  getServersOutput,
  type GetKeypairOutputArgs,
  type GetKeypairsOutputArgs,
  type GetServersOutputArgs,
} from "./functions";
export type {
  AssumeRole,
  DeletionPolicy,
  Encryption,
  EncryptionType,
  Endpoints,
  GetKeypairArgs,
  GetKeypairResult,
  GetKeypairsArgs,
  GetKeypairsResult,
  GetServersArgs,
  GetServersResult,
  ImportedKeypair,
  KeyProtection,
  KeypairScope,
  KeypairSummary,
  KeypairType,
  Server,
  ServerAddress,
  ServerBinding,
  ServerMetadata,
} from "../../provider/schema/types";
