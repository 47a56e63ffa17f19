import { useSimulator } from "../../simulator/testing/suite";
import type { Simulator } from "../../simulator";
import { Fleets } from "../fleet/fleet";
import type { HuaweiCloud } from "../huawei/huaweiCloud";
import { cloudPhoneKeypairBinding } from "../resources/binding/binding";
import type { CloudPhoneKeypairBindingInputs } from "../resources/binding/inputs";
import type { CloudPhoneKeypairBindingState } from "../resources/binding/state";
import { addServers, serverOf } from "./fleet";
import { publicKeys } from "./keys";
import { contextOf, ManagedResource, type NotedContext } from "./managedResource";
import { cloudOf, region, useShortBackoff, useShortPauses } from "./simulatedCloud";

/** A binding of a stack. */
export type Binding = ManagedResource<CloudPhoneKeypairBindingInputs, CloudPhoneKeypairBindingState>;

/** What tests of bindings share: a cloud with some key pairs, and servers to bind. */
export interface BindingFleet {
  readonly simulator: Simulator;
  /** Anew for each test. */
  readonly cloud: HuaweiCloud;
  readonly newBinding: (logicalName?: string) => Binding;
  /** The context of one operation. */
  readonly newContext: (options?: { seconds?: number; signal?: AbortSignal; fleets?: Fleets }) => NotedContext;
  /** What the operations of one run share. */
  readonly newFleets: () => Fleets;
  /** Servers that carry the original key pair, or the one that is given, sorted by id. */
  readonly newServers: (count: number, keypairName?: string) => string[];
  /** The key pairs of servers; empty where a server is gone. */
  readonly carried: (ids: readonly string[]) => string[];
  /** Fails servers, each inside the answer. */
  readonly refuse: (ids: readonly string[], times?: number) => void;
}

/** For a test file that has bindings of servers in a simulated cloud. Pauses are short. */
export function useBindingFleet(): BindingFleet {
  const simulator = useSimulator({ servers: 0, jobSeconds: 0.005 });
  useShortBackoff();
  useShortPauses();
  let cloud: HuaweiCloud;
  beforeEach(async () => {
    cloud = cloudOf(simulator);
    for (const [name, publicKey] of [
      ["original", publicKeys.rsa],
      ["one", publicKeys.ed25519],
      ["two", publicKeys.ecdsa256],
      ["three", publicKeys.ecdsa384],
      ["theirs", publicKeys.dss],
    ] as const)
      await simulator.replaceKeypair(region, name, { publicKey });
  });
  return {
    simulator,
    get cloud() {
      return cloud;
    },
    newBinding: (logicalName) => new ManagedResource(cloudPhoneKeypairBinding, cloud, logicalName),
    newContext: (options) => contextOf(cloud, options),
    newFleets: () => new Fleets(cloud),
    newServers(count, keypairName = "original") {
      const ids = addServers(simulator, count).sort();
      for (const id of ids) simulator.changeServer(region, id, { keypairName });
      return ids;
    },
    carried: (ids) => ids.map((id) => serverOf(simulator, id)?.keypairName ?? ""),
    refuse(ids, times) {
      for (const serverId of ids) {
        const action = { type: "entryError", code: "CPS.1028", message: "frozen" } as const;
        simulator.addFault({ match: { serverId }, times, action });
      }
    },
  };
}

/** The key pairs that the servers of a binding had before it, as its state tells. */
export function previousOf(binding: Binding): (string | undefined)[] {
  return binding.state.bindings.map(({ previousKeypairName }) => previousKeypairName);
}
