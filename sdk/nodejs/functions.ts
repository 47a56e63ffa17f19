import type * as pulumi from "@pulumi/pulumi";
import type {
  GetKeypairArgs,
  GetKeypairResult,
  GetKeypairsArgs,
  GetKeypairsResult,
  GetServersArgs,
  GetServersResult,
} from "../../provider/schema/types";
import type { ArgsOf } from "./inputs";
import { invoke, whenKnown } from "./invoke";

export type GetKeypairOutputArgs = ArgsOf<GetKeypairArgs>;
export type GetKeypairsOutputArgs = ArgsOf<GetKeypairsArgs>;
export type GetServersOutputArgs = ArgsOf<GetServersArgs>;

/** Looks up a key pair by name. Rejects if there is none. */
export function getKeypair(args: GetKeypairArgs, opts?: pulumi.InvokeOptions): Promise<GetKeypairResult> {
  return invoke("huaweicloud-cph:index:getKeypair", args, opts);
}

/** Like {@link getKeypair}, for arguments that are outputs of resources. */
export function getKeypairOutput(
  args: GetKeypairOutputArgs,
  opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetKeypairResult> {
  return whenKnown(getKeypair, args, opts);
}

/** Lists all key pairs, or those that match, sorted by name. */
export function getKeypairs(args: GetKeypairsArgs = {}, opts?: pulumi.InvokeOptions): Promise<GetKeypairsResult> {
  return invoke("huaweicloud-cph:index:getKeypairs", args, opts);
}

/** Like {@link getKeypairs}, for arguments that are outputs of resources. */
export function getKeypairsOutput(
  args: GetKeypairsOutputArgs = {},
  opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetKeypairsResult> {
  return whenKnown(getKeypairs, args, opts);
}

/** Lists all Cloud Phone servers, or those that match, sorted by id. */
export function getServers(args: GetServersArgs = {}, opts?: pulumi.InvokeOptions): Promise<GetServersResult> {
  return invoke("huaweicloud-cph:index:getServers", args, opts);
}

/** Like {@link getServers}, for arguments that are outputs of resources. */
export function getServersOutput(
  args: GetServersOutputArgs = {},
  opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetServersResult> {
  return whenKnown(getServers, args, opts);
}
