/** What a release holds for other languages, as their own tools take it. */
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { version } from "../../../package.json";
import { goModule, javaGroup, publicationByLanguage } from "../../../tools/schema/publication";
import { createInstallationFolder, run } from "../installations";
import { java } from "../languages/languages";
import { testWith } from "../languages/testWith";
import { buildReleaseTwice, removeReleases } from "./building";

/** The first time, tools and libraries are downloaded. */
jest.setTimeout(600_000);

let release: string;
let folder: string;

beforeAll(() => {
  folder = createInstallationFolder();
});

afterEach(removeReleases);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** The files of the release, without their checksums. */
function packages(): string[] {
  return readdirSync(release)
    .filter((name) => name !== "checksums.txt")
    .sort();
}

/** What an SDK says of the plugin that it needs. */
const plugin = { resource: true, name: "huaweicloud-cph", version };

/** Where a Java package, or a group of Maven's, has its files. */
const folderOf = (name: string) => name.replaceAll(".", "/");

testWith("python3")(
  "pip installs the wheel and the source distribution, and both know their version and their plugin",
  () => {
    release = buildReleaseTwice("python");
    const files = packages();
    const distribution = `pulumi_huaweicloud_cph-${version}`;
    expect(files).toEqual([`${distribution}-py3-none-any.whl`, `${distribution}.tar.gz`]);
    for (const file of files) {
      const target = join(folder, file);
      run("python3", ["-m", "pip", "install", "--quiet", "--no-deps", "--target", target, join(release, file)], folder);
      const code = "import importlib.metadata as m; print(m.version('pulumi_huaweicloud_cph'))";
      expect(run("python3", ["-c", code], target)).toBe(`${version}\n`);
      const installed = join(target, "pulumi_huaweicloud_cph");
      expect(JSON.parse(readFileSync(join(installed, "pulumi-plugin.json"), "utf8"))).toMatchObject(plugin);
      expect(readdirSync(installed)).toContain("py.typed");
    }
  },
);

testWith("go")("Go takes the module from the folder that is laid out as a proxy", () => {
  release = buildReleaseTwice("go");
  const proxy = join(release, "go");
  const environment = [
    `GOPROXY=file://${proxy}`,
    "GONOSUMDB=*",
    "GOFLAGS=-modcacherw",
    `GOMODCACHE=${join(folder, "go")}`,
  ];
  const download = ["go", "mod", "download", "-json", `${goModule}@latest`];
  const found = JSON.parse(run("env", [...environment, ...download], folder)) as { Version: string; Dir: string };
  expect(found.Version).toBe(`v${version}`);
  expect(readdirSync(found.Dir)).toEqual(
    expect.arrayContaining(["go.mod", "keypair.go", "LICENSE", "pulumi-plugin.json"]),
  );
});

testWith(...java.needs)(
  "Maven takes the jars with their description, and the library knows its version and its plugin",
  () => {
    release = buildReleaseTwice("java");
    const library = join(release, `huaweicloud-cph-${version}`);
    const jars = ["", "-sources", "-javadoc"].map((kind) => `${library}${kind}.jar`);
    expect(packages().map((name) => join(release, name))).toEqual([...jars, `${library}.pom`].sort());
    const repository = join(folder, "maven");
    const install = "org.apache.maven.plugins:maven-install-plugin:3.1.4:install-file";
    const file = [`-Dfile=${library}.jar`, `-DpomFile=${library}.pom`, `-DlocalRepositoryPath=${repository}`];
    run("mvn", ["--quiet", "--batch-mode", install, ...file], folder);
    const place = join(repository, folderOf(javaGroup), "huaweicloud-cph", version);
    expect(readdirSync(place)).toContain(`huaweicloud-cph-${version}.jar`);

    const unpacked = join(folder, "jar");
    mkdirSync(unpacked);
    run("jar", ["--extract", "--file", `${library}.jar`], unpacked);
    const resources = join(unpacked, folderOf(publicationByLanguage.java.basePackage), "huaweicloud-cph");
    expect(readFileSync(join(resources, "version.txt"), "utf8").trim()).toBe(version);
    expect(JSON.parse(readFileSync(join(resources, "plugin.json"), "utf8"))).toMatchObject(plugin);
    expect(run("jar", ["--list", "--file", `${library}-sources.jar`], folder)).toContain("/cph/Keypair.java");
    expect(run("jar", ["--list", "--file", `${library}-javadoc.jar`], folder)).toContain("/cph/Keypair.html");
  },
);
