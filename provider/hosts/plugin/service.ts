import type { sendUnaryData, ServerUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import { configurationCalls } from "./configurationCalls";
import { failureOf } from "./failures";
import { functionCalls } from "./functionCalls";
import { pluginCalls } from "./pluginCalls";
import { resourceCalls } from "./resourceCalls";
import type { Session } from "./session";

type Call = (request: never) => unknown;

/** What the engine may call, by its names for it. The rest of its protocol is unimplemented, which the engine knows how to take. */
export function serviceOf(session: Session): UntypedServiceImplementation {
  const calls: Record<string, Call> = {
    ...pluginCalls(session),
    ...configurationCalls(session),
    ...resourceCalls(session),
    ...functionCalls(session),
  };
  return Object.fromEntries(Object.entries(calls).map(([name, call]) => [name, answering(session, call)]));
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
