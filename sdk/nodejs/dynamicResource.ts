import * as pulumi from "@pulumi/pulumi";
import { mapsOf, stepsOf } from "../../provider/hosts/secretEntries";
import { alwaysSecret, outputsWith } from "../../provider/hosts/secretOutputs";
import packageSchema from "../../schema.json";
import type { Autonaming } from "../../provider/contract";
import { isAlwaysDeletedFirst } from "./autonaming";
import { requireEngine } from "./engine";
import { failTogether } from "./failure";
import { providerOf } from "./provider";
import { keepSecretsOf } from "./secrets";
import { warnOfPlainSecrets } from "./stackConfiguration";

/**
 * The text that Pulumi stores in the state and runs for every operation. It stands twice in the state of each resource and old
 * states keep the one they were written with, so it is tiny and never changes.
 */
export function stubOf(exportName: string): string {
  return `exports.handler = () => require("pulumi-huaweicloud-cph/dynamic/v1").${exportName}`;
}

/**
 * Outputs of a resource, with the descriptions of its state's properties. A class gets them by an interface of its own name: the
 * base constructor sets them, and fields of the class would overwrite them.
 */
export type OutputsOf<State> = { readonly [Name in keyof State]-?: pulumi.Output<State[Name]> };

/** How many resources this run of the program has declared: the host tells them apart by number. */
let declarations = 0;

/** In no exported type: it would ask every program that has its libraries checked for `resolveJsonModule`. */
type Token = keyof typeof packageSchema.resources;

/** A resource of this package, hosted by Pulumi's dynamic provider. Its outputs are those that schema.json declares. */
export abstract class DynamicResource extends pulumi.CustomResource {
  /**
   * @param exportName Under which name `dynamic/v1` exports the resource.
   * @param token The resource's token in schema.json.
   * @param autonaming How it is named, where it has names that are made up and the stack's configuration says something of them.
   */
  constructor(
    exportName: string,
    token: string,
    logicalName: string,
    given: object,
    opts: pulumi.CustomResourceOptions,
    autonaming?: Autonaming,
  ) {
    requireEngine();
    // A copy: programs in plain JavaScript may pass none, and what is missing is reported by its name.
    const args = { ...given };
    const provider = providerOf(opts);
    const type = `pulumi-nodejs:dynamic/${token.replace(":index:", ":")}`;
    const outputs = Object.keys(packageSchema.resources[token as Token].properties);
    const secrets = alwaysSecret(token);
    const maps = mapsOf(token);
    const secretOutputs = [...secrets, ...(opts.additionalSecretOutputs ?? [])];
    if (provider === undefined) warnOfPlainSecrets();
    const props = {
      // An output exists on the resource only where its name is among the properties.
      ...Object.fromEntries(outputs.map((name) => [name, undefined])),
      ...Object.fromEntries(
        Object.entries(args).map(([name, value]) => [name, secrets.includes(name) ? secretOf(value) : value]),
      ),
      __secrets: keepSecretsOf({ ...args, id: opts.id }, maps).then((names) => {
        // Pulumi's SDK reads the list once all properties are known. The engine itself sees to what is secret within maps.
        secretOutputs.push(...outputsWith(names ?? []).filter((name) => stepsOf(name).length === 1));
        return opts.id === undefined ? names : undefined;
      }),
      __provider: stubOf(exportName),
      __logicalName: logicalName,
      // What is read by `get` is nothing that the program declares.
      ...(opts.id === undefined && {
        __declaration: ++declarations,
        __deleteBeforeReplace: isAlwaysDeletedFirst(type) || opts.deleteBeforeReplace,
        __replaceOnChanges: opts.replaceOnChanges,
        __autonaming: autonaming,
      }),
      __timeouts: timeoutsInSeconds(opts.customTimeouts),
    };
    super(type, logicalName, props, {
      ...opts,
      // What a native plugin hosted so far.
      aliases: [...(opts.aliases ?? []), { type: token }],
      additionalSecretOutputs: secretOutputs,
    });
    failTogether(this, logicalName, pulumi.isSecret(pulumi.output([args, provider?.urn])));
  }
}

/** What is a secret as an output is one as an input. */
function secretOf(value: unknown): unknown {
  return value === undefined ? undefined : pulumi.secret(value);
}

/** A dynamic provider is not told `customTimeouts`, so they travel with the properties. */
function timeoutsInSeconds(timeouts: pulumi.CustomTimeouts | null | undefined): Record<string, number> | undefined {
  // Programs in plain JavaScript may pass null.
  if (timeouts === undefined || timeouts === null) return undefined;
  const given = Object.entries(timeouts).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return Object.fromEntries(given.map(([operation, duration]) => [operation, secondsOf(duration)]));
}

const secondsPer: Record<string, number> = { h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9 };

/** Go's duration format, such as `1h30m`, which the engine validates. */
function secondsOf(duration: string): number {
  const parts = duration.matchAll(/([\d.]+)(h|ms|m|s|us|µs|ns)/g);
  return [...parts].reduce((sum, [, count, unit]) => sum + Number(count) * (secondsPer[unit ?? ""] ?? 0), 0);
}
