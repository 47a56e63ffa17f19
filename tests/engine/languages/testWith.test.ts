import { dirname } from "node:path";
import { isSkipped } from "./testWith";

const PATH = dirname(process.execPath);

test("what a machine lacks a command for is skipped, and nothing else", () => {
  expect(isSkipped(["node"], { PATH })).toBe(false);
  expect(isSkipped(["node", "no-such-command"], { PATH })).toBe(true);
  expect(isSkipped(["node"], {})).toBe(true);
});

test("continuous integration skips nothing", () => {
  expect(isSkipped(["no-such-command"], { PATH, CI: "true" })).toBe(false);
  expect(isSkipped(["no-such-command"], { PATH, CI: "false" })).toBe(true);
});
