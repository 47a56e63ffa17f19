import type { CloudOperation } from "../contract";
import type { GetKeypairArgs, GetKeypairResult } from "../schema/types";
import { quoted } from "../text/text";
import { requireArguments } from "./arguments";
import { requireRegion } from "./region";

/** Looks up one key pair: KPS `GET /v3/{project_id}/keypairs/{name}`. Throws where there is none. */
export async function getKeypair(context: CloudOperation, args: GetKeypairArgs): Promise<GetKeypairResult> {
  requireArguments("GetKeypairArgs", args);
  const { name, region } = args;
  const inRegion = requireRegion(context, region);
  const found = await context.cloud.kps(inRegion, context).getKeypair(name);
  if (found === undefined) throw new Error(`There is no key pair named ${quoted(name)} in region ${inRegion}.`);
  return found;
}
