/** The jars of the Java SDK: classes, sources and documentation, and the description that Maven wants beside them. */
import { execFileSync } from "node:child_process";
import { cpSync, readdirSync } from "node:fs";
import { join } from "node:path";
import packageSchema from "../../schema.json";
import { sourceDate } from "./repository";
import { copySources, withScratchFolder } from "./scratch";

/** Versions that give the same bytes for the same sources, which those that Maven takes by itself do not. */
const steps = [
  "maven-resources-plugin:3.3.1:resources",
  "maven-compiler-plugin:3.14.0:compile",
  "maven-jar-plugin:3.4.2:jar",
  "maven-source-plugin:3.3.1:jar-no-fork",
  "maven-javadoc-plugin:3.11.2:jar",
].map((step) => `org.apache.maven.plugins:${step}`);

/** Builds them with Maven. */
export function packJavaLibrary(folder: string): Promise<void> {
  return withScratchFolder((scratch) => {
    copySources("sdk/java", scratch);
    const time = `-Dproject.build.outputTimestamp=${sourceDate().toISOString()}`;
    execFileSync("mvn", ["--quiet", "--batch-mode", time, ...steps], { cwd: scratch, stdio: "pipe" });
    const target = join(scratch, "target");
    const jars = readdirSync(target).filter((name) => name.endsWith(".jar"));
    for (const jar of jars) cpSync(join(target, jar), join(folder, jar));
    cpSync(join(scratch, "pom.xml"), join(folder, `${packageSchema.name}-${packageSchema.version}.pom`));
  });
}
