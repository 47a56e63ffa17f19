import { readFileSync, statSync } from "node:fs";
import { homedir, platform } from "node:os";
import { defaultsOf } from "../schema/defaults";
import type { Configuration } from "../schema/types";
import { ConfigurationError, parse, type Origin, type SettingValues } from "./settingValues";

/** A profile of the shared configuration file, as Huawei Cloud's command line tool writes it. */
interface Profile {
  name?: string;
  accessKeyId?: string;
  secretAccessKey?: string;
  securityToken?: string;
  region?: string;
  projectId?: string;
}

const nothing: SettingValues = { values: {}, origins: {} };

/** What the shared configuration file's profile holds; nothing where there is no file and none is asked for. */
export function readSharedFile(settings: Configuration): SettingValues {
  const { sharedConfigFile, profile } = settings;
  const file = sharedFilePath(settings);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (sharedConfigFile === undefined && profile === undefined) return nothing;
    throw new ConfigurationError(`The shared configuration file ${file} cannot be read: ${(error as Error).message}.`);
  }
  let content: { current?: string; profiles?: (Profile | null)[] } | null;
  try {
    content = JSON.parse(text) as typeof content;
  } catch {
    throw new ConfigurationError(`The shared configuration file ${file} is not valid JSON.`);
  }
  const name = profile ?? content?.current;
  const profiles = Array.isArray(content?.profiles) ? content.profiles : [];
  const found = profiles.find((candidate) => candidate?.name === name);
  if (!found) {
    if (profile === undefined) return nothing;
    throw new ConfigurationError(`The shared configuration file ${file} has no profile "${profile}".`);
  }
  const { values } = parse(
    {
      accessKey: found.accessKeyId,
      secretKey: found.secretAccessKey,
      securityToken: found.securityToken,
      region: found.region,
      projectId: found.projectId,
    },
    "file",
    (property) => `${file}: ${property}`,
  );
  const origin: Origin = { place: "file", name: `profile "${found.name ?? ""}" of ${file}` };
  return { values, origins: Object.fromEntries(Object.keys(values).map((setting) => [setting, origin])) };
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
