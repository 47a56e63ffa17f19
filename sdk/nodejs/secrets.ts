import * as pulumi from "@pulumi/pulumi";
import { secretPath, stepsOf } from "../../provider/hosts/secretEntries";
import { keepSecretInputs } from "../../provider/hosts/secretInputs";

/**
 * Names of the arguments that are secret, or hold a secret anywhere, and of those that are maps the paths of such; undefined where there
 * are none. What a program may not show is known to its outputs alone: providers are given plain values.
 */
export async function namesOfSecrets(args: object, maps: readonly string[] = []): Promise<string[] | undefined> {
  const names = await Promise.all(
    Object.entries({ ...args }).map(([name, value]) => secretsIn([name], value, maps.includes(name) ? 2 : 0)),
  );
  return names.flat().length === 0 ? undefined : names.flat();
}

/** Keeps the arguments that are secret out of what this process prints, and tells their names. */
export async function keepSecretsOf(
  args: Readonly<Record<string, unknown>>,
  maps: readonly string[] = [],
): Promise<string[] | undefined> {
  const names = await namesOfSecrets(args, maps);
  const roots = [...new Set(names?.map((name) => stepsOf(name)[0] ?? ""))];
  const values = roots.map(async (name) => {
    const value: unknown = await pulumi.runtime.serializeProperty(name, pulumi.output(args[name]));
    return [name, pulumi.runtime.unwrapRpcSecret(value)] as const;
  });
  keepSecretInputs(Object.fromEntries(await Promise.all(values)), names);
  return names;
}

/** `depth` tells how many levels of plain objects are looked into. */
async function secretsIn(steps: readonly string[], value: unknown, depth: number): Promise<string[]> {
  if (depth === 0 || !isPlainObject(value)) return (await holdsSecret(value)) ? [secretPath(steps)] : [];
  const inner = Object.entries(value).map(([name, member]) => secretsIn([...steps, name], member, depth - 1));
  return (await Promise.all(inner)).flat();
}

/** Whether a value is an object whose members can be seen before the engine runs: no output, and no promise. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

async function holdsSecret(value: unknown): Promise<boolean> {
  if (typeof value !== "object" || value === null) return false;
  try {
    return await pulumi.isSecret(pulumi.output(value));
  } catch {
    // The program is told where the value itself is used.
    return false;
  }
}
