/** The SDKs of other languages, as they are in the repository. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import manifest from "../../../package.json";
import { publicationByLanguage } from "../../../tools/schema/publication";
import { createWorkspace } from "../harness";
import { repository } from "../harnessStack";
import { run } from "../installations";
import { java } from "../languages/languages";
import { testWith } from "../languages/testWith";
import { copySdk } from "../languages/sources";

/** The first time, compilers and libraries are downloaded and compiled. */
jest.setTimeout(600_000);

/** The program in an SDK's README. */
function programOf(sdk: string, language: string): string {
  const page = readFileSync(join(repository, sdk, "README.md"), "utf8");
  const [, program = ""] = new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, "m").exec(page) ?? [];
  expect(program).not.toBe("");
  return program;
}

testWith("go")("they are what Pulumi's generators make of schema.json", () => {
  const generator = ["-r", "ts-node/register/transpile-only", "tools/sdkgen/generate.ts", "--check"];
  expect(() => run(process.execPath, generator, repository)).not.toThrow();
});

testWith("go")("Go's compiles, with all that it requires in its go.mod, and so does the program in its README", () => {
  const module = join(repository, "sdk/go/huaweicloudcph");
  const program = join(createWorkspace().folder, "main.go");
  writeFileSync(program, programOf("sdk/go/huaweicloudcph", "go"));
  run("go", ["vet", "-mod=readonly", "./..."], module);
  run("go", ["vet", "-mod=readonly", program], module);
});

testWith(...java.needs)("Java's is built into a jar, and the program in its README compiles with it", () => {
  const project = join(createWorkspace().folder, "java");
  copySdk("java", project);
  writeFileSync(join(project, "src/main/java/App.java"), programOf("sdk/java", "java"));
  run("mvn", ["--quiet", "--batch-mode", "package"], project);
  const files = run("jar", ["--list", "--file", `target/huaweicloud-cph-${manifest.version}.jar`], project).split("\n");
  const resources = `${publicationByLanguage.java.basePackage.replaceAll(".", "/")}/huaweicloud-cph`;
  expect(files).toEqual(
    expect.arrayContaining([`${resources}/plugin.json`, `${resources}/version.txt`, "META-INF/LICENSE"]),
  );
});
