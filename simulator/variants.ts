/**
 * Everything about the real services that no public source settles, as switches. A client that works under every value of every
 * switch works whichever way the service turns out to behave. The defaults follow the samples of the vendor's pages.
 */

interface Choice<V extends string> {
  /** The values the switch can take; the first is the default. */
  readonly values: readonly [V, ...V[]];
  readonly about: string;
}

interface Amount {
  /** A number, zero or more; this is the default. */
  readonly amount: number;
  readonly about: string;
}

function choice<V extends string>(about: string, ...values: [V, ...V[]]): Choice<V> {
  return { values, about };
}

function amount(about: string, standard: number): Amount {
  return { amount: standard, about };
}

/** The one table of switches, from which the types, `--help` and the admin API are made. */
export const variantTable = {
  // KPS
  missingKeypair: choice("the answer for a key pair that does not exist", "404", "KPS.4016", "KPS.6004"),
  existingKeypair: choice("the status that goes with KPS.7004 when one key pair is created", "400", "409"),
  createStatus: choice("the status of a key pair's creation", "200", "201", "202"),
  updateBody: choice("the body of a description's update", "empty", "object"),
  deleteStatus: choice("the status of a key pair's deletion", "204", "200", "202"),
  lastPageMarker: choice("next_marker on the last page of key pairs", "null", "absent", "empty"),
  listOrder: choice("the order of listed key pairs", "newest-first", "oldest-first"),
  maxListLimit: amount("the most key pairs a page can hold", 1000),
  listLimitExceeded: choice("a list with a larger limit is", "capped", "refused"),
  listFields: choice("the fields of a listed key pair; few = name, type and public_key", "all", "few"),
  listFrozenState: choice("frozen_state in lists; the Go SDK takes nothing but a string", "string", "number"),
  batchNesting: choice("the nesting of each succeeded_keypairs entry", "keypair", "keypair.keypair"),
  batchPrivateKey: choice("an imported private key in a batch import's answer is", "absent", "returned"),
  batchWithoutPublicKey: choice("a batch entry without a public key is", "failed", "generated"),
  invalidBatchEntry: choice("a batch entry that is invalid fails", "alone", "the-whole-call"),
  createFingerprint: choice("the fingerprint in the answer to a creation", "md5", "sha256"),
  batchFingerprint: choice("the fingerprint in the answer to a batch import", "sha256", "md5"),
  readFingerprint: choice("the fingerprint in lists and details", "md5", "sha256"),
  publicKeyNewline: choice("a newline at the end of every returned public key is", "absent", "appended"),
  publicKeyComment: choice("the comment of an imported public key is", "kept", "replaced"),
  algorithm: choice("how a key's algorithm is written", "ssh-ed25519", "ED25519"),
  emptyText: choice("an optional text of a key pair that is empty is", "refused", "as-absent"),
  timeUnit: choice("a key pair's times", "milliseconds", "seconds", "iso8601"),
  kpsLanguage: choice("the language of KPS error messages", "english", "chinese"),
  // CPH
  jobSeconds: amount("how long a job takes, in seconds", 2),
  jobsVisibleAfter: amount("for how many seconds after its submission a job is not found", 0),
  keypairNameLag: amount("for how many seconds after a job's success the server still shows its earlier key pair", 0),
  serversPerCall: amount("the most servers one open-access call may name", 10),
  busyServer: choice("a new key pair for a server with a running job is", "accepted", "refused"),
  missingServer: choice(
    "the code for a server that does not exist; by-call = CPS.0015 for details and CPS.0159 for open access",
    "by-call",
    "CPS.0015",
    "CPS.0159",
  ),
  createTimeUnit: choice("create_since and create_until of a list of servers", "milliseconds", "seconds"),
  rejectedEntry: choice("an open-access entry that cannot be served fails", "alone", "the-whole-call"),
  jobStatus: choice("a job's status", "number", "string"),
  jobErrorCode: choice("error_code of a job that did not fail", "empty", "null", "absent"),
  runningEndTime: choice("end_time of a job that runs", "empty", "absent"),
  keypairDeletedDuringJob: choice("a job whose key pair is deleted while it runs", "succeeds", "fails"),
  missingJob: choice("the status that goes with CPS.0011", "404", "400"),
  missingRequest: choice("jobs of an unknown request id", "400", "404", "empty-list"),
  cphStatuses: choice("the HTTP statuses of CPS.0001, 0015 and 0159; inferred = 403 and 404", "inferred", "400"),
  statusDuringJob: choice("a server's status while it is given another key pair", "normal", "starting"),
  serverCount: choice("count in a list of servers", "total", "page"),
  cphCodeSpelling: choice("CPH error codes are spelled", "CPS.0005", "CPS0005"),
  // IAM
  iamUnauthorized: choice("a 401 of IAM for a signature or token is answered by", "gateway", "iam"),
  // The machine on which a client runs
  metadataVersions: choice("the versions of the metadata service that are served", "both", "v2", "v1"),
  // Gateway
  gatewayPrefix: choice("the prefix of the gateway's error codes", "APIGW", "APIG"),
  foreignProject: choice(
    "a call to a project of another account is answered as; for KPS, invalid is forbidden",
    "forbidden",
    "missing",
    "invalid",
  ),
  expiredToken: choice("the gateway's code for an expired token", "0307", "0301"),
  retryAfter: choice("the Retry-After header on a throttled call is", "absent", "present"),
  throttleBody: choice("the body of a throttled call", "gateway", "empty", "html"),
} as const satisfies Record<string, Choice<string> | Amount>;

/** The name of a switch. */
export type VariantName = keyof typeof variantTable;

/** A value for each switch. */
export type Variants = {
  [N in VariantName]: (typeof variantTable)[N] extends Choice<infer V> ? V : number;
};

/** The value of each switch that nobody has touched. */
export function defaultVariants(): Variants {
  const entries = Object.entries(variantTable).map(([name, entry]) => [
    name,
    "amount" in entry ? entry.amount : entry.values[0],
  ]);
  return Object.fromEntries(entries) as Variants;
}

/** Reads switches as an admin call or a command line gives them; says what is wrong with those it cannot take. */
export function parseVariants(given: Readonly<Record<string, unknown>>): Partial<Variants> {
  const parsed: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(given)) {
    if (!isVariantName(name))
      throw new Error(`There is no variant "${name}". Known: ${Object.keys(variantTable).join(", ")}.`);

    const entry = variantTable[name];
    if ("amount" in entry) parsed[name] = parseAmount(name, value);
    else if ((entry.values as readonly unknown[]).includes(value)) parsed[name] = String(value);
    else throw new Error(`Variant "${name}" can be ${entry.values.join(", ")}; got "${String(value)}".`);
  }
  return parsed;
}

function isVariantName(name: string): name is VariantName {
  return Object.hasOwn(variantTable, name);
}

function parseAmount(name: string, value: unknown): number {
  const number = value === "" ? NaN : Number(value);
  if (!Number.isFinite(number) || number < 0)
    throw new Error(`Variant "${name}" must be a number, zero or more; got "${String(value)}".`);

  return number;
}
