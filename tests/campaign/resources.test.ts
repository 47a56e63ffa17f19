/**
 * Random scenarios, run by the resources themselves without an engine: hundreds of them take seconds. `SEED=…` repeats those of a seed
 * and makes the one that fails small.
 */
import fc from "fast-check";
import { Fleets } from "../../provider/fleet/fleet";
import { privateKeys } from "../../provider/testing/keys";
import {
  accessKeyOf,
  connect,
  shortening,
  useShortBackoff,
  useShortPauses,
  userOf,
} from "../../provider/testing/simulatedCloud";
import { Accounts, isAnothersAlone, hasAccounts, type Given, type RunSettings } from "./accounts";
import { onBothClouds } from "./clouds";
import { callsEnded, foreignKeypairs, serversOf } from "./disturbance";
import { found } from "./found";
import { callFunctions, type Seen } from "./functionsOfRun";
import { missingMoves, type Move } from "./moves";
import type { PlayedCloud } from "./playedCloud";
import {
  bindingName,
  givenName,
  holderName,
  keypairArgs,
  keypairName,
  keypairOf,
  most,
  setArgs,
  type DeclaredBinding,
  type DeclaredKeypair,
  type Program,
} from "./program";
import { campaignRuns, campaignSeeds, isReplay, isUsual, tellSeed } from "./runs";
import { isDisturbed, scenario, step, steps, type Scenario, type Step } from "./scenario";
import { Stack, type Declared } from "./stack";
import { prepareCloud, Story, type Driver, type Outcome } from "./story";

/** How long an operation may take, in seconds: enough for all of them, and so little that a fault is seen to use it up. */
const time = { undisturbed: 30, disturbed: 0.4 };

const options = { servers: most.servers, jobSeconds: 0.005 };

useShortBackoff();
useShortPauses();

class ResourcesDriver implements Driver<Step> {
  readonly secrets: Driver<Step>["secrets"];
  private readonly stack: Stack;
  private readonly serverIds: readonly string[];
  private readonly usual: Given["configuration"];
  /** Of the run that is under way. */
  private settings?: RunSettings;

  constructor(
    readonly cloud: PlayedCloud,
    { credentials }: Scenario,
    readonly accounts: Accounts | undefined,
  ) {
    const { secretKey, password } = cloud.credentials;
    this.secrets = { ...privateKeys, secretKey, password, ...accounts?.secrets };
    this.serverIds = serversOf(cloud).map(({ id }) => id);
    this.usual = credentials === "password" ? userOf(cloud) : accessKeyOf(cloud);
    this.stack = new Stack(() => {
      const { configuration, environment } = this.given;
      const client = connect(cloud, configuration, environment);
      return { cloud: client, fleets: new Fleets(client) };
    });
  }

  async run(program: Program, step: Step): Promise<Outcome> {
    const seconds = isDisturbed(step) ? time.disturbed : time.undisturbed;
    this.settings = step.settings;
    const seen = await this.seen(step);
    const outcome = await this.runCommand(step.command, this.declared(program), seconds);
    this.settings = undefined;
    if (isDisturbed(step)) await callsEnded(this.cloud, shortening);
    if (seen instanceof Error) return { ...outcome, errors: [...outcome.errors, seen.message] };
    return seen ? { ...outcome, output: [outcome.output, ...seen.told].join("\n"), seen } : outcome;
  }

  private get given(): Given {
    return (this.settings && this.accounts?.given(this.settings)) ?? { configuration: this.usual, environment: {} };
  }

  /** What the program's functions find. They have minutes, so that they are spared the faults. */
  private async seen({ command, faults, settings }: Step): Promise<Seen | Error | undefined> {
    if (faults.length > 0 || command === "refresh" || command === "destroy") return undefined;
    // Functions know nothing of the state.
    if (settings !== undefined && isAnothersAlone(settings)) return undefined;
    return callFunctions(this.cloud, this.given).catch((error: unknown) => error as Error);
  }

  preview(program: Program): Promise<Outcome> {
    return this.stack.preview(this.declared(program), time.undisturbed);
  }

  state() {
    const named = this.stack.state.map(({ replaced, logicalName, ...rest }) => ({
      ...rest,
      logicalName: `${logicalName}${replaced ? " (replaced)" : ""}`,
    }));
    return Promise.resolve(named);
  }

  private async runCommand(command: Step["command"], declared: Declared[], seconds: number): Promise<Outcome> {
    if (command === "preview --refresh") return this.stack.preview(declared, seconds);
    if (command === "destroy") return this.stack.destroy(seconds);
    if (command === "up") return this.stack.up(declared, seconds);
    const refreshed = await this.stack.refresh(seconds);
    if (command === "refresh" || !refreshed.refreshed) return refreshed;
    const updated = await this.stack.up(declared, seconds);
    return { ...updated, output: `${refreshed.output}\n${updated.output}`, refreshed: true };
  }

  private declared(program: Program): Declared[] {
    const { keypairs, bindings } = program;
    return [
      ...keypairs.flatMap((declared, place): Declared[] =>
        declared === undefined || declared.set !== undefined
          ? []
          : [{ kind: "keypair", logicalName: keypairName(place), args: () => keypairArgs(declared, place) }],
      ),
      ...[...setArgs(program)].map(([logicalName, args]): Declared => ({
        kind: "set",
        logicalName,
        args: () => ({ ...args }),
      })),
      ...bindings.flatMap((declared, place): Declared[] =>
        declared === undefined ? [] : [this.declaredBinding(program, declared, place)],
      ),
    ];
  }

  private declaredBinding({ keypairs }: Program, declared: DeclaredBinding, place: number): Declared {
    const { servers, fingerprint, restores, stride } = declared;
    const places = [...new Set(servers.map((server) => keypairOf(declared, server)))];
    const args: Declared["args"] = (outputsOf) => {
      const seen = new Map(places.map((keypair) => [keypair, keypairSeen(keypairs[keypair], keypair, outputsOf)]));
      const idOf = (server: number) => this.serverIds[server] ?? "";
      const nameFor = (server: number) => seen.get(keypairOf(declared, server))?.name ?? foreignKeypairs.first;
      const fingerprints = [...seen.values()].flatMap((each) => (each ? [[each.name, each.fingerprint] as const] : []));
      const deletionPolicy = restores ? "restore" : undefined;
      if (stride !== undefined) {
        return {
          keypairNames: Object.fromEntries(servers.map((server) => [idOf(server), nameFor(server)])),
          keypairFingerprints: fingerprint ? Object.fromEntries(fingerprints) : undefined,
          deletionPolicy,
        };
      }
      return {
        keypairName: nameFor(servers[0] ?? 0),
        keypairFingerprint: fingerprint ? fingerprints[0]?.[1] : undefined,
        serverIds: servers.map(idOf),
        deletionPolicy,
      };
    };
    const after = places.flatMap((keypair) => {
      const bound = keypairs[keypair];
      return bound === undefined ? [] : [holderName(bound, keypair)];
    });
    return { kind: "binding", logicalName: bindingName(place), after, args };
  }
}

/** What a program knows of a key pair by the outputs of the resource that has it. */
function keypairSeen(
  declared: DeclaredKeypair | undefined,
  place: number,
  outputsOf: (logicalName: string) => Record<string, unknown>,
): { name: string; fingerprint: unknown } | undefined {
  if (declared === undefined) return undefined;
  const outputs = outputsOf(holderName(declared, place));
  if (declared.set === undefined) return { name: String(outputs.name), fingerprint: outputs.fingerprint };
  const name = givenName(declared, place) ?? "";
  return { name, fingerprint: (outputs.fingerprints as Record<string, string>)[name] };
}

onBothClouds(options, (cloud) => {
  async function tell(told: Scenario & { steps: Step[] }): Promise<Story<Step>> {
    const played = cloud();
    await prepareCloud(played, told);
    const accounts = hasAccounts(played) ? await Accounts.open(played) : undefined;
    const story = new Story(new ResourcesDriver(played, told, accounts), told);
    await story.tell();
    return story;
  }

  test.each(found)("an undisturbed run brings order after %s", async (_what, told) => {
    await tell(told);
  });

  test.each(campaignSeeds([1]))(
    "an undisturbed run brings order after anything (seed %i)",
    async (seed) => {
      tellSeed(seed);
      const scenarios = scenario(steps(step, { minLength: 1, maxLength: 5 }));
      const moves = new Set<Move>();
      const tellOne = async (told: Scenario & { steps: Step[] }) => {
        for (const move of (await tell(told)).moves.whole) moves.add(move);
      };
      const numRuns = campaignRuns({ usual: 12, each: 20 });
      await fc.assert(fc.asyncProperty(scenarios, tellOne), { seed, numRuns, endOnFailure: !isReplay });
      if (isUsual) expect({ missing: missingMoves(moves) }).toEqual({ missing: [] });
    },
    3_600_000,
  );
});
