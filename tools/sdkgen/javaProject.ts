/**
 * How the Java SDK is built: a Maven project, and the resources from which the SDK knows its version and Pulumi its plugin. The generator has
 * a Gradle project write them, which needs Gradle and plugins of it.
 */
import packageSchema from "../../schema.json";
import { javaGroup } from "../schema/publication";

const { name, version, description, homepage, repository, license, publisher, pluginDownloadURL, language } =
  packageSchema;

/** Takes the dependencies from the Gradle project. */
export function javaProject(gradle: string): [path: string, text: string][] {
  const dependencies = [...gradle.matchAll(/^ +implementation\("(.+):(.+):(.+)"\)$/gm)];
  if (dependencies.length === 0) throw new Error("Pulumi's generator no longer writes dependencies as it did");

  const resources = `src/main/resources/${language.java.basePackage.replaceAll(".", "/")}/${name}`;
  const plugin = { resource: true, name, version, server: pluginDownloadURL };
  return [
    ["pom.xml", pom(dependencies.map(([, group = "", artifact = "", of = ""]) => dependency(group, artifact, of)))],
    [`${resources}/version.txt`, `${version}\n`],
    [`${resources}/plugin.json`, `${JSON.stringify(plugin, undefined, 2)}\n`],
  ];
}

function dependency(group: string, artifact: string, of: string): string {
  return `    <dependency>
      <groupId>${group}</groupId>
      <artifactId>${artifact}</artifactId>
      <version>${of}</version>
    </dependency>
`;
}

/** With all that Maven Central asks of a project. */
function pom(dependencies: readonly string[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>${javaGroup}</groupId>
  <artifactId>${name}</artifactId>
  <version>${version}</version>
  <name>${name}</name>
  <description>${description}</description>
  <url>${homepage}</url>
  <licenses>
    <license>
      <name>${license}</name>
    </license>
  </licenses>
  <developers>
    <developer>
      <name>${publisher}</name>
      <url>${repository}</url>
    </developer>
  </developers>
  <scm>
    <connection>scm:git:${repository}.git</connection>
    <url>${repository}</url>
  </scm>
  <properties>
    <maven.compiler.source>11</maven.compiler.source>
    <maven.compiler.target>11</maven.compiler.target>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <dependencies>
${dependencies.join("")}  </dependencies>
</project>
`;
}
