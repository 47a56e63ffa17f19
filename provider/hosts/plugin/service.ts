import type { sendUnaryData, ServerUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import { failureOf } from "./failures";
import { pluginCalls } from "./pluginCalls";
import type { Session } from "./session";

type Call = (request: never) => unknown;

type AccountCalls = ReturnType<typeof import("./accountCalls").accountCalls>;

const accountCallNames: readonly (keyof AccountCalls)[] = [
  "checkConfig",
  "diffConfig",
  "configure",
  "check",
  "diff",
  "create",
  "read",
  "update",
  "delete",
  "invoke",
];

/** What the engine may call, by its names for it. The rest of its protocol is unimplemented, which the engine knows how to take. */
export function serviceOf(session: Session): UntypedServiceImplementation {
  let ofAccount: AccountCalls | undefined;
  const accountEntries = accountCallNames.map((name): [string, Call] => [
    name,
    (request) => ((ofAccount ??= loadAccountCalls(session))[name] as Call)(request),
  ]);
  const entries = [...Object.entries<Call>(pluginCalls(session)), ...accountEntries];
  return Object.fromEntries(entries.map(([name, call]) => [name, answering(session, call)]));
}

/** Most of the package. The engine waits for each process to start, also for those that it asks for the schema alone. */
function loadAccountCalls(session: Session): AccountCalls {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import at the top would load it at the start
  const { accountCalls } = require("./accountCalls") as typeof import("./accountCalls");
  return accountCalls(session);
}

function answering(session: Session, call: Call) {
  return (unary: ServerUnaryCall<unknown, unknown>, answer: sendUnaryData<unknown>): void => {
    void (async () => {
      try {
        const response = await call(unary.request as never);
        await session.engine?.allTold();
        answer(null, response);
      } catch (error) {
        await session.engine?.allTold();
        answer(failureOf(error));
      }
    })();
  };
}
