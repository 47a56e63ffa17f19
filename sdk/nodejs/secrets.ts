import * as pulumi from "@pulumi/pulumi";
import { keepSecretInputs } from "../../provider/hosts/secretInputs";

/**
 * Names of the arguments that are secret, or hold a secret anywhere; undefined where none is. What a program may not show is known to
 * its outputs alone: providers are given plain values.
 */
export async function namesOfSecrets(args: object): Promise<string[] | undefined> {
  const names = await Promise.all(
    Object.entries({ ...args }).map(async ([name, value]) => ((await holdsSecret(value)) ? [name] : [])),
  );
  return names.flat().length === 0 ? undefined : names.flat();
}

/** Keeps the arguments that are secret out of what this process prints, and tells their names. */
export async function keepSecretsOf(args: Readonly<Record<string, unknown>>): Promise<string[] | undefined> {
  const names = await namesOfSecrets(args);
  const values = names?.map(async (name) => {
    const value: unknown = await pulumi.runtime.serializeProperty(name, pulumi.output(args[name]));
    return [name, pulumi.runtime.unwrapRpcSecret(value)] as const;
  });
  keepSecretInputs(Object.fromEntries(await Promise.all(values ?? [])), names);
  return names;
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
