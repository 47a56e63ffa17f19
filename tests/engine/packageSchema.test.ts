/** schema.json, as Pulumi's own commands read it. */
import { join } from "node:path";
import packageSchema from "../../schema.json";
import { partsOf } from "../../tools/schema/descriptions";
import { createWorkspace } from "./harness";
import { checkExitCode } from "./harnessCommand";
import { repository } from "./harnessStack";

/** Asks the plugin for what it knows of itself. */
async function askPlugin(command: string, ...flags: string[]): Promise<string> {
  const workspace = createWorkspace();
  // A name without a path would be looked up in the registry.
  const plugin = join(workspace.folder, "plugin", "pulumi-resource-huaweicloud-cph");
  const run = await workspace.run("pulumi", ["package", command, plugin, ...flags], workspace.folder);
  return checkExitCode(run, 0).stdout;
}

test("Pulumi finds no fault in schema.json", async () => {
  const { exitCode, output } = await createWorkspace().run("pulumi", ["schema", "check", "schema.json"], repository);
  expect(output).toBe("");
  expect(exitCode).toBe(0);
});

test("`pulumi package get-schema` prints schema.json", async () => {
  expect(JSON.parse(await askPlugin("get-schema"))).toEqual(packageSchema);
});

test("`pulumi package info` lists every resource and function by its own text", async () => {
  const info = await askPlugin("info");
  const { resources, functions } = packageSchema;
  for (const [token, { description }] of Object.entries<{ description: string }>({ ...resources, ...functions }))
    expect(info).toContain(` - ${token.slice(token.lastIndexOf(":") + 1)}: ${partsOf(description).own}\n`);
});

test.each(Object.entries(packageSchema.resources))(
  "`pulumi package info --resource` of %s lists its inputs",
  async (token, { inputProperties }) => {
    const info = await askPlugin("info", "--resource", token.slice(token.lastIndexOf(":") + 1));
    const [inputs = ""] = info.split("\nOutputs:");
    for (const input of Object.keys(inputProperties)) expect(inputs).toMatch(new RegExp(`^ - ${input}\\b`, "m"));
  },
);
