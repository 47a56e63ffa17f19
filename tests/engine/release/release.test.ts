/** What a release holds beside the packages of other languages. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import manifest from "../../../package.json";
import { buildReleaseTwice, removeReleases } from "./building";

jest.setTimeout(300_000);

let release: string;

afterAll(removeReleases);

test("the same commit gives the same bytes", () => {
  release = buildReleaseTwice("npm", "plugin", "sbom");
  expect(readdirSync(release)).toHaveLength(4);
});

const read = (name: string) => readFileSync(join(release, name), "utf8");

test("the checksums are those of all files, and of nothing else", () => {
  const listed = read("checksums.txt")
    .trimEnd()
    .split("\n")
    .map((line) => line.split("  "));
  const files = readdirSync(release, { recursive: true, encoding: "utf8" });
  expect(listed.map(([, name]) => name)).toEqual(files.filter((name) => name !== "checksums.txt").sort());
  for (const [sum, name = ""] of listed) {
    expect(sum).toBe(
      createHash("sha256")
        .update(readFileSync(join(release, name)))
        .digest("hex"),
    );
  }
});

test("every file bears the version of package.json", () => {
  const named = readdirSync(release).filter((name) => name !== "checksums.txt");
  expect(named.filter((name) => !name.includes(manifest.version))).toEqual([]);
});

test("the bill of materials names what the package is used with, and nothing that is for development alone", () => {
  const bill = JSON.parse(read(`${manifest.name}-${manifest.version}.cdx.json`)) as {
    bomFormat: string;
    metadata: { component: { name: string; version: string } };
    components: { name: string }[];
  };
  expect(bill).toMatchObject({
    bomFormat: "CycloneDX",
    metadata: { component: { name: manifest.name, version: manifest.version } },
  });
  const names = bill.components.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining([...Object.keys(manifest.dependencies), "@pulumi/pulumi", "asn1"]));
  expect(names.filter((name) => ["jest", "esbuild", "eslint", "pnpm", manifest.name].includes(name))).toEqual([]);
  // npm's word for what nothing that is listed needs.
  expect(JSON.stringify(bill)).not.toContain("extraneous");
});
