import { createHash } from "node:crypto";
import { runInNewContext } from "node:vm";
import { resources } from "../../provider/hosts/registry";
import * as v1 from "../../provider/hosts/dynamic/v1";
import packageJson from "../../package.json";
import { stubOf } from "./dynamicResource";

const exportNames = ["keypair", "binding", "keypairSet"] as const;

// Every state ever written holds these texts and runs them: a change here breaks the stacks of all users.
test.each([
  ["keypair", 76, "4d9933ac5462235d99af8fd2960dcb37eb9071c0a15f04331a6f7b0ad2df54c8"],
  ["binding", 76, "ecb325340630f00c03c2481a524a8b7314b82ebcac3083456987f10756a0551e"],
  ["keypairSet", 79, "e801b353fa5a7d2fe7c83bac7241b87328887567208aa3014e47e3181190b041"],
] as const)("the stub of %s is what it always was: %d bytes", (name, bytes, hash) => {
  const stub = stubOf(name);
  expect(stub).toMatch(/^exports\.handler = \(\) => require\("pulumi-huaweicloud-cph\/dynamic\/v1"\)\.\w+$/);
  expect(Buffer.byteLength(stub)).toBe(bytes);
  expect(createHash("sha256").update(stub).digest("hex")).toBe(hash);
});

test("what the stubs name is there, and nothing else", () => {
  expect(Object.keys(v1).sort()).toEqual([...exportNames].sort());
  expect(new Set(Object.values(v1)).size).toBe(Object.keys(resources).length);
  const [, packageName = "", subPath = ""] = /require\("([^/]+)\/([^"]+)"\)/.exec(stubOf("keypair")) ?? [];
  expect(packageName).toBe(packageJson.name);
  expect(packageJson.exports).toHaveProperty([`./${subPath}`], "./dist/provider/hosts/dynamic/v1.js");
});

test("each stub runs as Pulumi runs it: to a provider with every method", () => {
  for (const name of exportNames) {
    const module: { exports: { handler?: () => unknown } } = { exports: {} };
    const load = (path: string) => {
      expect(path).toBe("pulumi-huaweicloud-cph/dynamic/v1");
      return v1;
    };
    runInNewContext(stubOf(name), { exports: module.exports, require: load });
    const provider = module.exports.handler?.();
    expect(provider).toBe(v1[name]);
    expect(Object.keys(provider ?? {}).sort()).toEqual(
      ["check", "configure", "create", "delete", "diff", "read", "update"].sort(),
    );
  }
});
