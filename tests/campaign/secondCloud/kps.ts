/** KPS, the key pair service. Its messages are in the language of its home. */
import type { Account, Encryption, Keypair } from "./account";
import { field, listOr, Refusal, textOr, type Answer, type Call } from "./call";
import { fingerprint, generatePair, parsePublicKey, publicKeyOf } from "./keys";

const most = { name: 255, description: 255, batch: 10 };
const usualPage = 50;

const timeForms = {
  text: String,
  seconds: (milliseconds: number) => Math.floor(milliseconds / 1000),
  iso: (milliseconds: number) => new Date(milliseconds).toISOString(),
  milliseconds: (milliseconds: number) => milliseconds,
};

export async function createKeypair(account: Account, { body, user }: Call): Promise<Answer> {
  const { keypair, privateKey } = await add(account, field(body, "keypair"), user.id);
  const { createStatus, fingerprintInCreate, returnsHostedPrivateKey } = account.habits;
  const returned = keypair.privateKey === undefined || returnsHostedPrivateKey ? privateKey : undefined;
  return { status: createStatus, body: { keypair: shownNew(account, keypair, fingerprintInCreate, returned) } };
}

/** Entries fail one by one; what fails all of them is only how many there are. */
export async function batchImport(account: Account, { body, user }: Call): Promise<Answer> {
  const isFit = Array.isArray(body) && body.length > 0 && body.length <= most.batch;
  if (!isFit) throw badParameter("一次导入1到10个密钥对");
  const { batchNesting, batchReturnsPrivateKey, emptyList, fingerprintInBatch } = account.habits;
  const succeeded: unknown[] = [];
  const failed: unknown[] = [];
  for (const entry of body as unknown[]) {
    const given = field(entry, "keypair");
    try {
      if (field(given, "public_key") === undefined) throw badParameter("缺少公钥");
      const { keypair } = await add(account, given, user.id);
      const privateKey = batchReturnsPrivateKey ? keypair.privateKey : undefined;
      const shown = shownNew(account, keypair, fingerprintInBatch, privateKey);
      succeeded.push(batchNesting === "twice" ? { keypair: { keypair: shown } } : { keypair: shown });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const reason = JSON.stringify({ error_msg: error.message, error_code: error.code }, null, 1);
      failed.push({ keypair_name: field(given, "name"), failed_reason: reason });
    }
  }
  return {
    status: 200,
    body: {
      succeeded_keypairs: listOr(succeeded.reverse(), emptyList),
      failed_keypairs: listOr(failed, emptyList),
    },
  };
}

export function listKeypairs(account: Account, { query }: Call): Answer {
  const { largestPage, everyFullPageHasMarker, blank } = account.habits;
  const asked = query.get("limit") ?? String(usualPage);
  if (!/^[1-9]\d*$/.test(asked)) throw badParameter("limit无效");
  if (Number(asked) > largestPage.size && largestPage.refusesMore) throw badParameter("limit过大");
  const size = Math.min(Number(asked), largestPage.size);
  const rest = keypairsAfter(account, query.get("marker") ?? "");
  const page = rest.slice(0, size);
  const markerOf = (keypair: Keypair | undefined) =>
    keypair ? writeMarker(account, placeOf(account, keypair)) : blank;
  const goesOn = rest.length > page.length || (everyFullPageHasMarker && page.length === size);
  return {
    status: 200,
    body: {
      keypairs: page.map((keypair) => ({ keypair: shownListed(account, keypair) })),
      page_info: {
        next_marker: goesOn ? markerOf(page.at(-1)) : blank,
        previous_marker: markerOf(page[0]),
        current_count: page.length,
      },
    },
  };
}

export function showKeypair(account: Account, { target }: Call): Answer {
  const keypair = find(account, target);
  const { keypairTime, blank } = account.habits;
  const shown = timeForms[keypairTime];
  return {
    status: 200,
    body: {
      keypair: {
        ...shownListed(account, keypair),
        id: keypair.id,
        description: textOr(keypair.description, blank),
        user_id: keypair.userId,
        create_time: shown(keypair.created),
        update_time: keypair.updated === undefined ? blank : shown(keypair.updated),
        delete_time: blank,
        deleted: false,
        frozen_state: 0,
        key_id: keypair.encryption?.kms_key_id ?? blank,
        algorithm: keypair.publicKey.split(" ")[0],
      },
    },
  };
}

export function updateDescription(account: Account, { target, body }: Call): Answer {
  const keypair = find(account, target);
  const description = field(field(body, "keypair"), "description");
  if (typeof description !== "string" || Array.from(description).length > most.description)
    throw badParameter("描述无效");
  Object.assign(keypair, { description, updated: account.now() });
  return { status: 200, body: account.habits.updateBody };
}

export function deleteKeypair(account: Account, { target }: Call): Answer {
  account.keypairs.delete(find(account, target).name);
  const status = account.habits.deleteStatus;
  return { status, body: status === 204 ? undefined : {} };
}

export function importPrivateKey(account: Account, { body }: Call): Answer {
  const given = field(body, "keypair");
  const keypair = find(account, String(field(given, "name")));
  const { privateKey, encryption } = protection(field(given, "key_protection"), keypair.publicKey);
  if (privateKey === undefined) throw badParameter("缺少私钥");
  Object.assign(keypair, { privateKey, encryption });
  return { status: 200, body: { keypair: { name: keypair.name } } };
}

export function exportPrivateKey(account: Account, { body }: Call): Answer {
  const { name, privateKey } = findHosted(account, String(field(field(body, "keypair"), "name")));
  return { status: 200, body: { keypair: { name, private_key: privateKey } } };
}

export function clearPrivateKey(account: Account, { target }: Call): Answer {
  Object.assign(findHosted(account, target), { privateKey: undefined, encryption: undefined });
  return { status: 200 };
}

function badParameter(message: string): Refusal {
  return new Refusal(400, "KPS.0002", message);
}

/** Checks all that can be wrong before it makes anything. */
async function add(
  account: Account,
  given: unknown,
  callerId: string,
): Promise<{ keypair: Keypair; privateKey?: string }> {
  const name = field(given, "name");
  const type = field(given, "type") ?? "ssh";
  const scope = field(given, "scope") ?? "user";
  const userId = field(given, "user_id") ?? callerId;
  const text = field(given, "public_key");
  const hosting = field(given, "key_protection");
  if (typeof name !== "string" || name.length > most.name || !/^[\w-]+$/.test(name)) throw badParameter("名称无效");
  if (type !== "ssh") throw badParameter("类型无效");
  if (scope !== "user" && scope !== "domain") throw badParameter("scope无效");
  if (userId !== callerId) throw new Refusal(400, "KPS.0006", "用户不存在");
  const imported = typeof text === "string" ? parsePublicKey(text) : undefined;
  if (text !== undefined && imported === undefined) throw badParameter("公钥无效");
  const { privateKey: hosted, encryption } = hosting === undefined ? {} : protection(hosting, imported?.text);
  if (imported !== undefined && hosting !== undefined && hosted === undefined) throw badParameter("缺少私钥");
  const generated = imported === undefined ? await generatePair() : undefined;
  // Somebody else may have taken the name while the pair was made.
  if (account.keypairs.has(name)) throw new Refusal(account.habits.takenName, "KPS.7004", `密钥对“${name}”已存在`);

  const { comment } = account.habits;
  const keypair = account.addKeypair({
    name,
    scope,
    userId,
    publicKey: imported?.text ?? generated?.publicKey ?? "",
    comment: imported === undefined || comment !== "own" ? "Generated-by-Nova\n" : imported.comment,
    generated: imported === undefined,
    description: "",
    ...(encryption && { encryption, privateKey: hosted ?? generated?.privateKey }),
  });
  return { keypair, privateKey: generated?.privateKey };
}

/** What a request says of hosting; a private key has to belong to the public one. */
function protection(given: unknown, publicKey: string | undefined): { privateKey?: string; encryption: Encryption } {
  const encryption = field(given, "encryption");
  const [type, name, id] = ["type", "kms_key_name", "kms_key_id"].map((part) => field(encryption, part));
  if (type !== "default" && type !== "kms") throw badParameter("加密方式无效");
  if (type === "kms" && typeof name !== "string" && typeof id !== "string") throw badParameter("缺少KMS密钥");
  const privateKey = field(given, "private_key");
  if (privateKey === undefined) return { encryption: encryption as Encryption };
  if (typeof privateKey !== "string" || publicKeyOf(privateKey) === undefined) throw badParameter("私钥无效");
  if (publicKeyOf(privateKey) !== publicKey) throw new Refusal(400, "KPS.6011", "私钥与公钥不匹配");
  return { privateKey, encryption: encryption as Encryption };
}

function find(account: Account, name: string): Keypair {
  const keypair = account.keypairs.get(name);
  const { status, code } = account.habits.missingKeypair;
  if (keypair === undefined) throw new Refusal(status, code, "密钥对不存在");
  return keypair;
}

function findHosted(account: Account, name: string): Keypair {
  const keypair = find(account, name);
  if (keypair.privateKey !== undefined) return keypair;
  throw new Refusal(account.habits.missingPrivateKey, "KPS.6005", "没有托管私钥");
}

/** As the answer to its creation shows a key pair. */
function shownNew(
  { habits }: Account,
  { name, publicKey, comment, userId }: Keypair,
  form: "md5" | "sha256",
  privateKey: string | undefined,
) {
  return {
    name,
    type: "ssh",
    public_key: `${publicKey} ${comment}`,
    private_key: textOr(privateKey, habits.blank),
    fingerprint: fingerprint(publicKey, form),
    user_id: userId,
  };
}

function shownListed({ habits }: Account, { name, scope, publicKey, comment, privateKey }: Keypair) {
  return {
    name,
    type: "ssh",
    scope,
    public_key: `${publicKey} ${comment}`,
    fingerprint: fingerprint(publicKey, habits.fingerprintInRead),
    is_key_protection: privateKey !== undefined,
    frozen_state: habits.frozenState === "text" ? "0" : 0,
  };
}

/** By what a list is ordered, and a marker tells a key pair. */
function placeOf({ habits }: Account, { name, id }: Keypair): string {
  return habits.listedBy === "name" ? name : String(id);
}

/** Those behind a marker, in the order of lists; all of them where there is none. */
function keypairsAfter(account: Account, marker: string): Keypair[] {
  const { listsBackwards, deletedMarker } = account.habits;
  const isBefore = (place: string, other: string) => (listsBackwards ? place > other : place < other);
  const places = new Map(
    [...account.keypairs.values()].map((keypair) => [placeOf(account, keypair), keypair] as const),
  );
  const ordered = [...places].sort(([one], [other]) => (isBefore(one, other) ? -1 : 1));
  if (marker === "") return ordered.map(([, keypair]) => keypair);
  const marked = readMarker(account, marker);
  if (!places.has(marked) && deletedMarker === "refused") throw badParameter("marker无效");
  if (!places.has(marked) && deletedMarker === "leads nowhere") return [];
  return ordered.filter(([place]) => isBefore(marked, place)).map(([, keypair]) => keypair);
}

/** Markers have characters that mean something in a URL. */
function writeMarker({ habits }: Account, place: string): string {
  return habits.marker === "base64" ? Buffer.from(`?>${place}`).toString("base64") : `KeyPair &+=%${place}`;
}

function readMarker({ habits }: Account, marker: string): string {
  const text = habits.marker === "base64" ? Buffer.from(marker, "base64").toString() : marker;
  const prefix = habits.marker === "base64" ? "?>" : "KeyPair &+=%";
  if (!text.startsWith(prefix)) throw badParameter("marker无效");
  return text.slice(prefix.length);
}
