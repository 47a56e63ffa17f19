/** A method and a path. A part of the path in braces stands for any text. */
export interface Route {
  readonly method: string;
  readonly path: string;
}

/** The texts that stand in a path for the parts in braces, by the names of those. */
export type PathParameters = Readonly<Record<string, string>>;

/** Finds the first route for the method and the path of a request. */
export function findRoute<R extends Route>(
  routes: readonly R[],
  method: string,
  segments: readonly string[],
): { readonly route: R; readonly parameters: PathParameters } | undefined {
  for (const route of routes) {
    const parameters = route.method === method ? matchPath(route.path, segments) : undefined;
    if (parameters !== undefined) return { route, parameters };
  }
  return undefined;
}

function matchPath(path: string, segments: readonly string[]): PathParameters | undefined {
  const pattern = path.slice(1).split("/");
  if (pattern.length !== segments.length) return undefined;

  const parameters: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const segment = segments[index] ?? "";
    const name = /^\{(.+)\}$/.exec(expected)?.[1];
    if (name !== undefined && segment !== "") parameters[name] = segment;
    else if (segment !== expected) return undefined;
  }
  return parameters;
}
