/** How many scenarios a campaign runs, and from which seed: `RUNS` and `SEED` in the environment. */
const { RUNS, SEED } = process.env;

/** A seed that failed is run again, so that the scenario is to be made small. */
export const isReplay = SEED !== undefined;

/** The seed that was asked for; or else a new one, and those that are always tried beside it where few scenarios are. */
export function campaignSeeds(fixed: readonly number[]): number[] {
  if (isReplay) return [Number(SEED)];
  const fresh = Math.floor(Math.random() * 2 ** 31);
  return RUNS === undefined ? [...fixed, fresh] : [fresh];
}

/** `each` scenarios for each run that was asked for, or the usual number. */
export function campaignRuns({ usual, each = 1 }: { usual: number; each?: number }): number {
  return RUNS === undefined ? usual : Number(RUNS) * each;
}

/** A campaign that is still under way, or hangs, can be repeated as well. */
export function tellSeed(seed: number): void {
  process.stdout.write(`random scenarios: SEED=${seed}\n`);
}
