import { problemsOf } from "../schema/validation";

/** Throws what is wrong with a function's arguments, all at once: plain JavaScript may pass anything. */
export function requireArguments(typeName: string, args: unknown): void {
  const problems = problemsOf(typeName, args).map(({ property, reason }) => `${property || "the argument"} ${reason}`);
  if (problems.length > 0) throw new Error(`${problems.join("; ")}.`);
}
