import type { KeypairPlace } from "../fleet/keypairRecord";
import type { ReadOptions } from "../fleet/listCache";
import type { Context } from "../contract";

/**
 * The public key that a name stands for now, as all who read it at this time share it. Undefined where there is no such key
 * pair, and empty where the service does not tell.
 */
export async function readPublicKey(
  context: Context,
  { region, name }: KeypairPlace,
  options?: ReadOptions,
): Promise<string | undefined> {
  const keypair = await context.fleets.in(region).keypairs.get(name, context, options);
  // Lists may leave it out.
  return keypair?.publicKey === ""
    ? (await context.cloud.kps(region, context).getKeypair(name))?.publicKey
    : keypair?.publicKey;
}

/** Invalidates cached reads of the pair once the change is over. */
export function whileChanging<T>(
  context: Context,
  { name, region }: KeypairPlace,
  change: () => Promise<T>,
): Promise<T> {
  return context.fleets.in(region).keypairs.whileChanging(name, change);
}
