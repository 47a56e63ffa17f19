import { variableOf, type SettingPath } from "../../schema/settingDeclarations";
import type { Configuration } from "../../schema/types";
import type { AccessKey } from "../sending/signer";

/** What proves who we are: a token, a user's password, or an access key that signs calls, and perhaps takes an agency first. */
export type Credentials =
  | { kind: "token"; token: string }
  | { kind: "password"; user: IamUser; password: string }
  | KeySource
  | { kind: "agency"; agency: Agency; source: KeySource };

/** An access key, or what is given one for a time: the id token in a file, and the server that this process runs on. */
export type KeySource =
  ({ kind: "accessKey" } & AccessKey) | { kind: "idToken"; idpId: string; file: string } | { kind: "ecsMetadata" };

/** Those that are set in full, without being got from anywhere. */
export type SetCredentials = Exclude<Credentials, { kind: "agency" | "ecsMetadata" }>;

/** An IAM user as IAM's token API names one. */
export type IamUser = { id: string } | { name: string; domain: { id: string } | { name: string } };

/** An agency as IAM's API names one. */
export interface Agency {
  name: string;
  /** The account that it belongs to. */
  domain: { id: string } | { name: string };
  /** For how long its keys are asked for, in seconds; IAM's default where absent. */
  duration?: number;
  /** The account of those who take it, where that is known. */
  takersDomainId?: string;
}

/**
 * The credentials that the values hold: a token before an access key pair, before user and password, before an id token. Undefined
 * where they hold none, or only a part of some.
 */
export function credentialsOf(values: Configuration): SetCredentials | undefined {
  if (values.token !== undefined) return { kind: "token", token: values.token };
  const { accessKey, secretKey, securityToken, idpId, idTokenFile } = values;
  if (accessKey !== undefined && secretKey !== undefined)
    return { kind: "accessKey", accessKey, secretKey, ...(securityToken !== undefined && { securityToken }) };

  if (values.password !== undefined) {
    const user = userOf(values);
    if (user !== undefined) return { kind: "password", user, password: values.password };
  }
  if (idpId !== undefined && idTokenFile !== undefined) return { kind: "idToken", idpId, file: idTokenFile };
  return undefined;
}

/** What the server that this process runs on can give, where it may be asked: the last of all sources. */
export function credentialsOfServer({ ecsMetadata }: Configuration): KeySource | undefined {
  return ecsMetadata === true ? { kind: "ecsMetadata" } : undefined;
}

/** What of the credentials nobody may see. What they are given in exchange is kept where it arrives. */
export function secretsOf(credentials: Credentials): string[] {
  switch (credentials.kind) {
    case "token":
      return [credentials.token];
    case "accessKey": {
      const { accessKey, secretKey, securityToken = "" } = credentials;
      return [accessKey, secretKey, securityToken];
    }
    case "password":
      return [credentials.password];
    case "agency":
      return secretsOf(credentials.source);
    case "idToken":
    case "ecsMetadata":
      return [];
  }
}

/** What is missing of a set of credentials that was begun; undefined where none was. */
export function missingCredential(values: Configuration): string | undefined {
  if (values.accessKey !== undefined) return `${named("secretKey")} is missing beside accessKey`;
  if (values.secretKey !== undefined) return `${named("accessKey")} is missing beside secretKey`;
  if (values.password !== undefined) {
    return values.userName === undefined
      ? `${named("userName")} or ${named("userId")} is missing beside password`
      : `${named("domainName")} or ${named("domainId")} is missing beside userName`;
  }
  if (values.userName !== undefined || values.userId !== undefined)
    return `${named("password")} is missing beside the user`;

  if (values.idpId !== undefined) return `${named("idTokenFile")} is missing beside idpId`;
  if (values.idTokenFile !== undefined) return `${named("idpId")} is missing beside idTokenFile`;
  return undefined;
}

/** A setting as messages name it. */
export function named(setting: SettingPath): string {
  return `${setting} (${variableOf(setting)})`;
}

function userOf({ userId, userName, domainId, domainName }: Configuration): IamUser | undefined {
  if (userId !== undefined) return { id: userId };
  if (userName === undefined) return undefined;
  if (domainId !== undefined) return { name: userName, domain: { id: domainId } };
  return domainName === undefined ? undefined : { name: userName, domain: { name: domainName } };
}
