import type { CloudOperation, Fn } from "../contract";
import { asSentence } from "../text/text";

/** Calls a function. Throws what is wrong with its arguments, all at once: plain JavaScript may pass anything. */
export async function invoke<Args, Result>(fn: Fn<Args, Result>, context: CloudOperation, args: Args): Promise<Result> {
  const problems = fn.problems(args).map(({ property, reason }) => `${property || "the argument"} ${reason}`);
  if (problems.length > 0) throw new Error(asSentence(problems.join("; ")));
  return fn.run(context, args);
}
