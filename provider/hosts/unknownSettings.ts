import { configurationNames } from "../schema/configurationNames";
import { suggestion } from "../schema/validation";
import { asSentence } from "../text/text";
import { explicitCredentials } from "./explicitCredentials";
import { secretSettings } from "./secretSettings";

/** What the names of the package's settings begin with in Pulumi's configuration. */
export const namespace = "huaweicloud-cph:";

const known: readonly string[] = [...configurationNames, explicitCredentials, secretSettings];

/**
 * A sentence for each name of Pulumi's configuration that is in the package's namespace and no setting: were it ignored, another region
 * or account might be changed than was meant.
 */
export function unknownSettings(keys: readonly string[]): string[] {
  return keys
    .filter((key) => key.startsWith(namespace) && !known.includes(key.slice(namespace.length)))
    .map((key) => asSentence(`${key} is not a setting${suggestion(key.slice(namespace.length), configurationNames)}`));
}
