/**
 * Stands in for `node:timers/promises`, so that pauses between looks and retries take a fiftieth of their time:
 * `jest.mock("node:timers/promises", () => jest.requireActual<object>("../testing/shortPauses"))`.
 */
const actual = jest.requireActual<typeof import("node:timers/promises")>("node:timers/promises");

export function setTimeout(
  milliseconds: number,
  value?: undefined,
  options?: { signal?: AbortSignal },
): Promise<undefined> {
  return actual.setTimeout(milliseconds / 50, value, options);
}
