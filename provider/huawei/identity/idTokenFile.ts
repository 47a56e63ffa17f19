import { readFileSync } from "node:fs";
import { quoted } from "../../text/text";
import { keepSecrets } from "../../text/redaction";
import { named } from "../settings/credentials";
import { ConfigurationError } from "../settings/settingValues";

/** The id token in a file, as it is now: pipelines put new ones there. Throws {@link ConfigurationError}, which never shows it. */
export function readIdToken(file: string): string {
  if (tokenForm.test(file)) throw tokenInPlaceOfFile(file);
  const about = `${named("idTokenFile")} names the file ${quoted(file)}`;
  const advice = "Have the pipeline write its id token there before Pulumi runs";
  let token: string;
  try {
    token = readFileSync(file, "utf8").trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENAMETOOLONG") throw tokenInPlaceOfFile(file);
    throw new ConfigurationError(`${about}, which cannot be read: ${(error as Error).message}. ${advice}.`);
  }
  if (token === "") throw new ConfigurationError(`${about}, which is empty. ${advice}.`);
  keepSecrets([token]);
  return token;
}

/** The beginning of a JSON Web Token, which no path of a file has. */
const tokenForm = /^eyJ[\w-]*\.[\w-]*\./;

/** GitLab, among others, puts the token itself into the variable. */
function tokenInPlaceOfFile(token: string): ConfigurationError {
  keepSecrets([token]);
  return new ConfigurationError(`${named("idTokenFile")} holds the token itself; name a file that holds it.`);
}
