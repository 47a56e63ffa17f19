import { secretConfigurationNames } from "../../schema/configurationNames";
import {
  settingDeclarations,
  type SettingDeclaration,
  type SettingDeclarations,
  type SettingFormat,
} from "../../schema/settingDeclarations";
import type { AssumeRole, Configuration } from "../../schema/types";
import { problemsOf, type Problem } from "../../schema/validation";
import { asSentence, presentable, quoted } from "../../text/text";
import { keepSecrets } from "../../text/redaction";

/** A value of the package's configuration that cannot be used; the message names all of them. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";

  constructor(message: string) {
    super(presentable(message, longestMessage));
  }
}

/** What no source gives, or gives only in part. */
export class MissingSetting extends ConfigurationError {}

/** Values may have become anything on their way through the environment. */
const longestMessage = 5000;

/** Where a value came from, and what it is called there. */
export interface Origin {
  place: "configuration" | "environment" | "file";
  name: string;
}

/** Values of the settings, and where each came from. */
export interface SettingValues {
  values: Configuration;
  origins: { [name in keyof Configuration]?: Origin };
}

/** Of two sets of values the first wins, name by name. */
export function merge(first: SettingValues, second: SettingValues): SettingValues {
  const endpoints = { ...second.values.endpoints, ...first.values.endpoints };
  const assumeRole = mergeRoles(first.values.assumeRole, second.values.assumeRole);
  return {
    values: { ...second.values, ...first.values, endpoints, assumeRole },
    origins: { ...second.origins, ...first.origins },
  };
}

/** An agency goes with the account that it is named with: parts of two would make a third one. */
function mergeRoles({ duration, ...first }: AssumeRole = {}, second: AssumeRole = {}): AssumeRole {
  const role = Object.keys(first).length > 0 ? { ...first, duration: second.duration } : second;
  return duration === undefined ? role : { ...role, duration };
}

/**
 * Turns texts into the types that the schema asks for, takes white space off their ends, and validates all. `nameOf` tells what a
 * setting, or one within it such as `endpoints.kms`, is called in its place.
 */
export function parse(
  raw: Readonly<Record<string, unknown>>,
  place: Origin["place"],
  nameOf: (path: string) => string,
): SettingValues {
  const values = parseValues(raw, settingDeclarations);
  keepSecrets(secretConfigurationNames.map((name) => values[name]).filter((value) => typeof value === "string"));
  const problems = [...problemsOf("Configuration", values), ...textProblems(values, settingDeclarations)];
  if (problems.length > 0) {
    const sentences = problems.map(({ property, reason }) => `${nameOf(property)} ${reason}`);
    throw new ConfigurationError(asSentence(sentences.join("; ")));
  }
  const origins = Object.keys(values).map((name): [string, Origin] => [name, { place, name: nameOf(name) }]);
  return { values: withEndpointOfIam(values), origins: Object.fromEntries(origins) };
}

/** `authUrl` is another name for the endpoint of IAM, which wins where one source has both. */
function withEndpointOfIam(values: Configuration): Configuration {
  const { authUrl, endpoints } = values;
  return authUrl === undefined ? values : { ...values, endpoints: { iam: authUrl, ...endpoints } };
}

/** An empty value counts as not set: a pipeline's variable that nobody filled is one. */
function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

/** A text of the environment or the configuration without the white space that nobody means, such as a secret file's last newline. */
export function trimmed(text: string, format: SettingFormat | undefined): string {
  const known = text.trim();
  // A password may begin and end with blanks.
  return format === "password" && known !== "" ? text.replace(/^[\r\n]+|[\r\n]+$/g, "") : known;
}

function parseValues(
  raw: Readonly<Record<string, unknown>>,
  declarations: SettingDeclarations | undefined,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(raw)
      .map(([name, value]) => [name, parseValue(value, declarations?.get(name))] as const)
      .filter(([, value]) => !isAbsent(value)),
  );
}

/** What no setting is called stays as it is, and is reported. */
function parseValue(value: unknown, setting: SettingDeclaration | undefined): unknown {
  const parsed = typeof value === "string" ? parseText(trimmed(value, setting?.format), setting) : value;
  return setting?.within !== undefined && isRecord(parsed) ? parseValues(parsed, setting.within) : parsed;
}

function parseText(text: string, { type }: { type: string } = { type: "string" }): unknown {
  if (type === "string") return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function textProblems(values: Record<string, unknown>, declarations: SettingDeclarations, before = ""): Problem[] {
  return Object.entries(values).flatMap(([name, value]): Problem[] => {
    const { format, within } = declarations.get(name) ?? {};
    const property = `${before}${name}`;
    if (within !== undefined) return isRecord(value) ? textProblems(value, within, `${property}.`) : [];
    const reason = typeof value === "string" ? textProblem(value, format) : undefined;
    return reason === undefined ? [] : [{ property, reason }];
  });
}

/** The form of a region, which becomes a part of host names. */
export const regionForm = /^[a-z0-9-]+$/;

/** What is wrong with the text of a setting, if anything: it becomes a part of URLs, headers and signatures. */
function textProblem(text: string, format: SettingFormat | undefined): string | undefined {
  if (/\p{Cc}/u.test(text)) return "holds a line break or another control character";
  switch (format) {
    case "word":
      return /^[\x21-\x7e]+$/.test(text) ? undefined : "holds white space, or a character that is none of ASCII's";
    case "region":
      return regionForm.test(text) ? undefined : `must be a region such as "cn-north-4", not ${quoted(text)}`;
    case "domain":
      // A host whose last part is a number is taken for an IP address.
      return /^[a-z0-9.-]+$/i.test(text) && URL.canParse(`https://service.${text}`)
        ? undefined
        : `must be a domain such as myhuaweicloud.com, not ${quoted(text)}`;
    case "url":
      return urlProblem(text);
    default:
      return undefined;
  }
}

function urlProblem(text: string): string | undefined {
  const isUrl = !/\s/.test(text) && URL.canParse(text);
  const { protocol, username, password, search, hash } = isUrl ? new URL(text) : ({} as Partial<URL>);
  if (protocol !== "http:" && protocol !== "https:")
    return `must be a full URL such as https://example.com, not ${quoted(withoutCredentials(text))}`;

  // A user would take the place of the signature, and a path goes behind the whole text.
  return [username, password, search, hash].some(Boolean)
    ? `must be a URL without user, password, query and fragment, not ${quoted(withoutCredentials(text))}`
    : undefined;
}

/** An address as messages show it: its user, password, query and fragment may be secrets. */
export function withoutCredentials(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, "$1…@").replace(/[?#].*$/s, "…");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
