import type { Fn } from "../contract";
import type { GetKeypairArgs, GetKeypairResult } from "../schema/types";
import { quoted } from "../text/text";
import { problemsOf } from "../schema/validation";
import { requireRegion } from "./region";

/** Looks up one key pair: KPS `GET /v3/{project_id}/keypairs/{name}`. Throws where there is none. */
export const getKeypair: Fn<GetKeypairArgs, GetKeypairResult> = {
  defaultTimeout: 5 * 60_000,

  problems: (args) => problemsOf("GetKeypairArgs", args),

  async run(context, { name, region }) {
    const inRegion = requireRegion(context, region);
    const found = await context.cloud.kps(inRegion, context).getKeypair(name);
    if (found === undefined) throw new Error(`There is no key pair named ${quoted(name)} in region ${inRegion}.`);
    return found;
  },
};
