import { dirname } from "node:path";
import * as pulumi from "@pulumi/pulumi";

/**
 * The connection to the engine, which each run of a program has for itself. Fails if this package's copy of Pulumi's SDK has none. The
 * SDK then registers resources nowhere and says nothing, and the engine deletes those of them that it knows from an earlier run.
 */
export function requireEngine(): object {
  const monitor = pulumi.runtime.getMonitor();
  if (monitor !== undefined) return monitor;
  const copy = dirname(require.resolve("@pulumi/pulumi/package.json"));
  throw new pulumi.RunError(
    "pulumi-huaweicloud-cph has no connection to a Pulumi engine, and would do nothing. Run the program with `pulumi up` or the " +
      "Automation API, not by node alone; in a unit test, call pulumi.runtime.setMocks first. If you did, two copies of " +
      `@pulumi/pulumi are installed, the program's and that of pulumi-huaweicloud-cph (${copy}), and only the program's is ` +
      "connected: `npm ls @pulumi/pulumi` shows them. Update both to 3.216 or later; `npm dedupe` then leaves one.",
  );
}

/** Whether the program runs against `pulumi.runtime.setMocks`. Their class would not tell: every copy of the SDK has its own. */
export function hasMocks(): boolean {
  return "mocks" in (pulumi.runtime.getMonitor() ?? {});
}
