import type { OperationOf, ProjectCall, ProjectHandler, Reply } from "./call";
import { publicKeyOf, type Cloud, type Encryption, type Keypair, type Project } from "./cloud";
import { ApiError, errorBody, kpsError, messageOf } from "./errors";
import { userId } from "./identity";
import { isObject, isText, type JsonObject } from "./json";
import {
  fingerprint,
  generatedComment,
  generateKeypair,
  isPrivateHalf,
  parsePublicKey,
  withoutComment,
  type FingerprintFormat,
  type PublicKey,
} from "./keyMaterial";

/** The Key Pair Service, v3. */
export const kpsHandlers: Record<OperationOf<"kps">, ProjectHandler> = {
  CreateKeypair: createKeypair,
  ListKeypairs: listKeypairs,
  BatchImportKeypair: batchImportKeypairs,
  ImportPrivateKey: importPrivateKey,
  ExportPrivateKey: exportPrivateKey,
  ClearPrivateKey: clearPrivateKey,
  ListKeypairDetail: showKeypair,
  UpdateKeypairDescription: updateDescription,
  DeleteKeypair: deleteKeypair,
};

const mostImports = 10;
const longestDescription = 255;
const defaultPageLimit = 50;

async function createKeypair(cloud: Cloud, call: ProjectCall): Promise<Reply> {
  const wanted = readNewKeypair(cloud, call, keypairOf(call.body));
  const { keypair, privateKey } = await addKeypair(cloud, call, wanted);
  return {
    status: Number(cloud.variants.createStatus),
    body: { keypair: { ...createdFields(cloud, keypair, cloud.variants.createFingerprint), private_key: privateKey } },
  };
}

async function batchImportKeypairs(cloud: Cloud, call: ProjectCall): Promise<Reply> {
  if (!Array.isArray(call.body) || call.body.length === 0) throw invalid("the body must be an array of key pairs");

  if (call.body.length > mostImports) throw invalid(`at most ${mostImports} key pairs can be imported at a time`);

  const succeeded: unknown[] = [];
  const failed: unknown[] = [];
  const entries = call.body.map(keypairOf);
  if (cloud.variants.invalidBatchEntry === "the-whole-call")
    for (const wanted of entries) readImport(cloud, call, wanted);

  for (const wanted of entries) {
    try {
      succeeded.push(await importOne(cloud, call, wanted));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;

      const reason = JSON.stringify(errorBody(error, call.requestId, cloud.variants));
      failed.push({ keypair_name: shownName(wanted), failed_reason: reason });
    }
  }
  return { status: 200, body: { failed_keypairs: failed, succeeded_keypairs: succeeded } };
}

/** The name that an entry gives, as text also where it gives a number or none. */
function shownName({ name }: JsonObject): string {
  return typeof name === "string" ? name : name === undefined || name === null ? "" : JSON.stringify(name);
}

async function importOne(cloud: Cloud, call: ProjectCall, wanted: JsonObject): Promise<unknown> {
  const { variants } = cloud;
  const { keypair, privateKey } = await addKeypair(cloud, call, readImport(cloud, call, wanted));
  const hosted = variants.batchPrivateKey === "returned" ? (keypair.privateKey ?? undefined) : undefined;
  const answer = {
    keypair: { ...createdFields(cloud, keypair, variants.batchFingerprint), private_key: privateKey ?? hosted },
  };
  return variants.batchNesting === "keypair.keypair" ? { keypair: answer } : answer;
}

function listKeypairs(cloud: Cloud, call: ProjectCall): Reply {
  const { query } = call.request;
  const limit = pageLimit(cloud, query.get("limit") ?? "");
  const after = markedId(query.get("marker") ?? "");
  const newestFirst = cloud.variants.listOrder === "newest-first";
  const all = [...call.project.keypairs.values()].sort((a, b) => (newestFirst ? b.id - a.id : a.id - b.id));
  const found = after === undefined ? 0 : all.findIndex(({ id }) => (newestFirst ? id < after : id > after));
  const start = found < 0 ? all.length : found;
  const page = all.slice(start, start + limit);
  const last = page.at(-1);
  const hasMore = last !== undefined && last !== all.at(-1);
  return {
    status: 200,
    body: {
      keypairs: page.map((keypair) => ({ keypair: listedFields(cloud, keypair) })),
      page_info: {
        ...nextMarker(cloud, hasMore ? last : undefined),
        previous_marker: previousMarker(start > 0 ? all[Math.max(0, start - limit)] : undefined, newestFirst),
        current_count: page.length,
      },
    },
  };
}

function showKeypair(cloud: Cloud, call: ProjectCall): Reply {
  const keypair = findKeypair(cloud, call.project, call.parameters.keypair_name);
  const time = (milliseconds: number | null) => (milliseconds === null ? null : formatTime(cloud, milliseconds));
  return {
    status: 200,
    body: {
      keypair: {
        name: keypair.name,
        id: keypair.id,
        type: keypair.type,
        scope: keypair.scope,
        public_key: shownPublicKey(cloud, keypair),
        fingerprint: fingerprint(publicKeyOf(keypair), cloud.variants.readFingerprint),
        is_key_protection: keypair.privateKey !== null,
        deleted: false,
        description: keypair.description,
        user_id: keypair.userId,
        create_time: time(keypair.createTime),
        delete_time: null,
        update_time: time(keypair.updateTime),
        frozen_state: keypair.frozenState,
        key_id: keypair.encryption?.kms_key_id ?? null,
        algorithm: shownAlgorithm(cloud, keypair),
      },
    },
  };
}

function updateDescription(cloud: Cloud, call: ProjectCall): Reply {
  const keypair = findKeypair(cloud, call.project, call.parameters.keypair_name);
  const { description } = keypairOf(call.body);
  if (typeof description !== "string" || Array.from(description).length > longestDescription)
    throw invalid(`description must be text of at most ${longestDescription} characters`);

  keypair.description = description;
  keypair.updateTime = cloud.clock.now();
  return cloud.variants.updateBody === "object" ? { status: 200, body: {} } : { status: 200 };
}

function deleteKeypair(cloud: Cloud, call: ProjectCall): Reply {
  const keypair = findKeypair(cloud, call.project, call.parameters.keypair_name);
  call.project.keypairs.delete(keypair.name);
  return { status: Number(cloud.variants.deleteStatus) };
}

function importPrivateKey(cloud: Cloud, call: ProjectCall): Reply {
  const wanted = readTexts(cloud, keypairOf(call.body));
  const keypair = findKeypair(cloud, call.project, nameOf(wanted));
  const protection = protectionOf(wanted, publicKeyOf(keypair));
  if (protection === undefined || protection.privateKey === null)
    throw invalid("key_protection with a private_key is missing");

  Object.assign(keypair, protection);
  keypair.updateTime = cloud.clock.now();
  return { status: 200, body: { keypair: { name: keypair.name } } };
}

function exportPrivateKey(cloud: Cloud, call: ProjectCall): Reply {
  const keypair = findKeypair(cloud, call.project, nameOf(keypairOf(call.body)));
  if (keypair.privateKey === null) throw noPrivateKey(400);

  return { status: 200, body: { keypair: { name: keypair.name, private_key: keypair.privateKey } } };
}

function clearPrivateKey(cloud: Cloud, call: ProjectCall): Reply {
  const keypair = findKeypair(cloud, call.project, call.parameters.keypair_name);
  if (keypair.privateKey === null) throw noPrivateKey(404);

  keypair.privateKey = null;
  keypair.encryption = null;
  keypair.updateTime = cloud.clock.now();
  return { status: 200 };
}

/** A key pair that is asked for, with nothing wrong in it. */
interface WantedKeypair extends Pick<Keypair, "name" | "type" | "scope" | "userId"> {
  readonly imported: { readonly text: string; readonly key: PublicKey } | undefined;
  readonly protection: { readonly privateKey: string | null; readonly encryption: Encryption } | undefined;
}

function readNewKeypair(cloud: Cloud, call: ProjectCall, given: JsonObject): WantedKeypair {
  const wanted = readTexts(cloud, given);
  const name = nameOf(wanted);
  const type = oneOf(wanted, "type", ["ssh", "x509"]);
  const scope = oneOf(wanted, "scope", ["user", "domain"]);
  const userId = ownerOf(cloud, call, wanted);
  const imported = importedKey(type, wanted);
  const protection = protectionOf(wanted, imported?.key);
  if (imported !== undefined && protection?.privateKey === null)
    throw invalid("key_protection of an imported key pair needs its private_key");

  return { name, type, scope, userId, imported, protection };
}

/** Reads an entry of a batch import. */
function readImport(cloud: Cloud, call: ProjectCall, given: JsonObject): WantedKeypair {
  const wanted = readNewKeypair(cloud, call, given);
  if (wanted.imported === undefined && cloud.variants.batchWithoutPublicKey === "failed")
    throw invalid("public_key is missing");

  return wanted;
}

/** Imports or generates a key pair; `privateKey` is there only where it was generated. */
async function addKeypair(
  cloud: Cloud,
  { project }: ProjectCall,
  { name, type, scope, userId, imported, protection }: WantedKeypair,
): Promise<{ keypair: Keypair; privateKey?: string }> {
  const generated = imported === undefined ? await generateKeypair(type) : undefined;
  // Checked only now, because a key pair of that name may have come up while this one was generated.
  if (project.keypairs.has(name)) {
    const status = Number(cloud.variants.existingKeypair);
    throw kpsError(status, "KPS.7004", `Key pair '${name}' already exists.`);
  }
  const keypair = cloud.putKeypair(project, {
    name,
    type,
    scope,
    publicKey: imported?.text ?? generated?.publicKey ?? "",
    generated: generated !== undefined,
    privateKey: protection === undefined ? null : (protection.privateKey ?? generated?.privateKey ?? null),
    encryption: protection?.encryption ?? null,
    description: "",
    userId,
  });
  return { keypair, ...(generated !== undefined && { privateKey: generated.privateKey }) };
}

function keypairOf(body: unknown): JsonObject {
  const keypair = isObject(body) ? body.keypair : undefined;
  if (!isObject(keypair)) throw invalid("keypair is missing");

  return keypair;
}

/** Refuses texts that are empty, or takes them out. */
function readTexts(cloud: Cloud, given: JsonObject): JsonObject {
  const fields = Object.entries(given).map(
    ([name, value]) => [name, isObject(value) ? readTexts(cloud, value) : value] as const,
  );
  const [empty] = fields.find(([, value]) => value === "") ?? [];
  if (empty !== undefined && cloud.variants.emptyText === "refused") throw invalid(`${empty} is empty`);

  return Object.fromEntries(fields.filter(([, value]) => value !== ""));
}

function nameOf(wanted: JsonObject): string {
  const { name } = wanted;
  if (!isText(name) || !/^[A-Za-z0-9_-]{1,255}$/.test(name))
    throw invalid("name must consist of 1 to 255 letters, digits, underscores and hyphens");

  return name;
}

/** A field that has few values, the first of which is the default. */
function oneOf<const V extends string>(wanted: JsonObject, field: string, values: readonly [V, ...V[]]): V {
  const value = wanted[field] ?? values[0];
  const found = values.find((candidate) => candidate === value);
  if (found === undefined) throw invalid(`${field} must be ${values.join(" or ")}`);

  return found;
}

function ownerOf(cloud: Cloud, call: ProjectCall, wanted: JsonObject): string {
  const owner = wanted.user_id ?? userId(call.caller.principal);
  if (owner === userId(call.caller.principal)) return owner;

  if (typeof owner !== "string" || cloud.identity.userOfId(owner)?.domain !== call.project.domain)
    throw kpsError(400, "KPS.0006", "User not found.");

  return owner;
}

function importedKey(type: Keypair["type"], wanted: JsonObject): { text: string; key: PublicKey } | undefined {
  const text = wanted.public_key;
  if (text === undefined || text === null) return undefined;

  if (typeof text !== "string") throw invalid("public_key must be text");

  try {
    return { text, key: parsePublicKey(type, text) };
  } catch (error) {
    throw invalid(`public_key is not valid: ${messageOf(error)}`);
  }
}

/** Reads key_protection and checks the private key in it against the public key that it is to go with. */
function protectionOf(
  wanted: JsonObject,
  publicKey: PublicKey | undefined,
): { privateKey: string | null; encryption: Encryption } | undefined {
  const protection = wanted.key_protection;
  if (protection === undefined || protection === null) return undefined;

  if (!isObject(protection)) throw invalid("key_protection must be an object");

  const encryption = encryptionOf(protection.encryption);
  const privateKey = protection.private_key ?? null;
  if (privateKey === null) return { privateKey, encryption };

  if (typeof privateKey !== "string" || publicKey === undefined)
    throw invalid("private_key must be text and go with a public_key");

  if (!privateKeyFits(privateKey, publicKey))
    throw kpsError(400, "KPS.6011", "The imported private key not match public key.");

  return { privateKey, encryption };
}

function privateKeyFits(privateKey: string, publicKey: PublicKey): boolean {
  try {
    return isPrivateHalf(privateKey, publicKey);
  } catch (error) {
    throw invalid(`private_key is not valid: ${messageOf(error)}`);
  }
}

function encryptionOf(encryption: unknown): Encryption {
  if (!isObject(encryption) || (encryption.type !== "default" && encryption.type !== "kms"))
    throw invalid("encryption must have the type default or kms");

  const { type, kms_key_name: name, kms_key_id: id } = encryption;
  if (type === "kms" && !isText(name) && !isText(id))
    throw invalid("encryption of type kms needs kms_key_name or kms_key_id");

  return { type, ...(isText(name) && { kms_key_name: name }), ...(isText(id) && { kms_key_id: id }) };
}

function findKeypair(cloud: Cloud, project: Project, name = ""): Keypair {
  const keypair = project.keypairs.get(name);
  if (keypair !== undefined) return keypair;

  switch (cloud.variants.missingKeypair) {
    case "404":
      throw kpsError(404, "KPS.4016", "The key pair is not exist.");
    case "KPS.4016":
      throw kpsError(400, "KPS.4016", "The key pair is not exist.");
    case "KPS.6004":
      throw kpsError(400, "KPS.6004", "No Keypair find.");
  }
}

function createdFields(cloud: Cloud, keypair: Keypair, format: FingerprintFormat): JsonObject {
  return {
    name: keypair.name,
    type: keypair.type,
    public_key: shownPublicKey(cloud, keypair),
    fingerprint: fingerprint(publicKeyOf(keypair), format),
    user_id: keypair.userId,
  };
}

function listedFields(cloud: Cloud, keypair: Keypair): JsonObject {
  const few = { name: keypair.name, type: keypair.type, public_key: shownPublicKey(cloud, keypair) };
  if (cloud.variants.listFields === "few") return few;

  return {
    ...few,
    scope: keypair.scope,
    fingerprint: fingerprint(publicKeyOf(keypair), cloud.variants.readFingerprint),
    is_key_protection: keypair.privateKey !== null,
    frozen_state: cloud.variants.listFrozenState === "string" ? String(keypair.frozenState) : keypair.frozenState,
  };
}

function shownPublicKey(cloud: Cloud, keypair: Keypair): string {
  const { publicKeyComment, publicKeyNewline } = cloud.variants;
  const replaced = publicKeyComment === "replaced" && keypair.type === "ssh";
  const text = replaced ? `${withoutComment(keypair.publicKey)} ${generatedComment}` : keypair.publicKey;
  return publicKeyNewline === "appended" ? `${text.trimEnd()}\n` : text;
}

function shownAlgorithm(cloud: Cloud, keypair: Keypair): string {
  const { algorithm, key } = publicKeyOf(keypair);
  return cloud.variants.algorithm === "ED25519" ? (key.asymmetricKeyType ?? algorithm).toUpperCase() : algorithm;
}

function formatTime(cloud: Cloud, milliseconds: number): number | string {
  switch (cloud.variants.timeUnit) {
    case "milliseconds":
      return milliseconds;
    case "seconds":
      return Math.floor(milliseconds / 1000);
    case "iso8601":
      return new Date(milliseconds).toISOString();
  }
}

function pageLimit(cloud: Cloud, text: string): number {
  const { maxListLimit, listLimitExceeded } = cloud.variants;
  // By the digits: the service does not take what JavaScript reads as a number as well, such as 1e1 or 0x2.
  const limit = text === "" ? defaultPageLimit : /^\d{1,15}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || (limit > maxListLimit && listLimitExceeded === "refused"))
    throw invalid(`limit must be a number from 1 to ${maxListLimit}`);

  return Math.min(limit, maxListLimit);
}

/** Marks the page that begins after an id, whether or not there is, or ever was, a key pair of that id. */
function markerOf(id: number): string {
  return `KeyPair-${id}`;
}

function markedId(marker: string): number | undefined {
  if (marker === "") return undefined;

  const id = /^KeyPair-(\d+)$/.exec(marker)?.[1];
  if (id === undefined) throw invalid("marker is not one that a list returned");

  return Number(id);
}

function nextMarker(cloud: Cloud, last: Keypair | undefined): { next_marker?: string | null } {
  if (last !== undefined) return { next_marker: markerOf(last.id) };

  switch (cloud.variants.lastPageMarker) {
    case "null":
      return { next_marker: null };
    case "empty":
      return { next_marker: "" };
    case "absent":
      return {};
  }
}

/** The marker of the page that begins with a key pair. */
function previousMarker(first: Keypair | undefined, newestFirst: boolean): string | null {
  return first === undefined ? null : markerOf(newestFirst ? first.id + 1 : first.id - 1);
}

function invalid(reason: string): ApiError {
  return kpsError(400, "KPS.0002", `Parameter error: ${reason}.`);
}

function noPrivateKey(status: number): ApiError {
  return kpsError(status, "KPS.6005", "No private key managed.");
}
