import type { Operation } from "../../operation/operation";
import { keepSecrets } from "../../text/redaction";
import type { CallName } from "../errors/calls";
import { HuaweiCloudError } from "../errors/errors";
import type { HttpRequest, HttpResponse } from "../sending/http";
import { temporaryKeyOf, type TemporaryKey } from "./temporaryKey";
import { asItIs, Transport } from "../sending/transport";

/** Where every Elastic Cloud Server finds its metadata. */
const usualEndpoint = "http://169.254.169.254";
/** It is close by: who waits for longer is not on such a server. In milliseconds. */
const patience = 2_000;
/** For how long a token of the metadata service is asked for, in seconds. */
const secondsOfTokens = 21_600;
/** What a metadata service answers that knows no tokens. */
const withoutTokens = [404, 405];

/** The metadata service of the Elastic Cloud Server that this process runs on. */
export class EcsMetadata {
  private readonly endpoint: string;
  private readonly transport = new Transport({ maxRetries: 2, insecure: false, timeout: patience, isDirect: true });

  constructor(endpoint = usualEndpoint) {
    this.endpoint = endpoint.replace(/\/+$/, "");
  }

  /** The present access key of the server's agency. */
  async securityKey(operation: Operation): Promise<TemporaryKey> {
    try {
      const token = await this.token(operation);
      const headers: Record<string, string> = token === undefined ? {} : { "X-Metadata-Token": token };
      const name = "ECS ShowSecurityKey";
      return temporaryKeyOf(name, await this.send(name, "GET", "/openstack/latest/securitykey", headers, operation));
    } catch (error) {
      throw error instanceof HuaweiCloudError && !operation.signal.aborted ? error.withHint(advice) : error;
    }
  }

  /** A token of version 2 of the service; undefined where it has version 1 alone. */
  private async token(operation: Operation): Promise<string | undefined> {
    const headers = { "X-Metadata-Token-Ttl-Seconds": String(secondsOfTokens) };
    try {
      const { body } = await this.send(
        "ECS CreateMetadataToken",
        "PUT",
        "/meta-data/latest/api/token",
        headers,
        operation,
      );
      const token = String(body).trim();
      keepSecrets([token]);
      return token === "" ? undefined : token;
    } catch (error) {
      if (error instanceof HuaweiCloudError && withoutTokens.includes(error.status ?? 0)) return undefined;
      throw error;
    }
  }

  private send(
    name: CallName,
    method: HttpRequest["method"],
    path: string,
    headers: Record<string, string>,
    operation: Operation,
  ): Promise<HttpResponse> {
    return this.transport.send(
      {
        service: "metadata",
        operation: name,
        method,
        url: `${this.endpoint}${path}`,
        headers,
        body: "",
        idempotent: true,
        answersText: method === "PUT",
      },
      operation,
      asItIs,
    );
  }
}

const advice =
  "It was asked because ecsMetadata is set and there are no other credentials: Pulumi has to run on an Elastic Cloud Server that has an " +
  "agency.";
