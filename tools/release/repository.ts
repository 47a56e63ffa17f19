/** What every part of a release is made of and named by. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";

export { version } from "../../package.json";

/** The root of this repository. */
export const repository = join(__dirname, "../..");

/**
 * The time that everything in a release carries, so that the same commit gives the same bytes: its own, unless the variable that
 * many tools know tells another.
 */
export function sourceDate(): Date {
  const { SOURCE_DATE_EPOCH: given } = process.env;
  const seconds = given ?? execFileSync("git", ["log", "-1", "--format=%ct"], { cwd: repository, encoding: "utf8" });
  return new Date(Number(seconds) * 1000);
}
