/** How many scenarios a campaign runs, and from which seed: `RUNS` and `SEED` in the environment. */
const { RUNS, SEED } = process.env;

/** A seed that failed is run again, so that the scenario is to be made small. */
export const isReplay = SEED !== undefined;

/** The seed that was asked for; or else those that are always tried, and a new one. */
export function campaignSeeds(fixed: readonly number[]): number[] {
  return isReplay ? [Number(SEED)] : [...fixed, Math.floor(Math.random() * 2 ** 31)];
}

/** `each` scenarios for each run that was asked for, or the usual number. */
export function campaignRuns({ usual, each = 1 }: { usual: number; each?: number }): number {
  return RUNS === undefined ? usual : Number(RUNS) * each;
}
