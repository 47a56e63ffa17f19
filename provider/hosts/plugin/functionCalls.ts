import * as pb from "@pulumi/pulumi/proto/provider_pb";
import type { Fn } from "../../contract";
import { invoke } from "../invocation";
import { functions } from "../registry";
import { keepSecretInputs } from "../secretInputs";
import { connected } from "./connected";
import type { Session } from "./session";
import { received, sent } from "./values";

/** The functions of the package. */
export function functionCalls(session: Session) {
  return {
    async invoke(request: pb.InvokeRequest): Promise<pb.InvokeResponse> {
      const fn = functionOf(request.getTok());
      const { values, secrets } = received(request.getArgs());
      keepSecretInputs(values, secrets);
      const { cloud, log } = connected(session);
      const result = await session.operations.run(fn, undefined, { cloud, log }, (context) =>
        invoke(fn, context, values),
      );
      const response = new pb.InvokeResponse();
      response.setReturn(sent(result));
      return response;
    },
  };
}

function functionOf(token: string): Fn<object, object> {
  const fn = (functions as unknown as Partial<Record<string, Fn<object, object>>>)[token];
  if (fn === undefined) throw new Error(`${token} is not a function of this package.`);
  return fn;
}
