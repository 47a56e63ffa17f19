import * as pulumi from "@pulumi/pulumi";
import { keepSecretInputs } from "../../provider/hosts/secretInputs";
import { namespace, unknownSettings } from "../../provider/hosts/unknownSettings";
import { configurationNames, secretConfigurationNames } from "../../provider/schema/configurationNames";
import { failure } from "./failure";

/** Programs that were warned, by the resource that stands for the run: a process may run several. */
const warned = new WeakSet<object>();
const noStack = {};

/** The settings of the stack's configuration, all texts. Throws where the package's namespace holds another name. */
export function stackConfiguration(): Record<string, string | undefined> {
  const all = pulumi.runtime.allConfig();
  const unknown = unknownSettings(Object.keys(all));
  if (unknown.length > 0) throw failure(unknown.join(" "));
  const values = Object.fromEntries(configurationNames.map((name) => [name, all[`${namespace}${name}`]]));
  keepSecretInputs(values, [...secretConfigurationNames, ...configurationNames.filter(isSecret)]);
  warnOfPlainSecrets();
  return values;
}

/** Warns of secrets that the stack's configuration holds in plain text, once a run. */
export function warnOfPlainSecrets(): void {
  const run = pulumi.runtime.getStackResource() ?? noStack;
  if (warned.has(run)) return;
  warned.add(run);
  for (const name of secretConfigurationNames) {
    if (!pulumi.runtime.getConfig(`${namespace}${name}`)?.trim() || isSecret(name)) continue;
    void pulumi.log.warn(
      `${namespace}${name} is a secret that the configuration holds in plain text. Encrypt it: ` +
        `\`pulumi config set --secret ${namespace}${name}\` asks for the value.`,
    );
  }
}

/** Pulumi's declarations leave this function out. */
const runtime: { isConfigSecret?: (key: string) => boolean } = pulumi.runtime as object;

function isSecret(name: string): boolean {
  return runtime.isConfigSecret?.(`${namespace}${name}`) ?? true;
}
