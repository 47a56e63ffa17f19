import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { goModule, javaGroup, publication, publicationByLanguage } from "./publication";

const root = resolve(__dirname, "../..");

/** What is written by hand: pages that people read, and projects that require the package. */
const files = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "sdk/python/README.md",
  "sdk/go/huaweicloudcph/README.md",
  "sdk/java/README.md",
  "sdk/dotnet/README.md",
  "examples/README.md",
  "tests/engine/sdks/go/go.mod",
];
/** In folders, by how their names end. */
const filesIn: [folder: string, name: RegExp][] = [
  ["docs", /^\w[\w-]*\.md$/],
  ["examples", /^[\w-]+\/(README\.md|package\.json|pom\.xml|go\.mod|requirements\.txt)$/],
];

function mentions(pattern: RegExp): string[] {
  const found = filesIn.flatMap(([folder, name]) => {
    const paths = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
    return paths.filter((path) => name.test(path)).map((path) => join(folder, path));
  });
  const texts = [...files, ...found].map((file) => readFileSync(join(root, file), "utf8"));
  return texts.flatMap((text) => [...text.matchAll(pattern)].map(([mention]) => mention));
}

describe("what is written by hand agrees with what package.json says:", () => {
  test("the public repository and the Go module in it", () => {
    const found = mentions(/github\.com\/[\w-]+\/pulumi-huaweicloud-cph[\w/-]*/g);
    expect([...new Set(found)].sort()).toEqual([publication.repository.replace("https://", ""), goModule].sort());
    const asked = mentions(/(?<=--repo )\S+/g);
    expect(new Set(asked)).toEqual(new Set([new URL(publication.repository).pathname.slice(1)]));
  });

  test("the Java packages and their group", () => {
    const found = mentions(/\bio\.github\.[\w-]+/g);
    expect([...new Set(found)].sort()).toEqual([javaGroup, publicationByLanguage.java.basePackage].sort());
  });

  test("the version", () => {
    const found = mentions(
      /(?<=cph[-@:]v?|<artifactId>huaweicloud-cph<\/artifactId>\s+<version>|cph v?|cph": "\^|cph>=|^ {2}version: )\d+\.\d+\.\d+/gm,
    );
    expect([...new Set(found)]).toEqual([publication.version]);
  });
});
