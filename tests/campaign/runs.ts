/** How many scenarios a campaign runs, and from which seed: `RUNS` and `SEED` in the environment. */
const { RUNS, SEED } = process.env;

/** A seed that failed is run again, so that the scenario is to be made small. */
export const isReplay = SEED !== undefined;

/** Whether nothing was asked for, as where the whole suite runs. */
export const isUsual = SEED === undefined && RUNS === undefined;

/** The seed that was asked for, or a new one in a campaign. Else always the same: a test is to fail for what was changed, not by chance. */
export function campaignSeeds(fixed: readonly number[]): readonly number[] {
  if (isReplay) return [Number(SEED)];
  return RUNS === undefined ? fixed : [Math.floor(Math.random() * 2 ** 31)];
}

/** `each` scenarios for each run that was asked for, or the usual number. */
export function campaignRuns({ usual, each = 1 }: { usual: number; each?: number }): number {
  return RUNS === undefined ? usual : Number(RUNS) * each;
}

/** A campaign that is still under way, or hangs, can be repeated as well. */
export function tellSeed(seed: number): void {
  process.stdout.write(`random scenarios: SEED=${seed}\n`);
}
