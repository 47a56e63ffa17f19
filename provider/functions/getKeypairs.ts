import type { Context } from "../resource";
import type { GetKeypairsArgs, GetKeypairsResult } from "../schema/types";
import { requireRegion } from "./region";

/** Lists key pairs, all pages, sorted by name: KPS `GET /v3/{project_id}/keypairs`. */
export async function getKeypairs(
  context: Context,
  { nameRegex, scope, region }: GetKeypairsArgs,
): Promise<GetKeypairsResult> {
  const pattern = nameRegex === undefined ? undefined : patternOf(nameRegex);
  const keypairs = await context.cloud.kps(requireRegion(context, region), context).listKeypairs();
  return {
    keypairs: keypairs
      .filter((keypair) => pattern?.test(keypair.name) ?? true)
      .filter((keypair) => scope === undefined || keypair.scope === scope)
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

function patternOf(nameRegex: string): RegExp {
  try {
    return new RegExp(nameRegex);
  } catch {
    throw new Error(`nameRegex is not a regular expression: ${JSON.stringify(nameRegex)}.`);
  }
}
