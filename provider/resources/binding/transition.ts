import type { Context } from "../../contract";
import type { Fleet } from "../../fleet/fleet";
import type { KnownBinding, KnownServer } from "../../fleet/knownBinding";
import type { BindingWork } from "./bindServers";
import { propertiesOf } from "./forms";
import { bindingAdvice } from "./inputAdvice";
import type { WantedBinding } from "./wanted";

/** The way of a binding from what is known of it to what is wanted: what all phases of it work with. */
export interface Transition {
  readonly context: Context;
  readonly fleet: Fleet;
  readonly known: KnownBinding;
  readonly wanted: WantedBinding;
  /** Whether the binding is deleted, so that no server is wanted and nothing is recorded. */
  readonly isDeletion: boolean;
  /** Servers that are known, and no longer wanted. */
  readonly leaving: readonly KnownServer[];
  /** Whether these get back what they had. */
  readonly restores: boolean;
  /** Whether another binding of the program wants a server. One may begin to at any time. */
  readonly isClaimed: (serverId: string) => boolean;
}

/** The way to what the program wants. */
export function transitionTo(wanted: WantedBinding, known: KnownBinding, context: Context): Transition {
  return transition(wanted, known, context, false);
}

/** The way out. */
export function transitionToNothing(known: KnownBinding, context: Context): Transition {
  const { region, form, fingerprints, deletionPolicy } = known;
  const nothing = { region, form, fingerprints, deletionPolicy, keypairOf: new Map<string, string>(), isOpen: false };
  return transition(nothing, known, context, true);
}

function transition(wanted: WantedBinding, known: KnownBinding, context: Context, isDeletion: boolean): Transition {
  const { bindings } = context.fleets.record;
  return {
    context,
    fleet: context.fleets.in(wanted.region),
    known,
    wanted,
    isDeletion,
    leaving: [...known.servers.values()].filter(({ serverId }) => !wanted.keypairOf.has(serverId)),
    restores: wanted.deletionPolicy === "restore",
    isClaimed: (serverId) => bindings.isClaimedByOther(context.declared, wanted.region, serverId),
  };
}

/** What changes of servers on this way work with. */
export function bindingWork({ context, fleet, wanted, isClaimed }: Transition): BindingWork {
  const { signal, deadline, log, ownLog } = context;
  return { signal, deadline, log, ownLog, fleet, isClaimed, advice: bindingAdvice(propertiesOf(wanted.form)) };
}
