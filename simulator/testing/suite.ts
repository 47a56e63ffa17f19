import type { SimulatorOptions } from "../index";
import { Simulator } from "../simulator";

/** The machine's clock stands still in each test, so that a time can be told exactly. */
export function useStoppedClock(): void {
  beforeEach(() => {
    jest.spyOn(Date, "now").mockReturnValue(Date.now());
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
}

/** A simulator for the tests of a file or of a `describe`, each of which finds it as it was at the start. */
export function useSimulator(options: SimulatorOptions = {}): Simulator {
  const simulator = new Simulator(options);
  beforeAll(() => simulator.start());
  beforeEach(() => {
    simulator.reset();
  });
  afterAll(() => simulator.close());
  return simulator;
}
