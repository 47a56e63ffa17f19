import { Metadata, status as codes, type ServiceError } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { messageOf } from "../../huawei/errors/errors";
import { redactSecrets } from "../../text/redaction";

/** A failed call, as gRPC sends it. */
export type Failure = Pick<ServiceError, "code" | "details"> & { metadata?: Metadata };

/** What is recorded of a resource that exists and is not as wanted. */
export interface Recorded {
  id: string;
  state: Struct;
  inputs: Struct;
  reasons: readonly string[];
}

/** Thrown where the engine is to record something with the failure. */
export class RecordedFailure extends Error {
  constructor(
    readonly recorded: Recorded,
    message: string,
  ) {
    super(message);
  }
}

/** What the engine is told of an error. */
export function failureOf(error: unknown): Failure {
  const details = redactSecrets(messageOf(error));
  const failure = { code: codes.UNKNOWN, details };
  if (!(error instanceof RecordedFailure)) return failure;
  return { ...failure, metadata: trailerOf(details, initFailed(error.recorded)) };
}

function initFailed({ id, state, inputs, reasons }: Recorded): ErrorResourceInitFailed {
  const detail = new ErrorResourceInitFailed();
  detail.setId(id);
  detail.setProperties(state);
  detail.setInputs(inputs);
  detail.setReasonsList(reasons.map(redactSecrets));
  return detail;
}

/** gRPC has details of an error travel in the trailer, as a `google.rpc.Status`. */
function trailerOf(message: string, detail: ErrorResourceInitFailed): Metadata {
  const packed = new Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new Status();
  status.setCode(codes.UNKNOWN);
  status.setMessage(message);
  status.addDetails(packed);
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return metadata;
}
