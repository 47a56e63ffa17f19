/** Runs the programs of stories of names without an engine. */
import { Fleets } from "../../../provider/fleet/fleet";
import { accessKeyOf, connect, shortening } from "../../../provider/testing/simulatedCloud";
import { callsEnded, serversOf } from "../disturbance";
import type { PlayedCloud } from "../playedCloud";
import { Stack, type Declared } from "../stack";
import type { Outcome } from "../story";
import { keypairArgs, type Program } from "./program";
import type { Step } from "./scenario";
import type { IdentityDriver } from "./story";

/** How long an operation may take, in seconds. */
const time = { undisturbed: 30, disturbed: 2 };

export class ResourcesDriver implements IdentityDriver<Step> {
  private readonly stack: Stack;
  private readonly serverIds: readonly string[];

  constructor(readonly cloud: PlayedCloud) {
    this.serverIds = serversOf(cloud).map(({ id }) => id);
    this.stack = new Stack(() => {
      const client = connect(cloud, accessKeyOf(cloud));
      return { cloud: client, fleets: new Fleets(client) };
    });
  }

  async run(program: Program, step: Step, replaced: string | undefined): Promise<Outcome> {
    const { command, faults, interruptAfter, continueOnError } = step;
    const seconds = faults.length > 0 || interruptAfter !== undefined ? time.disturbed : time.undisturbed;
    if (command === "taint and up" && replaced !== undefined) this.stack.taint(replaced);
    const isRefreshing = command === "up --refresh" || command === "refresh";
    const refreshed = isRefreshing ? await this.stack.refresh(seconds) : undefined;
    if (refreshed !== undefined && (command === "refresh" || !refreshed.refreshed)) return refreshed;
    const replace = command === "up --replace" ? replaced : undefined;
    const updated = await this.stack.up(this.declared(program, step.lateness), seconds, {
      replace,
      continueOnError,
      interruptAfter,
    });
    if (faults.length > 0) await callsEnded(this.cloud, shortening);
    const output = [refreshed?.output, updated.output].filter(Boolean).join("\n");
    return { ...updated, output, refreshed: isRefreshing };
  }

  preview(program: Program): Promise<Outcome> {
    return this.stack.preview(this.declared(program, []), time.undisturbed);
  }

  destroy(): Promise<Outcome> {
    return this.stack.destroy(time.undisturbed);
  }

  state() {
    return Promise.resolve(
      this.stack.state.map(({ replaced, pending, tainted, ...known }) => ({
        ...known,
        isOld: replaced,
        isPending: pending,
        isTainted: tainted,
      })),
    );
  }

  private declared({ keypairs, bindings }: Program, lateness: readonly number[]): Declared[] {
    return [
      ...Object.entries(keypairs).map(([logicalName, declared]): Omit<Declared, "lateness"> => {
        const { name, after, deleteBeforeReplace } = declared;
        return {
          kind: "keypair",
          logicalName,
          after: after === undefined ? [] : [after],
          // As the SDK has it.
          deleteBeforeReplace: deleteBeforeReplace ?? (name === undefined ? undefined : true),
          args: (outputsOf) => ({ ...keypairArgs(declared), description: after && outputsOf(after).fingerprint }),
        };
      }),
      ...Object.entries(bindings).map(([logicalName, bound]): Omit<Declared, "lateness"> => {
        const { keypair, isLiteral, servers, fingerprint, restores } = bound;
        const literal = isLiteral ? keypairs[keypair]?.name : undefined;
        return {
          kind: "binding",
          logicalName,
          after: literal === undefined ? [keypair] : [],
          deleteBeforeReplace: true,
          args: (outputsOf) => ({
            keypairName: literal ?? outputsOf(keypair).name,
            keypairFingerprint: literal === undefined && fingerprint ? outputsOf(keypair).fingerprint : undefined,
            serverIds: servers.map((server) => this.serverIds[server]),
            deletionPolicy: restores ? "restore" : undefined,
          }),
        };
      }),
    ].map((each, place) => ({ ...each, lateness: (lateness[place] ?? 0) / shortening }));
  }
}
