import type { Operation } from "../../operation/operation";
import { keepSecrets } from "../../text/redaction";
import type { Acceptance } from "./acceptance";
import type { Credentials, KeySource } from "../settings/credentials";
import { EcsMetadata } from "./ecsMetadata";
import { endpointOf } from "../settings/endpoints";
import { HuaweiCloudError, messageOf } from "../errors/errors";
import { readIdToken } from "./idTokenFile";
import { RenewedValues } from "./renewedValues";
import { createKeyByToken, createTokenWithIdToken, takeAgency, type Iam } from "./securityTokens";
import type { Settings } from "../settings/settings";
import type { AccessKey } from "../sending/signer";
import type { TemporaryKey } from "./temporaryKey";
import type { Transport } from "../sending/transport";

/** What signs the calls of one set of credentials. */
export interface AccessKeys {
  /** The key that is good now. */
  get(region: string, operation: Operation): Promise<AccessKey>;
  /** Sends a call. A key that has ended before its time is renewed, once. */
  renewing<T>(call: () => Promise<T>): Promise<T>;
}

/** Credentials that calls are signed with. */
export type SigningCredentials = KeySource | Extract<Credentials, { kind: "agency" }>;

/** What access keys are got with. */
interface Means {
  settings: Settings;
  transport: Transport;
  acceptance: Acceptance;
}

/** The access keys of credentials: the one that is set, or those that are got for a time, one after the other. */
export function accessKeysOf(credentials: SigningCredentials, means: Means): AccessKeys {
  const { settings, transport, acceptance } = means;
  if (credentials.kind === "accessKey") return { get: () => Promise.resolve(credentials), renewing: (call) => call() };

  const iamIn = (region: string, operation: Operation): Iam => ({
    transport,
    endpoint: endpointOf(settings, "iam", region),
    operation,
  });
  const signingIn = (create: Create) =>
    new TemporaryKeys((region, operation) => acceptance.exchange(() => create(region, operation)));
  switch (credentials.kind) {
    case "idToken":
      return signingIn(async (region, operation) => {
        const iam = iamIn(region, operation);
        const token = await createTokenWithIdToken(
          iam,
          credentials.idpId,
          presentIdToken(credentials.file, acceptance),
        );
        return createKeyByToken(iam, token);
      });
    case "ecsMetadata": {
      const metadata = new EcsMetadata(settings.endpoints.metadata);
      return signingIn((_region, operation) => metadata.securityKey(operation));
    }
    case "agency": {
      const takers = accessKeysOf(credentials.source, means);
      return signingIn((region, operation) =>
        takers.renewing(() =>
          takeAgency(iamIn(region, operation), credentials.agency, () => takers.get(region, operation)),
        ),
      );
    }
  }
}

type Create = (region: string, operation: Operation) => Promise<TemporaryKey>;

/** Keys that end, one for all regions: each is good in all. */
class TemporaryKeys implements AccessKeys {
  private readonly keys = new RenewedValues<TemporaryKey>();

  constructor(private readonly create: Create) {}

  async get(region: string, operation: Operation): Promise<AccessKey> {
    const {
      accessKey,
      secretKey,
      securityToken = "",
    } = await this.keys.get(theOnly, operation, (creating) => this.create(region, creating));
    keepSecrets([accessKey, secretKey, securityToken]);
    return { accessKey, secretKey, securityToken };
  }

  renewing<T>(call: () => Promise<T>): Promise<T> {
    return this.keys.renewing(theOnly, call);
  }
}

const theOnly = "";

/** The id token that is in the file now. Credentials that never had one are as good as refused. */
function presentIdToken(file: string, acceptance: Acceptance): string {
  try {
    return readIdToken(file);
  } catch (error) {
    throw new HuaweiCloudError({
      operation: "IAM CreateTokenWithIdToken",
      message: `nothing was sent: ${messageOf(error)}`,
      lacksProof: !acceptance.isGiven,
    });
  }
}
