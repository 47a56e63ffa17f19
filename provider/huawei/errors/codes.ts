import type { ServiceName } from "./calls";

/** What a code of the vendor means to this package. */
export type Meaning =
  | "missingKeypair"
  | "missingPrivateKey"
  | "missingServer"
  | "missingJob"
  | "invalidParameter"
  | "invalidServerId"
  | "invalidPaging"
  | "unknownProject"
  | "unknownKeypair"
  | "otherPrivateKey"
  | "unverifiedKeypair"
  | "tooManyServers"
  | "busy"
  | "notReady"
  | "noKeypairOrNotReady"
  | "frozenServer"
  | "internalError"
  | "noPermission"
  | "unusableAccount"
  | "unauthenticated"
  | "outdatedToken"
  | "throttled";

/** Codes with one meaning, and what the user can do. What to do with the inputs of a resource is that one's to say. */
interface Code {
  codes: readonly string[];
  meaning: Meaning;
  hint?: string;
}

/** All codes that this package knows. `docs/troubleshooting.md` tells what to do about them; a test compares the two. */
export const knownCodes: readonly Code[] = [
  { codes: ["KPS.4016", "KPS.6004"], meaning: "missingKeypair" },
  { codes: ["KPS.6005"], meaning: "missingPrivateKey" },
  {
    codes: ["CPS.0015", "CPS.0156", "CPS.0159"],
    meaning: "missingServer",
  },
  { codes: ["CPS.0011", "CPS.0050"], meaning: "missingJob" },
  { codes: ["KPS.0002"], meaning: "invalidParameter" },
  { codes: ["CPS.0016", "CPS.0097"], meaning: "invalidServerId" },
  { codes: ["CPS.0002"], meaning: "invalidPaging" },
  { codes: ["CPS.0046"], meaning: "unknownProject" },
  {
    codes: ["CPS.0067"],
    meaning: "unknownKeypair",
  },
  {
    codes: ["KPS.6011"],
    meaning: "otherPrivateKey",
  },
  { codes: ["KPS.6009"], meaning: "unverifiedKeypair", hint: "The user may not verify this key pair." },
  {
    codes: ["CPS.0096"],
    meaning: "tooManyServers",
    hint: "Set `huaweicloud-cph:serversPerCall` to a smaller number.",
  },
  { codes: ["CPS.0042"], meaning: "busy" },
  { codes: ["CPS.0099", "CPS.1027"], meaning: "notReady" },
  {
    codes: ["CPS.0098"],
    meaning: "noKeypairOrNotReady",
    hint: "The server never became ready, or the key pair cannot be used for it; look at both in the console.",
  },
  {
    codes: ["CPS.1028"],
    meaning: "frozenServer",
  },
  { codes: ["CPS.0003"], meaning: "internalError" },
  { codes: ["KPS.9003", "CPS.0001"], meaning: "noPermission" },
  {
    codes: ["KPS.9004"],
    meaning: "unusableAccount",
    hint: "The account is frozen; the console says why. Unpaid bills are a common reason.",
  },
  {
    codes: ["KPS.9005"],
    meaning: "unusableAccount",
    hint: "The account is restricted; the console says why. Unpaid bills are a common reason.",
  },
  {
    codes: ["KPS.9006"],
    meaning: "unusableAccount",
    hint: "The credentials belong to a kind of user that the service does not know; use those of an IAM user.",
  },
  {
    codes: ["CPS.0006"],
    meaning: "unusableAccount",
    hint: "The account is restricted; if bills are unpaid, top it up.",
  },
  {
    codes: ["CPS.0007"],
    meaning: "unusableAccount",
    hint: "The account is frozen; contact the service's support.",
  },
  {
    codes: ["CPS.0008"],
    meaning: "unusableAccount",
    hint: "Complete the account's real-name authentication in the console.",
  },
  {
    codes: ["APIGW.0301", "APIG.0301"],
    meaning: "unauthenticated",
    hint: "Check the credentials, and the clock of this machine, which may be 15 minutes off at most.",
  },
  {
    codes: ["APIGW.0307", "APIG.0307"],
    meaning: "outdatedToken",
    hint: "The token expired or belongs to another region.",
  },
  {
    codes: ["APIGW.0308", "APIG.0308"],
    meaning: "throttled",
    hint: "The service throttles this account; run again later.",
  },
];

const byCode = new Map(knownCodes.flatMap((known) => known.codes.map((code) => [code, known] as const)));

/** What a code means; undefined for one that nobody knows. */
export function meaningOf(code: string | undefined): Meaning | undefined {
  return code === undefined ? undefined : byCode.get(code)?.meaning;
}

/** What the user can do about a code, where that is known. */
export function hintOf(code: string | undefined): string | undefined {
  return code === undefined ? undefined : byCode.get(code)?.hint;
}

/** The code with its dot: one of the vendor's samples leaves it out (`CPS0005`). */
export function normaliseCode(code: string): string {
  return code.replace(/^([A-Z]+)(\d{4})$/, "$1.$2");
}

/** The service whose own a code is; undefined for those of gateways and others. */
export function serviceOfCode(code = ""): ServiceName | undefined {
  return code.startsWith("KPS.") ? "KPS" : code.startsWith("CPS.") ? "CPH" : undefined;
}
