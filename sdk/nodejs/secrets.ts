import * as pulumi from "@pulumi/pulumi";

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

async function holdsSecret(value: unknown): Promise<boolean> {
  if (typeof value !== "object" || value === null) return false;
  try {
    return await pulumi.isSecret(pulumi.output(value));
  } catch {
    // The program is told where the value itself is used.
    return false;
  }
}
