import * as pulumi from "@pulumi/pulumi";
import { explicitCredentials } from "../../provider/hosts/explicitCredentials";
import { secretSettings } from "../../provider/hosts/secretSettings";
import { keepSecretValues } from "../../provider/text/redaction";
import {
  configurationNames,
  credentialConfigurationNames,
  secretConfigurationNames,
} from "../../provider/schema/configurationNames";
import type { Configuration } from "../../provider/schema/types";
import { requireEngine } from "./engine";
import { failTogether } from "./failure";
import type { ArgsOf } from "./inputs";
import { namesOfSecrets } from "./secrets";

/** Arguments of a {@link Provider}. Those left out come from the environment, then from the shared configuration file. */
export type ProviderArgs = ArgsOf<Configuration>;

/**
 * A second account or region, for some of a program's resources. Pass it as the `provider` option of resources and functions.
 */
export class Provider extends pulumi.ProviderResource {
  /** @internal What functions run with. Two underscores keep it out of stack outputs that hold the provider. */
  readonly __configuration: pulumi.Output<Configuration>;
  /** @internal Names of those that the program gave as secrets. */
  readonly __secretSettings: Promise<string[] | undefined>;

  constructor(name: string, args: ProviderArgs = {}, opts?: pulumi.ResourceOptions) {
    requireEngine();
    // A copy: programs in plain JavaScript may pass null.
    const given = Object.entries({ ...args }).filter(([, value]) => !isAbsent(value));
    const secrets = namesOfSecrets(Object.fromEntries(given));
    const settings = new Map(given.map(([key, value]) => [key, settingOf(key, value, secrets)]));
    const inputs: pulumi.Inputs = {
      ...Object.fromEntries([...settings].map(([key, setting]) => [`huaweicloud-cph:${key}`, setting])),
      [`huaweicloud-cph:${explicitCredentials}`]: markOfCredentials(settings),
      [`huaweicloud-cph:${secretSettings}`]: secrets.then(listOfOthers),
    };
    super("pulumi-nodejs", name, inputs, opts);
    failTogether(this, name, Promise.all(settings.values()));
    this.__configuration = pulumi.secret(pulumi.jsonParse(pulumi.jsonStringify({ ...args }, undefinedForNull)));
    this.__secretSettings = secrets;
  }
}

/** The names beside those that are always secret. */
function listOfOthers(secrets: string[] | undefined): string | undefined {
  const others = secrets?.filter((name) => !secretConfigurationNames.includes(name as keyof Configuration)) ?? [];
  return others.length === 0 ? undefined : JSON.stringify(others);
}

/**
 * A setting as the engine takes it: configuration values are texts, whatever they hold. Undefined where an output or a promise turns
 * out to hold nothing: what is registered would be an empty text.
 */
async function settingOf(
  key: string,
  value: unknown,
  secrets: Promise<string[] | undefined>,
): Promise<pulumi.Output<string | undefined> | undefined> {
  const text = pulumi.jsonStringify(value, undefinedForNull).apply(textOf);
  const known: unknown = pulumi.runtime.unwrapRpcSecret(await pulumi.runtime.serializeProperty(key, text));
  if (isAbsent(known)) return undefined;
  // A name that is no setting is refused where the provider is used; it may be that of a secret, misspelt.
  const isAlwaysSecret = isSecretName(key) || !(configurationNames as readonly string[]).includes(key);
  // The engine repeats what it is given, and Pulumi's SDK notes that in its debug log.
  if (isAlwaysSecret || (await secrets)?.includes(key)) keepSecretValues([String(known)]);
  return isAlwaysSecret ? pulumi.secret(text) : text;
}

function textOf(json: string | undefined): string | undefined {
  return json?.startsWith('"') ? String(JSON.parse(json)) : json;
}

/** Leaves out of JSON what is not set, at every level. */
function undefinedForNull(_name: string, value: unknown): unknown {
  return value ?? undefined;
}

/** Says that the settings hold credentials, where they do. */
async function markOfCredentials(settings: ReadonlyMap<string, Promise<unknown>>): Promise<string | undefined> {
  try {
    const credentials = await Promise.all(
      [...settings].filter(([name]) => isCredentialName(name)).map(([, setting]) => setting),
    );
    return credentials.some((setting) => setting !== undefined) ? "true" : undefined;
  } catch {
    // The program is told where the setting itself is registered.
    return undefined;
  }
}

function isSecretName(key: string): boolean {
  return (secretConfigurationNames as readonly string[]).includes(key);
}

function isCredentialName(key: string): boolean {
  return (credentialConfigurationNames as readonly string[]).includes(key);
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

/** The provider that a resource or function with these options would be given; undefined for the stack's configuration. */
export function providerOf(
  opts: Pick<pulumi.InvokeOptions, "provider" | "parent"> | undefined,
): pulumi.ProviderResource | undefined {
  return opts?.provider ?? opts?.parent?.getProvider("pulumi-nodejs::");
}
