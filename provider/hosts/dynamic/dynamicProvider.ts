import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { configurationNames } from "../../schema/configurationNames";
import { withDeadline } from "../../operation/deadline";
import type { Logger } from "../../operation/operation";
import type { Declared } from "../../fleet/claims";
import { Fleets } from "../../fleet/fleet";
import { RunRecord } from "../../fleet/runRecord";
import { explicitCredentials } from "../explicitCredentials";
import { keepSecretInputs } from "../secretInputs";
import { secretSettings } from "../secretSettings";
import { unknownSettings } from "../unknownSettings";
import { messageOf } from "../../huawei/errors";
import { HuaweiCloud } from "../../huawei/huaweiCloud";
import { redactSecrets } from "../../text/redaction";
import { resolveSettings } from "../../huawei/settings";
import { ConfigurationError } from "../../huawei/settingValues";
import { PartialFailure, type Context, type Resource } from "../../contract";
import { isOrphaned, stopWhenOrphaned, track } from "./orphan";

/** Properties that pass between the SDK and this host, beside those of the resource. */
interface HostProperties {
  /** The stub's text, which every result must carry on. */
  __provider?: unknown;
  /** The name of the resource in the program: no method of a dynamic provider is told it otherwise. */
  __logicalName?: string;
  /** Which of the program's resources this is, by a number that means something in one run only. */
  __declaration?: number;
  /** The resource option, which the engine tells no provider. */
  __deleteBeforeReplace?: boolean;
  /** `customTimeouts` in seconds: likewise. */
  __timeouts?: Partial<Record<"create" | "update" | "delete", number>>;
  /** Names of the inputs that are secret, or hold a secret: values arrive plain. It is told to check alone. */
  __secrets?: string[];
  /** The project of the resource, by its id: whose account it is, where the credentials of the last update are refused. */
  __project?: string;
}

type Properties = HostProperties & Record<string, unknown>;

/** What Pulumi's dynamic-provider process calls; see `cmd/dynamic-provider` in its Node SDK. */
export interface DynamicProvider {
  /** `rawConfig`: all of the configuration, by a private field of Pulumi's. */
  configure(request: { config: { get(key: string): unknown; rawConfig?: object } }): Promise<void>;
  check(
    olds: Properties,
    news: Properties,
  ): Promise<{ inputs: Properties; failures: { property: string; reason: string }[] }>;
  diff(id: string, olds: Properties, news: Properties): Promise<object>;
  create(inputs: Properties): Promise<{ id: string; outs: Properties }>;
  read(id: string, props: Properties): Promise<{ id: string; props?: Properties; inputs?: Properties }>;
  update(id: string, olds: Properties, news: Properties): Promise<{ outs: Properties }>;
  delete(id: string, props: Properties): Promise<void>;
}

/**
 * The account that all resources of this process work in. Set synchronously: the engine calls other methods before `configure`
 * resolves, and even after it fails.
 */
let account: Account | ConfigurationError | undefined;

/** What is wrong with the names of the configuration. Refresh and destroy go on: they have the configuration of a past update. */
let misspelt: string[] = [];

type Account = Pick<Context, "cloud" | "fleets">;

/** The resources of the program, by the numbers that they have in this run. */
const declarations = new Map<number, Declared>();

/**
 * Resources of the program by digests of their checked inputs, the one that was checked last at the end. Diff, create and update are told
 * nothing but those inputs, and what tells the resource among them would go into the state, where renaming it would show as a change.
 */
const declaredByInputs = new Map<string, readonly Declared[]>();

/** Resources that were checked without earlier inputs, and that the engine therefore creates. */
const toCreate = new Set<Declared>();

/** In milliseconds; the engine kills this process about five seconds after interrupting it. */
const timeToUndo = 4_000;

/** Adapts a resource to Pulumi's dynamic providers. */
export function dynamicProvider<Inputs extends object, State extends object>(
  resource: Resource<Inputs, State>,
): DynamicProvider {
  return {
    // eslint-disable-next-line @typescript-eslint/require-await -- the engine expects a promise
    async configure({ config }) {
      stopWhenOrphaned();
      misspelt = unknownSettings(Object.keys(config.rawConfig ?? {}));
      account ??= connect((name) => config.get(`huaweicloud-cph:${name}`));
    },

    // eslint-disable-next-line @typescript-eslint/require-await -- the engine expects a promise
    async check(olds, news) {
      const { inputs, host } = separate(news);
      const before = separate(olds).inputs;
      // Also what they were: messages name key pairs and servers of the last update.
      for (const values of [before, inputs]) keepSecretInputs(values, host.__secrets);
      const unusable = [...misspelt, ...(account instanceof ConfigurationError ? [account.message] : [])];
      if (unusable.length > 0) {
        return { inputs: news, failures: unusable.map((reason) => ({ property: "", reason })) };
      }
      const { cloud, fleets } = connected();
      const declared = declarationOf(host);
      const checked = resource.check(
        Object.keys(before).length === 0 ? undefined : (before as Partial<Inputs>),
        inputs,
        {
          declared,
          region: cloud.settings.region,
          deleteBeforeReplace: host.__deleteBeforeReplace,
          // What does not say which resource it is cannot be told from others.
          record: host.__declaration === undefined ? new RunRecord() : fleets.record,
        },
      );
      const digest = digestOf(checked.inputs);
      const others = (declaredByInputs.get(digest) ?? []).filter((other) => other !== declared);
      declaredByInputs.set(digest, [...others, declared]);
      if (Object.keys(before).length === 0) toCreate.add(declared);
      else toCreate.delete(declared);
      return {
        inputs: properties(checked.inputs, { __timeouts: host.__timeouts }),
        // Given the property, the engine would print its value, secret or not. The reasons show only what may be shown.
        failures: checked.problems.map(({ property, reason }) => ({
          property: "",
          reason: redactSecrets(`${property} ${reason}`),
        })),
      };
    },

    // eslint-disable-next-line @typescript-eslint/require-await -- the engine expects a promise
    async diff(_id, olds, news) {
      const [before, wanted] = [separate(olds), separate(news)];
      recordProject(before);
      const { changed, replaces, deleteBeforeReplace } = resource.diff(
        before.inputs as State,
        wanted.inputs as Inputs,
        { declared: declaredByInputs.get(digestOf(wanted.inputs))?.at(-1), record: connected().fleets.record },
      );
      // A later delete is told the timeouts that the last update recorded.
      const timeoutsChanged = !isDeepStrictEqual(before.host.__timeouts, wanted.host.__timeouts);
      return { changes: changed.length > 0 || timeoutsChanged, replaces, deleteBeforeReplace };
    },

    create: (news) =>
      run({}, news, "create", async (context, inputs, host) => {
        const { id, state } = await undoneIfOrphaned(resource.create(context, inputs as Inputs));
        return { id, outs: recorded(state, host) };
      }),

    read: (id, props) =>
      run(props, props, "read", async (context, known, host) => {
        // Import and `get` send no state, only what the constructor was given.
        const state = Object.hasOwn(known, "region") ? (known as State) : undefined;
        if (state === undefined && misspelt.length > 0) throw new Error(misspelt.join(" "));
        const found = await resource.read(context, id, state);
        // An empty id says that what the state knows is gone; what was never there is a mistake in the program.
        if (found === undefined && state === undefined) throw new Error(`"${id}" does not exist.`);
        if (found === undefined) return { id: "" };
        const { __timeouts } = host;
        return { id: found.id, props: recorded(found.state, host), inputs: properties(found.inputs, { __timeouts }) };
      }),

    update: (id, olds, news) =>
      run(olds, news, "update", async (context, inputs, host) => {
        const state = await resource.update(context, id, separate(olds).inputs as State, inputs as Inputs);
        return { outs: recorded(state, host) };
      }),

    delete: (id, props) =>
      run(props, props, "delete", (context, state) => resource.delete(context, id, state as State)),
  };

  /** A create that ends after the engine is gone would leave a resource that no state knows. */
  async function undoneIfOrphaned(
    create: Promise<{ id: string; state: State }>,
  ): Promise<{ id: string; state: State }> {
    try {
      const created = await create;
      if (isOrphaned()) await undo(created.id, created.state);
      return created;
    } catch (error) {
      if (isOrphaned() && error instanceof PartialFailure && !error.wasThere)
        await undo(error.id, error.state as State);
      throw error;
    }
  }

  async function undo(id: string, state: State): Promise<void> {
    await withDeadline(timeToUndo, undefined, async (signal, deadline) =>
      resource.undoCreate?.({ ...connected(), signal, deadline, log, ownLog: log }, id, state),
    );
  }

  /** Runs one operation within its deadline and turns what it throws into what the engine understands. */
  async function run<T>(
    olds: Properties,
    props: Properties,
    kind: "create" | "read" | "update" | "delete",
    operate: (context: Context, own: Record<string, unknown>, host: HostProperties) => Promise<T>,
  ): Promise<T> {
    const before = separate(olds);
    recordProject(before);
    const { inputs, host } = separate(props);
    const seconds = kind === "read" ? undefined : host.__timeouts?.[kind];
    const timeout = seconds ? seconds * 1000 : resource.defaultTimeout;
    // What is read or deleted is what the state knows, whether or not the program declares the same.
    const declared = kind === "create" || kind === "update" ? declaredFor(kind, inputs) : undefined;
    const logicalName = declared?.logicalName ?? host.__logicalName ?? before.host.__logicalName;
    const named = { ...host, __logicalName: logicalName, __project: before.host.__project };
    try {
      return await track((stopped) =>
        withDeadline(timeout, stopped, (signal, deadline) =>
          operate(
            { ...connected(), signal, deadline, log, ownLog: logOf(logicalName), logicalName, declared },
            inputs,
            named,
          ),
        ),
      );
    } catch (error) {
      throw engineError(error, kind, named);
    }
  }
}

/** Of several resources with the same inputs one that the engine has still to create, or one that was there before. */
function declaredFor(kind: "create" | "update", inputs: object): Declared | undefined {
  const candidates = declaredByInputs.get(digestOf(inputs)) ?? [];
  const declared = candidates.findLast((candidate) => toCreate.has(candidate) === (kind === "create"));
  if (declared !== undefined) toCreate.delete(declared);
  return declared ?? candidates.at(-1);
}

/** Tells the cloud of the project in which the state knows a resource. */
function recordProject({ inputs: { region }, host: { __project } }: ReturnType<typeof separate>): void {
  if (typeof region === "string" && __project !== undefined) connected().cloud.recordProject(region, __project);
}

/** The same object for the same resource: the engine has a replacement checked twice. */
function declarationOf({ __declaration, __logicalName = "" }: HostProperties): Declared {
  const known = __declaration === undefined ? undefined : declarations.get(__declaration);
  const declared = known ?? { logicalName: __logicalName };
  if (__declaration !== undefined) declarations.set(__declaration, declared);
  return declared;
}

function connect(get: (name: string) => unknown): Account | ConfigurationError {
  try {
    const raw = Object.fromEntries(configurationNames.map((name) => [name, get(name)]));
    keepSecretInputs(raw, namesOf(get(secretSettings)));
    const cloud = new HuaweiCloud(resolveSettings(raw, process.env, get(explicitCredentials) !== undefined));
    return { cloud, fleets: new Fleets(cloud) };
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
}

function namesOf(list: unknown): string[] {
  return typeof list === "string" ? (JSON.parse(list) as string[]) : [];
}

function connected(): Account {
  if (account === undefined || account instanceof ConfigurationError) {
    throw account ?? new Error("The provider is not configured.");
  }
  return account;
}

/** The engine shows standard output at the stack. */
const log = {
  info: (message: string) => {
    console.log(redactSecrets(message));
  },
  warn: (message: string) => {
    console.error(`warning: ${redactSecrets(message)}`);
  },
};

/** Nothing but its name tells which resource a message is about. */
function logOf(logicalName: string | undefined): Logger {
  const prefix = logicalName === undefined ? "" : `${logicalName}: `;
  return {
    info: (message) => {
      log.info(`${prefix}${message}`);
    },
    warn: (message) => {
      log.warn(`${prefix}${message}`);
    },
  };
}

function separate(props: Properties): { inputs: Record<string, unknown>; host: HostProperties } {
  const { __provider, __logicalName, __declaration, __deleteBeforeReplace, __timeouts, __secrets, __project, ...own } =
    props;
  const inputs = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== null));
  return {
    inputs,
    host: { __provider, __logicalName, __declaration, __deleteBeforeReplace, __timeouts, __secrets, __project },
  };
}

/** The same for the same properties, in whatever order they come back; it keeps no private key in memory. */
function digestOf(own: object): string {
  const text = JSON.stringify(own, (_name, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort())
      : value,
  );
  return createHash("sha256").update(text).digest("base64");
}

/** The properties as the engine takes them: a value that JSON does not know would make it fail after the operation is done. */
function properties(own: object, { __timeouts, __logicalName, __project }: HostProperties): Properties {
  return JSON.parse(JSON.stringify({ ...own, __timeouts, __logicalName, __project })) as Properties;
}

/** A state as the engine takes it, with the project in which this run saw the resource, or else an earlier one. */
function recorded(state: object, host: HostProperties): Properties {
  const { region } = state as { region?: string };
  const project = region === undefined ? undefined : connected().cloud.projectIn(region);
  return properties(state, { ...host, __project: project ?? host.__project });
}

/**
 * A partial failure carries the id and the properties to record; nothing else may look like one. All lose their stack, which the
 * engine would print.
 */
function engineError(error: unknown, kind: string, host: HostProperties): Error {
  const plain = new Error(redactSecrets(messageOf(error)));
  plain.stack = "";
  if (!(error instanceof PartialFailure) || kind === "delete") return plain;
  return Object.assign(plain, {
    id: error.id,
    properties: { ...recorded(error.state as object, host), __provider: host.__provider },
    reasons: error.reasons.map(redactSecrets),
  });
}
