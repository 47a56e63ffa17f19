import { parseArgs } from "node:util";
import { commandLineOptions } from "./commandLineOptions";
import type { SimulatorOptions } from "./options";
import { variantTable } from "./variants";

/** What the command line asks for. */
export type Command =
  | { readonly type: "run"; readonly options: SimulatorOptions }
  | { readonly type: "help" }
  | { readonly type: "version" };

/** Reads the command line's arguments. Throws, with a message for the user, where they make no sense. */
export function parseCommandLine(args: readonly string[]): Command {
  const given = readArguments(args);
  if (given.help !== undefined) return { type: "help" };

  if (given.version !== undefined) return { type: "version" };

  const parts = Object.entries(commandLineOptions).map(([name, option]) => {
    const values = given[name];
    return values === undefined ? {} : (option.read?.(`--${name}`, values, option.value ?? "") ?? {});
  });
  const faults = parts.flatMap((part) => part.faults ?? []);
  return { type: "run", options: Object.assign({}, ...parts, { faults }) as SimulatorOptions };
}

/** The values of each option that is given. */
function readArguments(args: readonly string[]): Partial<Record<string, readonly string[]>> {
  const options = Object.entries(commandLineOptions).map(([name, { value }]) => [
    name,
    { type: value === undefined ? "boolean" : "string", multiple: true },
  ]);
  const { values } = parseArgs({
    args: [...args],
    options: Object.fromEntries(options) as Record<string, { type: "boolean" | "string"; multiple: true }>,
  });
  return values as Partial<Record<string, string[]>>;
}

/** Each option as it is written, and what it is about. */
export function optionRows(): (readonly [string, string])[] {
  return Object.entries(commandLineOptions).map(([name, { value, about }]) => [
    value === undefined ? `--${name}` : `--${name} ${value}`,
    about,
  ]);
}

/** What `--help` prints. */
export function helpText(): string {
  const options = optionRows().map(([option, about]) => `  ${option.padEnd(26)} ${about}`);
  const variants = Object.entries(variantTable).map(([name, entry]) => {
    const values = "amount" in entry ? `a number (${entry.amount})` : entry.values.join(" | ");
    return `  ${name}\n      ${entry.about}: ${values}`;
  });
  return `Usage: huaweicloud-cph-simulator [options]

Plays Huawei Cloud's key pair service (KPS), Cloud Phone (CPH) and identity service (IAM) on 127.0.0.1.
Prints one line of JSON with its URL and credentials, then serves until it is stopped. A page to watch is at the URL.

Options:
${options.join("\n")}

Variants, for what no source says about the real services (the first value, or the number, is the default):
${variants.join("\n")}
`;
}
