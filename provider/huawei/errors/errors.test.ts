import { randomBytes } from "node:crypto";
import { everyFormOf } from "../../testing/simulatedCloud";
import { printable } from "../../text/text";
import { normaliseCode } from "./codes";
import { HuaweiCloudError, isAuthenticationFailure, isForbidden, means } from "./errors";
import { keepSecrets, keepSecretValues, redactSecrets } from "../../text/redaction";

const operation = "KPS ListKeypairDetail";

describe("the message", () => {
  test("tells call, vendor's words, status, code, request id and what to do", () => {
    const error = new HuaweiCloudError({
      operation,
      message: "No operation permission",
      status: 403,
      code: "KPS.9003",
      requestId: "r-1",
    });
    expect(error.message).toBe(
      "KPS ListKeypairDetail failed: No operation permission. (HTTP 403, KPS.9003, request r-1) Grant the user the action " +
        "`kps:domainKeypairs:get` (`kps:SSHKeyPair:get` in an identity policy); the system policy `DEW KeypairFullAccess` has it. " +
        "If the user has it already, the project may be another account's: check `projectId`.",
    );
  });

  test("of an error without status, code and request id has no brackets", () => {
    expect(new HuaweiCloudError({ operation, message: "stopped" }).message).toBe(
      "KPS ListKeypairDetail failed: stopped.",
    );
  });

  test.each(["Refused", "Refused.", " Refused. "])("ends in one full stop: %j", (message) => {
    expect(new HuaweiCloudError({ operation, message }).message).toBe("KPS ListKeypairDetail failed: Refused.");
  });

  test("in Chinese ends in one full stop", () => {
    expect(new HuaweiCloudError({ operation, message: "没有操作权限。" }).message).toBe(
      "KPS ListKeypairDetail failed: 没有操作权限.",
    );
  });

  test("holds no control characters", () => {
    const { message } = new HuaweiCloudError({ operation, message: "a\u001b[31mb\r\nc\u0000d\u009b" });
    expect(message).toBe("KPS ListKeypairDetail failed: a [31mb c d .");
    expect(printable("tab\there")).toBe("tab here");
  });

  test.each<[string, string, string]>([
    ["bidirectional controls", "a\u202eb\u2066c\u200fd", "a b c d"],
    ["line separators", "a\u2028b\u2029", "a b "],
    ["halves of characters", "a\ud800b\udc00", "a\ufffdb\ufffd"],
    ["other scripts and pictures", "密钥对 🔑 مفتاح", "密钥对 🔑 مفتاح"],
  ])("of %s is printable", (_, text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  test("is not longer than a terminal can take, in any of its parts", () => {
    const long = "x".repeat(100_000);
    const error = new HuaweiCloudError({ operation, message: long, code: long, requestId: long, status: 400 });
    expect(error.message).toBe(
      `KPS ListKeypairDetail failed: ${"x".repeat(1000)}…. (HTTP 400, ${"x".repeat(200)}…, request ${"x".repeat(200)}…)`,
    );
  });

  test("knows nothing of codes that JavaScript knows", () => {
    for (const code of ["constructor", "__proto__", "toString"])
      expect(new HuaweiCloudError({ operation, message: "x", code }).hint).toBeUndefined();
  });

  test("holds no private key that the service sends back", () => {
    const error = new HuaweiCloudError({
      operation,
      message: "refused: -----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n-----END OPENSSH PRIVATE KEY----- is not valid",
    });
    expect(everyFormOf(error)).not.toContain("c2VjcmV0");
    expect(error.message).toContain("is not valid");
  });
});

test.each([
  ["CPS0005", "CPS.0005"],
  ["CPS.0005", "CPS.0005"],
  ["KPS7004", "KPS.7004"],
  ["APIGW0301", "APIGW.0301"],
  ["APIG.0301", "APIG.0301"],
  ["401", "401"],
  ["SYS.0404", "SYS.0404"],
])("the code %s is %s", (code, normalised) => {
  expect(normaliseCode(code)).toBe(normalised);
  expect(new HuaweiCloudError({ operation, message: "x", code }).code).toBe(normalised);
});

test("a code without its dot gets its hint as well", () => {
  const withDot = new HuaweiCloudError({ operation, message: "x", code: "CPS.0096" });
  expect(new HuaweiCloudError({ operation, message: "x", code: "CPS0096" }).hint).toBe(withDot.hint);
  expect(withDot.hint).toMatch(/to a smaller number/);
});

test("advice goes behind what is known about the code", () => {
  const hintOf = (code?: string) =>
    new HuaweiCloudError({ operation, message: "x", status: 401, code }).withAdvice("Correct it.").hint;
  expect(hintOf()).toBe("Correct it.");
  expect(hintOf("APIGW.0301")).toMatch(/^Check the credentials, .* Correct it\.$/);
});

test("only 401 is an authentication failure", () => {
  const failing = (status: number) =>
    isAuthenticationFailure(new HuaweiCloudError({ operation, message: "x", status }));
  expect([400, 401, 403, 404, 500].filter(failing)).toEqual([401]);
  expect(isAuthenticationFailure(new Error("401"))).toBe(false);
});

test("a call is forbidden where the service answers 403, and not a proxy", () => {
  const failing = (status: number) => isForbidden(new HuaweiCloudError({ operation, message: "x", status }));
  expect([400, 401, 403, 404, 500].filter(failing)).toEqual([403]);
  expect(isForbidden(new HuaweiCloudError({ operation, message: "x", status: 403, foreignAnswer: true }))).toBe(false);
  expect(isForbidden(new Error("403"))).toBe(false);
});

test("a meaning is told by the code alone, unless it is about what the call names", () => {
  const meaning = (code?: string) => new HuaweiCloudError({ operation: "CPH UpdateKeypair", message: "x", code });
  expect(meaning("CPS.0099").means("notReady")).toBe(true);
  expect(meaning("CPS.0099").means("busy", "notReady")).toBe(true);
  expect(meaning("CPS.0099").means("busy")).toBe(false);
  for (const code of ["CPS.0015", "CPS.0016", "CPS.9999", "notReady", undefined])
    expect(meaning(code).means("notReady", "missingServer", "invalidServerId")).toBe(false);

  expect(means(new Error("CPS.0099"), "notReady")).toBe(false);
});

test.each([
  ["KPS", "KPS CreateKeypair"],
  ["CPH", "CPH ListJobs"],
  ["CPH", "CPH job 1"],
  ["IAM", "IAM KeystoneListProjects"],
  ["IAM", "IAM sign-in"],
] as const)("an error of %s knows its service: %s", (service, of) => {
  expect(new HuaweiCloudError({ operation: of, message: "x" }).service).toBe(service);
});

describe("a service's own not-found", () => {
  const isGone = (details: { status?: number; code?: string; foreignAnswer?: boolean }) =>
    means(new HuaweiCloudError({ operation, message: "x", ...details }), "missingKeypair");

  test.each([404, 400])("is one of the service's codes with %d", (status) => {
    expect(isGone({ status, code: "KPS.4016" })).toBe(true);
    expect(isGone({ status, code: "KPS4016" })).toBe(true);
  });

  test.each([undefined, "KPS.0002", "KPS.9999", "CPS.0015", "APIGW.0101", "APIG.0101", "404"])(
    "is not a 404 with the code %s",
    (code) => {
      expect(isGone({ status: 404, code })).toBe(false);
    },
  );

  test("is not a proxy's page, another status, silence, or the word of another service", () => {
    expect(isGone({ status: 404, code: "KPS.4016", foreignAnswer: true })).toBe(false);
    for (const status of [undefined, 200, 403, 409, 500]) expect(isGone({ status, code: "KPS.4016" })).toBe(false);
    const ofIam = new HuaweiCloudError({
      operation: "IAM KeystoneListProjects",
      message: "x",
      status: 404,
      code: "KPS.4016",
    });
    expect(ofIam.means("missingKeypair")).toBe(false);
  });

  test("that is an error says that nothing counts as deleted, and why", () => {
    const hintOf = (code?: string) => new HuaweiCloudError({ operation, message: "x", status: 404, code }).hint;
    for (const code of [undefined, "APIGW.0101"])
      expect(hintOf(code)).toMatch(/^The answer is not the service's own, /);
    expect(hintOf("KPS.9999")).toMatch(/^The code is not known .* nothing counts as deleted\.$/);
    expect(hintOf("CPS.0096")).toMatch(/^Set `huaweicloud-cph:serversPerCall`/);
    expect(hintOf("KPS.4016")).toBeUndefined();
  });
});

describe("redaction", () => {
  test("takes out every occurrence of every secret", () => {
    keepSecrets(["access", "secret-key", ""]);
    expect(redactSecrets("ak=access sk=secret-key ak=access")).toBe("ak=[secret] sk=[secret] ak=[secret]");
  });

  test("takes out what is kept, of every part of an error", () => {
    keepSecrets(["kept-secret", "short"]);
    const text = "a kept-secret and a short one";
    const error = new HuaweiCloudError({ operation, message: text, code: text, requestId: text });
    expect(everyFormOf(error)).not.toContain("kept-secret");
    expect(error.code).toBe("a [secret] and a short one");
  });

  test("takes out short values that a program calls secret only where they stand alone", () => {
    keepSecretValues(["k1", " ", "a b", "longer-value"]);
    expect(redactSecrets('"k1" and k1: k1x, ok1, k1-2 or k1_ and xlonger-valuex')).toBe(
      '"[secret]" and [secret]: k1x, ok1, k1-2 or k1_ and x[secret]x',
    );
    expect(redactSecrets('not "a b", nor " "')).toBe('not "[secret]", nor " "');
  });

  test("takes out secrets that hold one another", () => {
    keepSecrets(["holding", "holding-another"]);
    expect(redactSecrets("holding-another")).toBe("[secret]");
  });

  test.each<[string, (secret: string) => string]>([
    ["as it is", (secret) => secret],
    ["quoted in JSON", quoted],
    ["quoted twice", (secret) => quoted(quoted(secret))],
    ["quoted by an encoder that escapes more", (secret) => secret.replace(/[^\w ]/g, escaped)],
    ["quoted with its slashes", (secret) => quoted(secret).replaceAll("/", "\\/")],
    ["in a URL", encodeURIComponent],
  ])("takes out a secret %s", (_, write) => {
    const secret = 'a+b/c==d"e\\f<g>&[h].*ü密🔑';
    keepSecrets([secret]);
    expect(redactSecrets(`key=${write(secret)};`)).toBe("key=[secret];");
  });

  test.each([
    ["letters", "t".repeat(20_000)],
    ["letters, beyond what a pattern may be", "t".repeat(1_000_000)],
    ["other characters", "+".repeat(400)],
    ["other characters, beyond what a pattern may be", "+".repeat(1_000_000)],
  ])("takes out a long secret of %s", (_, secret) => {
    keepSecrets([secret]);
    expect(redactSecrets(`key=${secret};`)).toBe("key=[secret];");
  });

  test("takes a moment and little memory with thousands of long tokens, and takes out each of them", () => {
    const tokens = Array.from({ length: 1_500 }, () => randomBytes(4_000).toString("base64"));
    keepSecrets(tokens);
    const text = `token ${tokens[700] ?? ""}, ${"urn:pulumi:test::project::resource ".repeat(500)}`;
    const began = performance.now();
    for (let times = 0; times < 5; times++) expect(redactSecrets(text)).toMatch(/^token \[secret\], urn:/);
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  test("forgets what was not used for long once there are very many, and nothing else", () => {
    keepSecrets(["used-secret", "idle-secret"]);
    for (let number = 0; number < 12_000; number++) keepSecrets([`one-of-many-${number}`, "used-secret"]);
    expect(redactSecrets("used-secret idle-secret one-of-many-11999 one-of-many-2100")).toBe(
      "[secret] idle-secret [secret] [secret]",
    );
  });

  test("takes out signatures, and not what only looks like one", () => {
    const digits = "0123456789abcdef".repeat(4);
    const header = `SDK-HMAC-SHA256 Access=[secret], SignedHeaders=host, Signature=${digits}`;
    expect(redactSecrets(`refused: ${header}, id ${digits}`)).toBe(
      `refused: SDK-HMAC-SHA256 Access=[secret], SignedHeaders=host, Signature=[secret], id ${digits}`,
    );
  });

  test.each(["RSA ", "EC ", "DSA ", "OPENSSH ", "ENCRYPTED ", ""])(
    "takes out a %sprivate key, also one cut off",
    (kind) => {
      const begin = `-----BEGIN ${kind}PRIVATE KEY-----`;
      const end = `-----END ${kind}PRIVATE KEY-----`;
      expect(redactSecrets(`a ${begin}\nc2VjcmV0\n${end} b`)).toBe("a [secret] b");
      expect(redactSecrets(`a ${begin}\\nc2VjcmV0\\n${end} b`)).toBe("a [secret] b");
      expect(redactSecrets(`a ${begin}\nc2Vjc`)).toBe("a [secret]");
    },
  );

  test("leaves everything else as it is", () => {
    expect(redactSecrets("-----BEGIN PUBLIC KEY-----")).toBe("-----BEGIN PUBLIC KEY-----");
  });
});

function quoted(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function escaped(text: string): string {
  return text
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}
