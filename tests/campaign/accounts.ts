/** Two accounts at one cloud: what a run has for credentials, when they end, and those of another account beside them. */
import fc from "fast-check";
import { publicKeys } from "../../provider/testing/keys";
import { userOf } from "../../provider/testing/simulatedCloud";
import type { Simulator } from "../../simulator";
import { foreignKeypairs, region } from "./disturbance";
import type { PlayedCall, PlayedCloud } from "./playedCloud";

/** A cloud that has more than one account, and in which credentials come and go. */
export type PlayedAccounts = PlayedCloud &
  Pick<
    Simulator,
    "calls" | "projects" | "addProject" | "addUser" | "addAccessKey" | "revokeAccessKey" | "expireTokens"
  >;

/** Not every cloud can have its tokens expire. */
export function hasAccounts(cloud: PlayedCloud): cloud is PlayedAccounts {
  return "expireTokens" in cloud && "projects" in cloud;
}

/** What a run is configured with, what stands in its environment, and what becomes of its credentials. */
export interface RunSettings {
  /** The configuration has none where they are the environment's. */
  credentials: "access key" | "temporary key" | "password" | "environment's";
  namesProject: boolean;
  serversPerCall?: number;
  environment: "nothing" | "our key" | "another account's key" | "another account's user";
  /** The environment names the project of the account whose credentials it has. */
  environmentNamesProject: boolean;
  /** The configured credentials are revoked, or expire, after so many calls of the run. */
  endsAfter?: number;
}

/** Settings of a run. Credentials that were revoked before it began are frequent: the state has those of the last update. */
export const runSettings: fc.Arbitrary<RunSettings> = fc
  .record({
    credentials: fc.constantFrom(
      "access key" as const,
      "temporary key" as const,
      "password" as const,
      "environment's" as const,
    ),
    namesProject: fc.boolean(),
    serversPerCall: fc.constantFrom(undefined, 1, 3),
    environment: fc.constantFrom(
      "nothing" as const,
      "our key" as const,
      "another account's key" as const,
      "another account's user" as const,
    ),
    environmentNamesProject: fc.boolean(),
    endsAfter: fc.oneof(fc.constantFrom(undefined, 0), fc.nat({ max: 12 })),
  })
  .map(({ serversPerCall, endsAfter, ...rest }) => {
    const areFromEnvironment = rest.credentials === "environment's";
    return {
      ...rest,
      ...(areFromEnvironment && { namesProject: false }),
      ...(areFromEnvironment && rest.environment === "nothing" && { environment: "our key" as const }),
      ...(serversPerCall !== undefined && { serversPerCall }),
      ...(endsAfter !== undefined && !areFromEnvironment && { endsAfter }),
    };
  });

/**
 * Whether the run has nothing but credentials of another account. Where the state knows a project, it shows; a program that makes its first
 * resource makes it where it is told to.
 */
export function isAnothersAlone({ credentials, environment }: RunSettings): boolean {
  return credentials === "environment's" && isAnothers(environment);
}

/** Whether a run with these settings may fail. One whose old key is replaced with a new key of the same account may not. */
export function isDisturbing(settings: RunSettings): boolean {
  const { credentials, namesProject, environment, environmentNamesProject, endsAfter } = settings;
  if (credentials === "environment's") return isAnothers(environment);
  if (endsAfter !== undefined) return endsAfter > 0 || environment !== "our key" || !namesProject;
  return isAnothers(environment) && environmentNamesProject && !namesProject;
}

/** The package's configuration and the environment of a run. */
export interface Given {
  configuration: Record<string, unknown>;
  environment: Record<string, string>;
}

const otherProject = "e".repeat(32);
const other = { name: "other", domain: "other-account", password: "password-of-the-other-account" };
const otherKey = { accessKey: "OTHERACCESSKEY", secretKey: "secret-key-of-the-other-account", user: other.name };
const spareKey = { accessKey: "OURSPAREKEY", secretKey: "secret-key-that-we-have-to-spare" };

export class Accounts {
  /** How often our credentials were renewed. */
  private generation = 0;
  private readonly othersAtFirst: string;

  private constructor(private readonly cloud: PlayedAccounts) {
    this.othersAtFirst = this.others();
  }

  /** Adds the other account, which has key pairs of the names that programs give, with the same keys and with others. */
  static async open(cloud: PlayedAccounts): Promise<Accounts> {
    cloud.addProject(region, otherProject, other.domain);
    cloud.addUser(other);
    cloud.addAccessKey(otherKey);
    cloud.addAccessKey({ ...spareKey, user: cloud.credentials.user });
    const keys = Object.values(publicKeys);
    const names = [foreignKeypairs.first, "key0-x", "key1-x", "key1-y", "key2-y", "key3-x"];
    for (const [place, name] of names.entries())
      await cloud.replaceKeypair(otherProject, name, { publicKey: keys[place % keys.length] ?? "" });

    const accounts = new Accounts(cloud);
    accounts.add();
    return accounts;
  }

  /** What no output may show. */
  get secrets(): Record<string, string> {
    const { temporary, user } = this.ours();
    return {
      "secret key of the other account": otherKey.secretKey,
      "password of the other account": other.password,
      "our spare secret key": spareKey.secretKey,
      [`our secret key ${this.generation}`]: temporary.secretKey,
      [`our security token ${this.generation}`]: temporary.securityToken,
      [`our password ${this.generation}`]: user.password,
    };
  }

  /** What a run with such settings is given. */
  given(settings: RunSettings): Given {
    const { credentials, namesProject, serversPerCall, environment, environmentNamesProject } = settings;
    const { key, temporary, user } = this.ours();
    const projectId = this.cloud.projects[region] ?? "";
    const configured = {
      "access key": { accessKey: key.accessKey, secretKey: key.secretKey },
      "temporary key": temporary,
      "environment's": {},
      password: userOf({ credentials: { ...this.cloud.credentials, user: user.name, password: user.password } }),
    }[credentials];
    const present: Record<string, string> = {
      nothing: {},
      "our key": keyVariables(spareKey),
      "another account's key": keyVariables(otherKey),
      "another account's user": {
        HW_USER_NAME: other.name,
        HW_DOMAIN_NAME: other.domain,
        HW_USER_PASSWORD: other.password,
      },
    }[environment];
    const namesPresentProject = environmentNamesProject && environment !== "nothing";
    return {
      configuration: {
        ...configured,
        ...(serversPerCall !== undefined && { serversPerCall }),
        ...(namesProject && { projectId }),
      },
      environment: {
        ...present,
        ...(namesPresentProject && { HW_PROJECT_ID: isAnothers(environment) ? otherProject : projectId }),
      },
    };
  }

  /** The configured credentials of the last run are good for nothing any more. */
  end(): void {
    const { key, temporary, user } = this.ours();
    this.cloud.revokeAccessKey(key.accessKey);
    this.cloud.revokeAccessKey(temporary.accessKey);
    this.cloud.addUser({ ...user, password: "nobody knows it" });
    this.cloud.expireTokens();
  }

  /** There are new ones of the same account. */
  renew(): void {
    this.generation++;
    this.add();
  }

  /**
   * Whatever happens, nothing happens to what another account has. Once a run's credentials were accepted, no others take their place;
   * where a command is a single run, the calls show it.
   */
  complaints(isSingleRun: boolean): string[] {
    return [...this.complaintsAboutOthers(), ...(isSingleRun ? this.complaintsAboutReplacement() : [])];
  }

  private complaintsAboutReplacement(): string[] {
    const calls = this.cloud.calls();
    const isOfConfigured = ({ accessKey }: PlayedCall) => /^OUR(ACCESS|TEMPORARY)KEY/.test(accessKey ?? "");
    const accepted = calls.findIndex((call) => isOfConfigured(call) && (call.status ?? 500) < 400);
    return calls
      .filter(({ accessKey }, place) => accepted >= 0 && place > accepted && isInEnvironment(accessKey))
      .map(({ operation }) => `credentials that were accepted were replaced for ${String(operation)}`);
  }

  private complaintsAboutOthers(): string[] {
    const written = this.cloud
      .calls()
      .filter(({ method, path, status }) => method !== "GET" && path.includes(otherProject) && (status ?? 200) < 400)
      .map(({ operation }) => `another account was sent ${String(operation)}`);
    return this.others() === this.othersAtFirst ? written : [...written, "another account was changed"];
  }

  private add(): void {
    const { key, temporary, user } = this.ours();
    this.cloud.addUser(user);
    this.cloud.addAccessKey({ ...key, user: user.name });
    this.cloud.addAccessKey({ ...temporary, user: user.name });
  }

  private ours() {
    const { domain } = this.cloud.credentials;
    const [number, secretKey] = [this.generation, `secret-key-of-ours-of-generation-${this.generation}`];
    return {
      user: { name: `our-user-${number}`, domain, password: `password-of-ours-of-generation-${number}` },
      key: { accessKey: `OURACCESSKEY${number}`, secretKey },
      temporary: {
        accessKey: `OURTEMPORARYKEY${number}`,
        secretKey,
        securityToken: `security-token-of-ours-of-generation-${number}`,
      },
    };
  }

  private others(): string {
    return JSON.stringify(this.cloud.state().projects.slice(1));
  }
}

function isAnothers(environment: RunSettings["environment"]): boolean {
  return environment.startsWith("another");
}

function isInEnvironment(accessKey: string | null): boolean {
  return accessKey === spareKey.accessKey || accessKey === otherKey.accessKey;
}

function keyVariables({ accessKey, secretKey }: { accessKey: string; secretKey: string }): Record<string, string> {
  return { HW_ACCESS_KEY: accessKey, HW_SECRET_KEY: secretKey };
}
