import type { Context, Fn } from "../contract";
import { invoke } from "../hosts/invocation";
import { functions } from "../hosts/registry";

/** The functions, each as a host calls it. */
export const getKeypair = callOf(functions["huaweicloud-cph:index:getKeypair"]);
export const getKeypairs = callOf(functions["huaweicloud-cph:index:getKeypairs"]);
export const getServers = callOf(functions["huaweicloud-cph:index:getServers"]);

function callOf<Args, Result>(fn: Fn<Args, Result>): (context: Context, args: Args) => Promise<Result> {
  return (context, args) => invoke(fn, context, args);
}
