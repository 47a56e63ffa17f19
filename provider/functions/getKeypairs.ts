import pLimit from "p-limit";
import type { Kps } from "../huawei/kps";
import type { Fn } from "../contract";
import type { GetKeypairsArgs, GetKeypairsResult, KeypairSummary } from "../schema/types";
import { quoted } from "../text/text";
import { problemsOf } from "../schema/validation";
import { requireRegion } from "./region";

/** How many key pairs are looked at side by side. */
const parallelLooks = 5;

/** Lists key pairs, all pages, sorted by name: KPS `GET /v3/{project_id}/keypairs`. */
export const getKeypairs: Fn<GetKeypairsArgs, GetKeypairsResult> = {
  defaultTimeout: 5 * 60_000,

  problems: (args) => problemsOf("GetKeypairsArgs", args),

  async run(context, { nameRegex, scope, region }) {
    const pattern = nameRegex === undefined ? undefined : patternOf(nameRegex);
    const kps = context.cloud.kps(requireRegion(context, region), context);
    const named = (await kps.listKeypairs()).filter(({ name }) => pattern?.test(name) ?? true);
    const keypairs =
      scope === undefined ? named : (await withScopes(kps, named)).filter((keypair) => keypair.scope === scope);
    return { keypairs: keypairs.sort((a, b) => (a.name < b.name ? -1 : 1)) };
  },
};

/** Lists need not tell the scope: then each key pair is looked at. */
function withScopes(kps: Kps, keypairs: readonly KeypairSummary[]): Promise<KeypairSummary[]> {
  const limit = pLimit(parallelLooks);
  return Promise.all(
    keypairs.map(async (keypair) => ({
      ...keypair,
      scope: keypair.scope ?? (await limit(() => kps.getKeypair(keypair.name)))?.scope,
    })),
  );
}

function patternOf(nameRegex: string): RegExp {
  try {
    const pattern = new RegExp(nameRegex);
    // What is too large shows at the first use only.
    pattern.test("");
    return pattern;
  } catch {
    throw new Error(`nameRegex is not a regular expression: ${quoted(nameRegex)}.`);
  }
}
