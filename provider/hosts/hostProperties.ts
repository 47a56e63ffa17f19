import type { Autonaming } from "../contract";
import type { WithProject } from "./projects";

/** Properties that pass between the SDK and this host, beside those of the resource. */
export interface HostProperties extends WithProject {
  /** The stub's text, which every result must carry on. */
  __provider?: unknown;
  /** The name of the resource in the program: no method of a dynamic provider is told it otherwise. */
  __logicalName?: string;
  /** Which of the program's resources this is, by a number that means something in one run only. */
  __declaration?: number;
  /** The resource option, which the engine tells no provider. */
  __deleteBeforeReplace?: boolean;
  /** The resource option, which the engine heeds only where it is told which properties change. */
  __replaceOnChanges?: string[];
  /** What the stack's configuration says of the names that are made up. */
  __autonaming?: Autonaming;
  /** `customTimeouts` in seconds: likewise. */
  __timeouts?: Partial<Record<"create" | "update" | "delete", number>>;
  /** Names of the inputs that are secret, or hold a secret: values arrive plain. It is told to check alone. */
  __secrets?: string[];
}

/** The properties of a resource as the engine sends and takes them. */
export type Properties = HostProperties & Record<string, unknown>;

const hostNames: Record<keyof HostProperties, true> = {
  __provider: true,
  __logicalName: true,
  __declaration: true,
  __deleteBeforeReplace: true,
  __replaceOnChanges: true,
  __autonaming: true,
  __timeouts: true,
  __secrets: true,
  __project: true,
};

/** What arrives, taken apart: the resource's own properties, without null, which stands for an absent one, and the host's. */
export function separate(props: Properties): { inputs: Record<string, unknown>; host: HostProperties } {
  const entries = Object.entries(props);
  const isOfHost = ([name]: [string, unknown]) => Object.hasOwn(hostNames, name);
  return {
    inputs: Object.fromEntries(entries.filter((entry) => !isOfHost(entry) && entry[1] !== null)),
    host: Object.fromEntries(entries.filter(isOfHost)),
  };
}

/** The properties as the engine takes them: a value that JSON does not know would make it fail after the operation is done. */
export function properties(own: object, { __timeouts, __logicalName, __project }: HostProperties): Properties {
  return JSON.parse(JSON.stringify({ ...own, __timeouts, __logicalName, __project })) as Properties;
}
