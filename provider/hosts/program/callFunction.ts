import type { Fn } from "../../contract";
import type { Logger } from "../../operation/operation";
import { Accounts, requireAccount, type Configuration } from "../account";
import { invoke } from "../invocation";
import { Operations } from "../operations";
import { functions, type ArgsOf, type FunctionToken, type ResultOf } from "../registry";

/** On whose behalf a program calls a function. */
export interface Caller {
  /** Stands for the run of the program: with the Automation API a process runs many, and lives for long. */
  run: object;
  configuration: Configuration;
  log: Logger;
}

/** What one run was refused, or holds, is nothing to the next. */
const accountsOfRuns = new WeakMap<object, Accounts>();

/** Nothing stops them but their time: they end with the program. */
const operations = new Operations();

/** Calls a function in the program's own process. */
export async function callFunction<Token extends FunctionToken>(
  token: Token,
  args: ArgsOf<Token>,
  { run, configuration, log }: Caller,
): Promise<ResultOf<Token>> {
  const { cloud } = requireAccount(accountsOf(run).of(configuration));
  const fn = functions[token] as Fn<ArgsOf<Token>, ResultOf<Token>>;
  return operations.run(fn, undefined, { cloud, log }, (context) => invoke(fn, context, args));
}

function accountsOf(run: object): Accounts {
  const accounts = accountsOfRuns.get(run) ?? new Accounts();
  accountsOfRuns.set(run, accounts);
  return accounts;
}
