import { Answer } from "../answers";
import type { CallName } from "../errors/calls";
import type { HttpResponse } from "../sending/http";
import type { Ending } from "./renewedValues";
import type { AccessKey } from "../sending/signer";

/** An access key that ends. */
export interface TemporaryKey extends AccessKey, Ending {}

/** The access key in an answer of IAM or of the metadata service, which have the same shape. */
export function temporaryKeyOf(operation: CallName, { body, headers }: HttpResponse): TemporaryKey {
  const credential = Answer.of(operation, body).object("credential");
  const key = {
    accessKey: credential.filledText("access"),
    secretKey: credential.filledText("secret"),
    securityToken: credential.filledText("securitytoken"),
  };
  const expires = credential.descriptiveTime("expires_at");
  return { ...key, lifetime: expires === undefined ? shortestLifetime : Date.parse(expires) - moment(headers) };
}

/** Of a key that does not say when it ends, in milliseconds. */
const shortestLifetime = 900_000;

/** When an answer was given, by the service's own clock: this machine's may be wrong. */
function moment(headers: HttpResponse["headers"]): number {
  return Date.parse(String(headers.date)) || Date.now();
}
