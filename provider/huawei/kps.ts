import type { Encryption, GetKeypairResult, KeypairSummary } from "../schema/types";
import { Answer, nonEmpty } from "./answers";
import type { CallName } from "./errors/calls";
import { HuaweiCloudError, means } from "./errors/errors";
import { readByMarker } from "./paging";
import { ServiceClient } from "./serviceClient";
import { pathSegment, percentEncode } from "./sending/urlEncoding";

/** Body of KPS `POST /v3/{project_id}/keypairs`, in the provider's own names. */
export interface CreateKeypairRequest {
  name: string;
  type?: string;
  publicKey?: string;
  scope?: string;
  userId?: string;
  keyProtection?: KeyProtectionRequest;
}

export interface KeyProtectionRequest {
  privateKey?: string;
  encryption: Encryption;
}

/** Answer to the creation or import of a key pair. */
export interface CreatedKeypair {
  name: string;
  publicKey: string;
  fingerprint: string;
  /** Only of generated pairs, and only this once. */
  privateKey?: string;
  userId?: string;
}

/** One entry of a batch import: the key pair, or why it was refused. */
export type ImportOutcome = { name: string } & ({ keypair: CreatedKeypair } | { error: HuaweiCloudError });

/** Most entries of one batch import. */
export const batchImportLimit = 10;

/** Key pairs a list page is asked for. The largest page is not documented, so the documented default is asked for. */
export const keypairsPerPage = 50;

/** The Key Pair Service in one region, on behalf of one operation. Every method throws {@link HuaweiCloudError}. */
export class Kps extends ServiceClient {
  protected override readonly service = "kms";

  /**
   * Creates or imports a key pair: `POST /keypairs`.
   * Vendor's page: Creating and Importing an SSH Key Pair.
   */
  async createKeypair(request: CreateKeypairRequest): Promise<CreatedKeypair> {
    const answer = await this.call("KPS CreateKeypair", "POST", "/keypairs", { keypair: keypairBody(request) }, false);
    return createdKeypair(answer.object("keypair"), request);
  }

  /**
   * Imports up to {@link batchImportLimit} key pairs: `POST /keypairs/batch-import`. Entries fail one by one.
   * Vendor's page: Importing SSH Key Pairs in Batches.
   */
  async batchImportKeypairs(requests: readonly CreateKeypairRequest[]): Promise<ImportOutcome[]> {
    const body = requests.map((request) => ({ keypair: keypairBody(request) }));
    const operation = "KPS BatchImportKeypair";
    const answer = await this.call(operation, "POST", "/keypairs/batch-import", body, false);
    const imported = new Map(
      answer.optionalObjects("succeeded_keypairs").map((entry) => {
        const keypair = innermostKeypair(entry);
        return [keypair.text("name"), keypair] as const;
      }),
    );
    const refused = new Map(
      answer
        .optionalObjects("failed_keypairs")
        .map((entry) => [entry.text("keypair_name"), entry.optionalText("failed_reason") ?? ""] as const),
    );
    return requests.map((request) => {
      const { name } = request;
      const keypair = imported.get(name);
      if (keypair !== undefined) return { name, keypair: createdKeypair(keypair, request) };
      return { name, error: importError(operation, refused.get(name)) };
    });
  }

  /**
   * All key pairs, page by page: `GET /keypairs`.
   * Vendor's page: Obtaining SSH Key Pairs.
   */
  listKeypairs(): Promise<KeypairSummary[]> {
    return readByMarker({
      operation: "KPS ListKeypairs",
      read: async (marker) => {
        const query = `?limit=${keypairsPerPage}${marker === undefined ? "" : `&marker=${percentEncode(marker)}`}`;
        const answer = await this.call("KPS ListKeypairs", "GET", `/keypairs${query}`);
        return {
          items: answer.objects("keypairs").map((entry) => keypairSummary(entry.object("keypair"))),
          marker: nonEmpty(answer.optionalObject("page_info")?.optionalText("next_marker")),
        };
      },
      keyOf: ({ name }) => name,
      // Which code comes where a marker is not known is not documented.
      isRefusedMarker: (error) => means(error, "missingKeypair", "invalidParameter"),
    });
  }

  /** One key pair in detail: `GET /keypairs/{name}`. Undefined where there is none. */
  async getKeypair(name: string): Promise<GetKeypairResult | undefined> {
    const call = "KPS ListKeypairDetail";
    try {
      const answer = await this.call(call, "GET", keypairPath(call, name));
      return keypairDetail(answer.object("keypair").about("name", name));
    } catch (error) {
      if (means(error, "missingKeypair")) return undefined;
      throw error;
    }
  }

  /** Sets the description, `""` clears it: `PUT /keypairs/{name}`. */
  async updateDescription(name: string, description: string): Promise<void> {
    const call = "KPS UpdateKeypairDescription";
    await this.send(call, "PUT", keypairPath(call, name), { keypair: { description } });
  }

  /** Deletes a key pair and its hosted private key: `DELETE /keypairs/{name}`. No error where there is none. */
  async deleteKeypair(name: string): Promise<void> {
    const call = "KPS DeleteKeypair";
    try {
      await this.send(call, "DELETE", keypairPath(call, name));
    } catch (error) {
      if (!means(error, "missingKeypair")) throw error;
    }
  }

  /** Hosts a private key: `POST /keypairs/private-key/import`. */
  async importPrivateKey(name: string, userId: string | undefined, protection: KeyProtectionRequest): Promise<void> {
    const keypair = { name, user_id: userId, key_protection: keyProtectionBody(protection) };
    await this.send("KPS ImportPrivateKey", "POST", "/keypairs/private-key/import", { keypair }, false);
  }

  /** Gets a hosted private key: `POST /keypairs/private-key/export`. */
  async exportPrivateKey(name: string): Promise<string> {
    const answer = await this.call("KPS ExportPrivateKey", "POST", "/keypairs/private-key/export", {
      keypair: { name },
    });
    return answer.object("keypair").filledText("private_key");
  }

  /** Takes a hosted private key away: `DELETE /keypairs/{name}/private-key`. No error where none is hosted. */
  async clearPrivateKey(name: string): Promise<void> {
    const call = "KPS ClearPrivateKey";
    try {
      await this.send(call, "DELETE", `${keypairPath(call, name)}/private-key`);
    } catch (error) {
      if (!means(error, "missingPrivateKey", "missingKeypair")) throw error;
    }
  }

  protected override root(projectId: string): string {
    return `/v3/${projectId}`;
  }

  /** Without a body, what is missing is told by its name. */
  protected override answer(name: CallName, body: unknown): Answer {
    return super.answer(name, body === "" ? {} : body);
  }
}

function keypairPath(call: CallName, name: string): string {
  return `/keypairs/${pathSegment(call, name)}`;
}

function keypairBody({ name, type, publicKey, scope, userId, keyProtection }: CreateKeypairRequest): object {
  return {
    name,
    type,
    public_key: publicKey,
    scope,
    user_id: userId,
    key_protection: keyProtection && keyProtectionBody(keyProtection),
  };
}

function keyProtectionBody({ privateKey, encryption }: KeyProtectionRequest): object {
  return {
    private_key: privateKey,
    encryption: {
      type: encryption.type,
      kms_key_name: encryption.kmsKeyName,
      kms_key_id: encryption.kmsKeyId,
    },
  };
}

function createdKeypair(keypair: Answer, request: CreateKeypairRequest): CreatedKeypair {
  return {
    name: keypair.optionalText("name") ?? request.name,
    publicKey: keypair.optionalText("public_key") ?? request.publicKey ?? keypair.text("public_key"),
    fingerprint: keypair.optionalText("fingerprint") ?? "",
    // An import may be answered with a private key as well; it is not one that the service made.
    privateKey: request.publicKey === undefined ? generatedPrivateKey(keypair, request) : undefined,
    userId: nonEmpty(keypair.optionalText("user_id")),
  };
}

/** Without it a generated pair is of no use, unless the service hosts it and can export it. */
function generatedPrivateKey(keypair: Answer, { keyProtection }: CreateKeypairRequest): string | undefined {
  return keyProtection === undefined
    ? keypair.filledText("private_key")
    : nonEmpty(keypair.optionalText("private_key"));
}

/** The page nests an imported pair as `{keypair}`, the real service was seen to nest it twice. */
function innermostKeypair(entry: Answer): Answer {
  const keypair = entry.optionalObject("keypair") ?? entry;
  return keypair.optionalObject("keypair") ?? keypair;
}

/** `failed_reason` is a JSON document in a text; anything else is taken as the message itself. */
function importError(operation: CallName, reason: string | undefined): HuaweiCloudError {
  if (reason === undefined) {
    return new HuaweiCloudError({
      operation,
      message: "the answer does not mention this key pair",
      outcomeUnknown: true,
    });
  }
  try {
    const answer = Answer.of(operation, JSON.parse(reason));
    return new HuaweiCloudError({
      operation,
      status: 400,
      code: answer.optionalText("error_code"),
      message: answer.optionalText("error_msg") ?? reason,
    });
  } catch {
    return new HuaweiCloudError({ operation, status: 400, message: reason });
  }
}

function keypairSummary(keypair: Answer): KeypairSummary {
  return {
    name: keypair.text("name"),
    type: nonEmpty(keypair.descriptiveText("type")),
    scope: nonEmpty(keypair.descriptiveText("scope")),
    publicKey: keypair.optionalText("public_key") ?? "",
    fingerprint: keypair.descriptiveText("fingerprint") ?? "",
    isKeyProtection: keypair.optionalBoolean("is_key_protection"),
    frozenState: keypair.optionalInteger("frozen_state"),
  };
}

function keypairDetail(keypair: Answer): GetKeypairResult {
  return {
    ...keypairSummary(keypair),
    // A detail, other than a list, tells all: without a description the key pair has none.
    description: keypair.descriptiveText("description") ?? "",
    id: keypair.descriptiveText("id"),
    deleted: keypair.optionalBoolean("deleted"),
    userId: nonEmpty(keypair.descriptiveText("user_id")),
    algorithm: nonEmpty(keypair.descriptiveText("algorithm")),
    keyId: nonEmpty(keypair.descriptiveText("key_id")),
    createTime: keypair.descriptiveTime("create_time"),
    updateTime: keypair.descriptiveTime("update_time"),
    deleteTime: keypair.descriptiveTime("delete_time"),
  };
}
