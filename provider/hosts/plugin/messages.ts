import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import type { CheckFailure } from "../checkFailures";

/** An empty answer. Pulumi asks for its class, which another copy of google-protobuf than Pulumi's has not. */
export function emptyMessage(): unknown {
  return ResourceProviderService.cancel.responseDeserialize(Buffer.alloc(0));
}

/** A mistake in inputs, as the engine is told of it. */
export function checkFailureMessage({ property, reason }: CheckFailure): pb.CheckFailure {
  const message = new pb.CheckFailure();
  message.setProperty(property);
  message.setReason(reason);
  return message;
}
