import { readFileSync, statSync } from "node:fs";
import { homedir, platform } from "node:os";
import { defaultsOf } from "../../schema/defaults";
import type { Configuration } from "../../schema/types";
import { ConfigurationError, parse, type Origin, type SettingValues } from "./settingValues";

/** The shared configuration file, as Huawei Cloud's command line tool writes it. */
interface SharedFile {
  current?: string;
  profiles?: (Profile | null)[];
  /** Whether the tool encrypts the keys that it stores from now on; a text. It does where this is absent. */
  authEncrypt?: unknown;
}

interface Profile {
  name?: string;
  accessKeyId?: string;
  secretAccessKey?: string;
  securityToken?: string;
  region?: string;
  projectId?: string;
  agencyName?: string;
  agencyDomainName?: string;
  agencyDomainId?: string;
}

const nothing: SettingValues = { values: {}, origins: {} };

/** What the shared configuration file's profile holds; nothing where there is no file and none is asked for. */
export function readSharedFile(settings: Configuration): SettingValues {
  const read = readProfile(settings);
  if (read === undefined) return nothing;
  const { file, profile, areKeysEncrypted } = read;
  const name = `profile "${profile.name ?? ""}" of ${file}`;
  if (areKeysEncrypted) {
    throw new ConfigurationError(
      `The access key of ${name} is encrypted, and only the command line tool itself can read it. ` +
        "`hcloud configure set --cli-auth-encrypt=false` stores it in plain text; or set an access key in the environment.",
    );
  }
  const { values } = parse(
    {
      accessKey: profile.accessKeyId,
      secretKey: profile.secretAccessKey,
      securityToken: profile.securityToken,
      region: profile.region,
      projectId: profile.projectId,
      assumeRole: {
        agencyName: profile.agencyName,
        domainName: profile.agencyDomainName,
        domainId: profile.agencyDomainId,
      },
    },
    "file",
    (property) => `${file}: ${property}`,
  );
  const origin: Origin = { place: "file", name };
  return { values, origins: Object.fromEntries(Object.keys(values).map((setting) => [setting, origin])) };
}

/** The region of the profile, whether or not its keys can be read. */
export function regionOfSharedFile(settings: Configuration): string | undefined {
  const { file = "", profile } = readProfile(settings) ?? {};
  return parse({ region: profile?.region }, "file", (property) => `${file}: ${property}`).values.region;
}

/** The agency of the profile, where the settings name that or its file; whether or not its keys can be read. */
export function agencyOfNamedFile(settings: Configuration): string | undefined {
  if (settings.profile === undefined && settings.sharedConfigFile === undefined) return undefined;
  try {
    const { agencyName } = readProfile(settings)?.profile ?? {};
    return typeof agencyName === "string" && agencyName !== "" ? agencyName : undefined;
  } catch {
    // What is not needed need not be readable.
    return undefined;
  }
}

function readProfile(
  settings: Configuration,
): { file: string; profile: Profile; areKeysEncrypted: boolean } | undefined {
  const { sharedConfigFile, profile: wanted } = settings;
  const file = sharedFilePath(settings);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (sharedConfigFile === undefined && wanted === undefined) return undefined;
    throw new ConfigurationError(`The shared configuration file ${file} cannot be read: ${(error as Error).message}.`);
  }
  let content: SharedFile | null;
  try {
    content = JSON.parse(text) as typeof content;
  } catch {
    throw new ConfigurationError(`The shared configuration file ${file} is not valid JSON.`);
  }
  const name = wanted ?? content?.current;
  const profiles = Array.isArray(content?.profiles) ? content.profiles : [];
  const profile = profiles.find((candidate) => candidate?.name === name);
  if (profile) return { file, profile, areKeysEncrypted: areKeysEncrypted(profile, content?.authEncrypt) };
  if (wanted === undefined) return undefined;
  throw new ConfigurationError(`The shared configuration file ${file} has no profile "${wanted}".`);
}

/** Of plain ids and secrets. What is encrypted is longer than `longest`. */
const plain = { accessKeyId: 20, secretAccessKey: 40 };
const longest = { accessKeyId: 40, secretAccessKey: 60 };

/** Told by their length, and by what the file says only where that does not tell: it goes for keys that are stored later. */
function areKeysEncrypted({ accessKeyId, secretAccessKey }: Profile, authEncrypt: unknown): boolean {
  if (!accessKeyId && !secretAccessKey) return false;
  const [id, secret] = [lengthOf(accessKeyId), lengthOf(secretAccessKey)];
  if (id > longest.accessKeyId || secret > longest.secretAccessKey) return true;
  const arePlain = id === plain.accessKeyId && secret === plain.secretAccessKey;
  return !arePlain && (authEncrypt === true || authEncrypt === "true");
}

/** Values of a file may be of any type. */
function lengthOf(value: unknown): number {
  return typeof value === "string" ? value.length : 0;
}

/** Whether the file that holds the credentials is its owner's alone. Windows has no such permissions. */
export function openFileWarnings(settings: Configuration): string[] {
  const file = sharedFilePath(settings);
  const { mode = 0 } = statSync(file, { throwIfNoEntry: false }) ?? {};
  if (platform() === "win32" || (mode & 0o077) === 0) return [];
  const permissions = (mode & 0o777).toString(8);
  return [
    `The shared configuration file ${file} holds credentials and is open to other users (mode ${permissions}): chmod 600 it.`,
  ];
}

function sharedFilePath({ sharedConfigFile }: Configuration): string {
  return (sharedConfigFile ?? defaultsOf("Configuration").sharedConfigFile).replace(/^~(?=\/)/, homedir());
}
