/** What the benchmark finds. */
import type { ProviderTimes } from "./growth";
import type { Measurement } from "./measure";

/** How a provider's process starts, in milliseconds and bytes; NaN where the memory cannot be told. */
export interface StartUp {
  readonly what: string;
  readonly firstAnswer: number;
  readonly firstCheck: number;
  readonly memory: number;
}

/** What an update by a program in YAML takes, in seconds. */
export interface YamlUpdate {
  readonly what: string;
  /** Whether it is of a program without resources. */
  readonly isFloor?: true | undefined;
  readonly seconds: number;
}

export interface Results {
  readonly measurements: readonly Measurement[];
  readonly providerTimes: readonly ProviderTimes[];
  readonly startUp: readonly StartUp[];
  readonly yaml: readonly YamlUpdate[];
}
