import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { goModule, javaGroup, publication, publicationByLanguage } from "./publication";

const root = resolve(__dirname, "../..");

/** Pages that people read, which are written by hand. */
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "sdk/python/README.md",
  "sdk/go/huaweicloudcph/README.md",
  "sdk/java/README.md",
];

function mentions(pattern: RegExp): string[] {
  const docs = readdirSync(join(root, "docs")).filter((file) => file.endsWith(".md"));
  const texts = [...pages, ...docs.map((file) => `docs/${file}`)].map((page) => readFileSync(join(root, page), "utf8"));
  return texts.flatMap((text) => [...text.matchAll(pattern)].map(([mention]) => mention));
}

describe("pages name by hand what package.json says", () => {
  test("the public repository and the Go module in it", () => {
    const found = mentions(/github\.com\/[\w-]+\/pulumi-huaweicloud-cph[\w/-]*/g);
    expect([...new Set(found)].sort()).toEqual([publication.repository.replace("https://", ""), goModule].sort());
  });

  test("the Java packages and their group", () => {
    const found = mentions(/\bio\.github\.[\w-]+/g);
    expect([...new Set(found)].sort()).toEqual([javaGroup, publicationByLanguage.java.basePackage].sort());
  });

  test("the version", () => {
    const found = mentions(/(?<=cph[-@:]v?|<version>|huaweicloud-cph )\d+\.\d+\.\d+/g);
    expect([...new Set(found)]).toEqual([publication.version]);
  });
});
