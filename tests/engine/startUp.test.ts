/** What takes time at the start of the plugin: packages that it loads. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import packageSchema from "../../schema.json";

interface Loaded {
  schema: string;
  /** Files of modules. */
  withSchema: string[];
  withCheck: string[];
}

function packagesOf(files: string[]): string[] {
  const names = files.flatMap((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []);
  return [...new Set(names)].sort();
}

test("an engine waits for no package before what it asks for needs it", () => {
  const printed = execFileSync(process.execPath, [join(__dirname, "startUp/index.js")], { encoding: "utf8" });
  const { schema, withSchema, withCheck } = JSON.parse(printed) as Loaded;
  expect(JSON.parse(schema)).toEqual(packageSchema);
  // Ordered maps are gRPC's.
  expect(packagesOf(withSchema)).toEqual([
    "@grpc/grpc-js",
    "@js-sdsl/ordered-map",
    "@pulumi/pulumi",
    "google-protobuf",
  ]);
  expect(packagesOf(withCheck)).toContain("sshpk");
  // Calls need it, and the validators are generated.
  for (const name of ["axios", "ajv"]) expect(packagesOf(withCheck)).not.toContain(name);
});
