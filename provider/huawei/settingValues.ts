import { secretConfigurationNames } from "../schema/configurationNames";
import type { Configuration } from "../schema/types";
import { problemsOf, type Problem } from "../schema/validation";
import { presentable, quoted } from "../text/text";
import { keepSecrets } from "../text/redaction";

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
  return {
    values: { ...second.values, ...first.values, endpoints },
    origins: { ...second.origins, ...first.origins },
  };
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
  const values = Object.fromEntries(
    Object.entries(raw)
      .map(([name, value]) => [name, parseValue(name, value)] as const)
      .filter(([, value]) => !isAbsent(value)),
  );
  keepSecrets(secretConfigurationNames.map((name) => values[name]).filter((value) => typeof value === "string"));
  const problems = [
    ...problemsOf("Configuration", values),
    ...atLeast(values, "maxRetries", 0),
    ...atLeast(values, "serversPerCall", 1),
    ...textProblems(values),
  ];
  if (problems.length > 0) {
    throw new ConfigurationError(
      problems.map(({ property, reason }) => `${nameOf(property)} ${reason}`).join("; ") + ".",
    );
  }
  const origins = Object.keys(values).map((name): [string, Origin] => [name, { place, name: nameOf(name) }]);
  return { values, origins: Object.fromEntries(origins) };
}

/** An empty value counts as not set: a pipeline's variable that nobody filled is one. */
function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

/** A text of the environment or the configuration without the white space that nobody means, such as a secret file's last newline. */
export function trimmed(name: string, text: string): string {
  const known = text.trim();
  // A password may begin and end with blanks.
  return name === "password" && known !== "" ? text.replace(/^[\r\n]+|[\r\n]+$/g, "") : known;
}

function parseValue(name: string, value: unknown): unknown {
  const parsed = typeof value === "string" ? parseText(name, trimmed(name, value)) : value;
  return name === "endpoints" && isRecord(parsed) ? parseEndpoints(parsed) : parsed;
}

function parseEndpoints(endpoints: Record<string, unknown>): object {
  const urls = Object.entries(endpoints).map(([service, url]) => [
    service,
    typeof url === "string" ? trimmed(service, url) : url,
  ]);
  return Object.fromEntries(urls.filter(([, url]) => !isAbsent(url))) as object;
}

function parseText(name: string, text: string): unknown {
  switch (name) {
    case "endpoints":
    case "insecure":
    case "maxRetries":
    case "serversPerCall":
      try {
        return JSON.parse(text) as unknown;
      } catch {
        return text;
      }
    default:
      return text;
  }
}

function atLeast(values: Record<string, unknown>, name: string, least: number): Problem[] {
  const value = values[name];
  return typeof value === "number" && value < least
    ? [{ property: name, reason: `must be at least ${least}, not ${value}` }]
    : [];
}

function textProblems({ endpoints, ...values }: Record<string, unknown>): Problem[] {
  const services = isRecord(endpoints) ? Object.entries(endpoints) : [];
  return [
    ...Object.entries(values),
    ...services.map(([service, url]) => [`endpoints.${service}`, url] as const),
  ].flatMap(([property, text]) => {
    const reason = typeof text === "string" ? textProblem(property, text) : undefined;
    return reason === undefined ? [] : [{ property, reason }];
  });
}

/** The form of a region, which becomes a part of host names. */
export const regionForm = /^[a-z0-9-]+$/;

/** What is wrong with the text of a setting, if anything: it becomes a part of URLs, headers and signatures. */
function textProblem(name: string, text: string): string | undefined {
  if (/\p{Cc}/u.test(text)) return "holds a line break or another control character";
  switch (name) {
    case "accessKey":
    case "secretKey":
    case "securityToken":
    case "token":
    case "projectId":
    case "domainId":
    case "userId":
      return /^[\x21-\x7e]+$/.test(text) ? undefined : "holds white space, or a character that is none of ASCII's";
    case "region":
      return regionForm.test(text) ? undefined : `must be a region such as "cn-north-4", not ${quoted(text)}`;
    case "cloud":
      return /^[a-z0-9.-]+$/i.test(text)
        ? undefined
        : `must be a domain such as myhuaweicloud.com, not ${quoted(text)}`;
    default:
      return name === "authUrl" || name.startsWith("endpoints.") ? urlProblem(text) : undefined;
  }
}

function urlProblem(text: string): string | undefined {
  const isUrl = !/\s/.test(text) && URL.canParse(text);
  const { protocol, username, password, search, hash } = isUrl ? new URL(text) : ({} as Partial<URL>);
  if (protocol !== "http:" && protocol !== "https:") {
    return `must be a full URL such as https://example.com, not ${quoted(withoutCredentials(text))}`;
  }
  // A user would take the place of the signature, and a path goes behind the whole text.
  return [username, password, search, hash].some(Boolean)
    ? `must be a URL without user, password, query and fragment, not ${quoted(withoutCredentials(text))}`
    : undefined;
}

/** An address as messages show it: its user, password, query and fragment may be secrets. */
function withoutCredentials(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, "$1…@").replace(/[?#].*$/s, "…");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
