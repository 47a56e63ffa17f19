/** What takes time at the start of the plugin: modules that it loads. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import packageSchema from "../../schema.json";

test("an engine that wants the schema alone does not wait for what talks to the cloud", () => {
  const printed = execFileSync(process.execPath, [join(__dirname, "startUp/index.js")], { encoding: "utf8" });
  const { schema, files } = JSON.parse(printed) as { schema: string; files: string[] };
  expect(JSON.parse(schema)).toEqual(packageSchema);
  const packages = files.flatMap((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []);
  expect([...new Set(packages)].sort()).toEqual([
    "@grpc/grpc-js",
    // Which gRPC brings.
    "@js-sdsl/ordered-map",
    "@pulumi/pulumi",
    "google-protobuf",
  ]);
});
