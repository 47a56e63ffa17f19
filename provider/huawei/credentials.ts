import { variableOf } from "../schema/settingDeclarations";
import type { Configuration } from "../schema/types";
import type { AccessKey } from "./signer";

/** What proves who we are: a token, an access key pair, or a user's password. */
export type Credentials =
  | { kind: "token"; token: string }
  | ({ kind: "accessKey" } & AccessKey)
  | { kind: "password"; user: IamUser; password: string };

/** An IAM user as IAM's token API names one. */
export type IamUser = { id: string } | { name: string; domain: { id: string } | { name: string } };

/**
 * The credentials that the values hold: a token before an access key pair, before user and password. Undefined where they hold
 * none, or only a part of some.
 */
export function credentialsOf(values: Configuration): Credentials | undefined {
  if (values.token !== undefined) return { kind: "token", token: values.token };
  const { accessKey, secretKey, securityToken } = values;
  if (accessKey !== undefined && secretKey !== undefined) {
    return { kind: "accessKey", accessKey, secretKey, ...(securityToken !== undefined && { securityToken }) };
  }
  if (values.password !== undefined) {
    const user = userOf(values);
    if (user !== undefined) return { kind: "password", user, password: values.password };
  }
  return undefined;
}

/** What of the credentials nobody may see. */
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
  }
}

/** What is missing of a set of credentials that was begun; undefined where none was. */
export function missingCredential(values: Configuration): string | undefined {
  if (values.accessKey !== undefined) return `${named("secretKey")} is missing beside accessKey`;
  if (values.secretKey !== undefined) return `${named("accessKey")} is missing beside secretKey`;
  if (values.password === undefined) {
    return values.userName !== undefined || values.userId !== undefined
      ? `${named("password")} is missing beside the user`
      : undefined;
  }
  return values.userName === undefined
    ? `${named("userName")} or ${named("userId")} is missing beside password`
    : `${named("domainName")} or ${named("domainId")} is missing beside userName`;
}

function named(setting: keyof Configuration): string {
  return `${setting} (${variableOf(setting)})`;
}

function userOf({ userId, userName, domainId, domainName }: Configuration): IamUser | undefined {
  if (userId !== undefined) return { id: userId };
  if (userName === undefined) return undefined;
  if (domainId !== undefined) return { name: userName, domain: { id: domainId } };
  return domainName === undefined ? undefined : { name: userName, domain: { name: domainName } };
}
