/** What happens in the cloud while a run is under way. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Operation } from "pulumi-huaweicloud-cph/simulator";
import type { TestCloud } from "../cloud";

/** Looks in which something has to come about: a test that waits in vain is to end. */
const mostLooks = 3_000;

/** Waits until something is the case. */
export async function until(isSo: () => boolean): Promise<void> {
  for (let looks = 0; !isSo(); looks++) {
    if (looks === mostLooks) throw new Error(`this did not come about: ${isSo.toString()}`);
    await sleep(20);
  }
}

/** Does something in the moment in which the first call of one of the operations has arrived and nothing has come of it. */
export async function whenCalled(
  cloud: TestCloud,
  operations: readonly Operation[],
  act: () => void | Promise<void>,
): Promise<void> {
  const action = { type: "delay", milliseconds: 1_000 } as const;
  const faults = operations.map((operation) => cloud.simulator.addFault({ match: { operation }, action }));
  await until(() =>
    cloud.simulator.calls().some(({ operation }) => operation !== null && operations.includes(operation)),
  );
  for (const fault of faults) cloud.simulator.removeFault(fault);
  await act();
}
