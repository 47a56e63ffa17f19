import { isDeepStrictEqual } from "node:util";
import { PartialFailure, type Context, type Resource } from "../../contract";
import { RunRecord } from "../../fleet/runRecord";
import { messageOf } from "../../huawei/errors/errors";
import { ConfigurationError } from "../../huawei/settings/settingValues";
import { configurationNames } from "../../schema/configurationNames";
import { redactSecrets } from "../../text/redaction";
import { Accounts, problemsOf, requireAccount, type Account } from "../account";
import { checkFailure, checkFailuresOf, type CheckFailure } from "../checkFailures";
import { explicitCredentials } from "../explicitCredentials";
import { Operations, read, stateToRead } from "../operations";
import { projectOf, recallProject, runInProject, type Beginning } from "../projects";
import { keepSecretInputs } from "../secretInputs";
import { secretSettings } from "../secretSettings";
import { namespace, unknownSettings } from "../unknownSettings";
import { Declarations } from "./declarations";
import { properties, separate, type HostProperties, type Properties } from "../hostProperties";
import { accountLog, logOf } from "./logs";
import { stopWhenOrphaned } from "../orphan";

/** What Pulumi's dynamic-provider process calls; see `cmd/dynamic-provider` in its Node SDK. */
export interface DynamicProvider {
  /** `rawConfig`: all of the configuration, by a private field of Pulumi's. */
  configure(request: { config: { get(key: string): unknown; rawConfig?: object } }): Promise<void>;
  check(olds: Properties, news: Properties): Promise<{ inputs: Properties; failures: CheckFailure[] }>;
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

const operations = new Operations();
const declarations = new Declarations();

/** Adapts a resource to Pulumi's dynamic providers. */
export function dynamicProvider<Inputs extends object, State extends object>(
  resource: Resource<Inputs, State>,
): DynamicProvider {
  return {
    // eslint-disable-next-line @typescript-eslint/require-await -- the engine expects a promise
    async configure({ config }) {
      stopWhenOrphaned(operations);
      misspelt = unknownSettings(Object.keys(config.rawConfig ?? {}));
      account ??= connect((name) => config.get(`${namespace}${name}`));
    },

    // eslint-disable-next-line @typescript-eslint/require-await -- the engine expects a promise
    async check(olds, news) {
      const { inputs, host } = separate(news);
      const before = separate(olds).inputs;
      // Also what they were: messages name key pairs and servers of the last update.
      for (const values of [before, inputs]) keepSecretInputs(values, host.__secrets);
      const unusable = [...misspelt, ...problemsOf(account)];
      if (unusable.length > 0) return { inputs: news, failures: unusable.map(checkFailure) };

      const { cloud, fleets } = requireAccount(account);
      const declared = declarations.declared(host);
      const isNew = Object.keys(before).length === 0;
      const checked = resource.check(isNew ? undefined : (before as Partial<Inputs>), inputs, {
        declared,
        region: cloud.settings.region,
        deleteBeforeReplace: host.__deleteBeforeReplace,
        autonaming: host.__autonaming,
        // What does not say which resource it is cannot be told from others.
        record: host.__declaration === undefined ? new RunRecord() : fleets.record,
      });
      declarations.noteCheck(declared, checked.inputs, isNew);
      return {
        inputs: properties(checked.inputs, { __timeouts: host.__timeouts }),
        failures: checkFailuresOf(checked.problems),
      };
    },

    // eslint-disable-next-line @typescript-eslint/require-await -- the engine expects a promise
    async diff(_id, olds, news) {
      const [before, wanted] = [separate(olds), separate(news)];
      const connected = requireAccount(account);
      recallProject(connected, before.inputs, before.host);
      const { changed, replaces, deleteBeforeReplace } = resource.diff(
        before.inputs as State,
        wanted.inputs as Inputs,
        { declared: declarations.compared(wanted.inputs), record: connected.fleets.record },
      );
      // A later delete is told the timeouts that the last update recorded.
      const timeoutsChanged = !isDeepStrictEqual(before.host.__timeouts, wanted.host.__timeouts);
      // Another host recorded no stub, without which neither a refresh nor a deletion can run.
      const isOfOtherHost = before.host.__provider === undefined;
      return { changes: changed.length > 0 || timeoutsChanged || isOfOtherHost, replaces, deleteBeforeReplace };
    },

    create: (news) =>
      run({}, news, "create", async (context, inputs, host) => {
        const { id, state } = await operations.create(resource, context, inputs as Inputs);
        return { id, outs: recorded(state, host) };
      }),

    read: (id, props) =>
      run(props, props, "read", async (context, known, host) => {
        const state = stateToRead(known) as State | undefined;
        const unusable = [...misspelt, ...problemsOf(context)];
        if (state === undefined && unusable.length > 0) throw new Error(unusable.join(" "));
        const found = await read(resource, context, id, state);
        // An empty id says that what the state knows is gone.
        if (found === undefined) return { id: "" };
        const { __timeouts } = host;
        return { id: found.id, props: recorded(found.state, host), inputs: properties(found.inputs, { __timeouts }) };
      }),

    update: (id, olds, news) =>
      run(olds, news, "update", async (context, inputs, host) => {
        const before = separate(olds).inputs as State;
        const state = await operations.update(resource, context, id, before, inputs as Inputs);
        return { outs: recorded(state, host) };
      }),

    delete: (id, props) =>
      run(props, props, "delete", (context, state) => resource.delete(context, id, state as State)),
  };

  /** Runs one operation and turns what it throws into what the engine understands. */
  async function run<T>(
    olds: Properties,
    props: Properties,
    kind: Beginning["kind"],
    operate: (context: Context, own: Record<string, unknown>, host: HostProperties) => Promise<T>,
  ): Promise<T> {
    const before = separate(olds);
    const { inputs, host } = separate(props);
    // What is read or deleted is what the state knows, whether or not the program declares the same.
    const declared = kind === "create" || kind === "update" ? declarations.changed(kind, inputs) : undefined;
    const logicalName = declared?.logicalName ?? host.__logicalName ?? before.host.__logicalName;
    const named = { ...host, __logicalName: logicalName, __project: before.host.__project };
    const seconds = kind === "read" ? undefined : host.__timeouts?.[kind];
    try {
      const connected = requireAccount(account);
      const given = { ...connected, log: accountLog, ownLog: logOf(logicalName), logicalName, declared };
      const beginning = { kind, seconds, known: before.inputs, project: before.host };
      return await runInProject(operations, resource, beginning, given, (context) => operate(context, inputs, named));
    } catch (error) {
      throw engineError(error, kind, named);
    }
  }
}

function connect(get: (name: string) => unknown): Account | ConfigurationError {
  const values = Object.fromEntries(configurationNames.map((name) => [name, get(name)]));
  keepSecretInputs(values, namesOf(get(secretSettings)));
  return new Accounts().of({ values, hasOwnCredentials: get(explicitCredentials) !== undefined });
}

function namesOf(list: unknown): string[] {
  return typeof list === "string" ? (JSON.parse(list) as string[]) : [];
}

/** A state as the engine takes it. */
function recorded(state: object, host: HostProperties): Properties {
  return properties(state, { ...host, __project: projectOf(requireAccount(account), state, host) });
}

/**
 * A partial failure carries the id and the properties to record; nothing else may look like one. All lose their stack.
 */
function engineError(error: unknown, kind: string, host: HostProperties): Error {
  const plain = withoutStack(redactSecrets(messageOf(error)));
  if (!(error instanceof PartialFailure) || kind === "delete") return plain;
  return Object.assign(plain, {
    id: error.id,
    properties: { ...recorded(error.state as object, host), __provider: host.__provider },
    reasons: error.reasons.map(redactSecrets),
  });
}

/** Pulumi's process prints an error as a text, a colon, and its stack: this way that is the message, once. */
function withoutStack(message: string): Error {
  const error = new Error(message);
  error.stack = message;
  return Object.defineProperty(error, "toString", { value: () => error.name });
}
