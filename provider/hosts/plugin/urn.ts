/** What the engine's name of a resource tells: `urn:pulumi:<stack>::<project>::<types>::<name>`. */
export interface ResourceName {
  token: string;
  logicalName: string;
}

/** Takes a URN apart. The types of a resource's parents stand before its own; its name may hold anything. */
export function resourceNameOf(urn: string): ResourceName {
  const [, , types = "", ...name] = urn.split("::");
  return { token: types.slice(types.lastIndexOf("$") + 1), logicalName: name.join("::") };
}
