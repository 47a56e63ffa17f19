import type * as pulumi from "@pulumi/pulumi";
import { failure } from "./failure";

/** Throws where a program wants a resource imported by the option `import`, and says what to do instead: a dynamic host cannot do it. */
export function refuseImport(name: string, opts: pulumi.CustomResourceOptions, instead: string): void {
  if ((opts.import ?? undefined) === undefined) return;
  throw failure(`"${name}" cannot be imported (option \`import\`), because it is a dynamic resource: ${instead}.`);
}
