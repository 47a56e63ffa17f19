import { PartialFailure } from "../../contract";
import { HuaweiCloudError } from "../../huawei/errors/errors";
import { failureLines } from "./failures";

function failuresOf(count: number, errorOf: (name: string, index: number) => Error) {
  return Array.from({ length: count }, (_, index) => ({ name: `key-${index}`, error: errorOf(`key-${index}`, index) }));
}

function refusal(message: string, requestId: string, code = "KPS.9003"): HuaweiCloudError {
  return new HuaweiCloudError({ operation: "KPS CreateKeypair", status: 400, code, message, requestId, hint: "Do." });
}

test("few failures are told each with its pair and its reason", () => {
  const failures = failuresOf(3, (name, index) => new Error(`reason ${index} of "${name}".`));
  expect(failureLines(failures)).toEqual(
    [0, 1, 2].map((index) => `"key-${index}": reason ${index} of "key-${index}".`),
  );
});

test("thousands of pairs with one reason are one line, with a thousand names and a few requests", () => {
  const failures = failuresOf(1_900, (name, index) => refusal(`no "${name}"`, `r-${index}`));
  const [line = "", ...more] = failureLines(failures);
  expect(more).toEqual([]);
  expect(line).toMatch(
    /^"key-0", "key-1", .*"key-999" and 900 more: KPS CreateKeypair failed: no "…"\. \(HTTP 400, KPS\.9003, request r-0\)/,
  );
  expect(line).toMatch(/\) Do\. The others: requests r-1, r-2, r-3 and 1896 more\.$/);
});

test("pairs that share a call share its request", () => {
  const failures = failuresOf(30, (_, index) => refusal("no", `r-${index < 10 ? 0 : 1}`));
  expect(failureLines(failures)).toEqual([
    expect.stringMatching(/"key-29": .*request r-0\) Do\. The others: request r-1\.$/),
  ]);
});

test("what is recorded in part tells its requests as well", () => {
  const failures = failuresOf(2, (name, index) => {
    const cause = refusal("no", `r-${index}`);
    return new PartialFailure(name, {}, [cause.message], false, cause);
  });
  expect(failureLines(failures)).toEqual([
    expect.stringMatching(/^"key-0", "key-1": .*r-0\) Do\. The others: request r-1\.$/),
  ]);
});

test("what looks like a code or a request in the vendor's words is none", () => {
  const failures = failuresOf(30, (_, index) => refusal(`see KPS.000${index % 10}, ${"x".repeat(index)}`, "r"));
  expect(failureLines(failures).at(-1)).toMatch(/: failed for 10 other reasons \(KPS\.9003\)\.$/);
  const quoting = failuresOf(2, (_, index) => new Error(`as in (request r-${index}).`));
  expect(failureLines(quoting)).toHaveLength(2);
});

test("of a thousand reasons the first are told, and how many more there are", () => {
  const lines = failureLines(failuresOf(1_000, (_, index) => refusal(`reason ${index}`, "r")));
  expect(lines).toHaveLength(21);
  expect(lines.at(-1)).toMatch(/^"key-20", .* "key-999": failed for 980 other reasons \(KPS\.9003\)\.$/);
  // The first of each code is among those that are told.
  const rare = failureLines(
    failuresOf(1_000, (_, index) => refusal(`reason ${index}`, "r", `KPS.${index === 999 ? 4016 : 9003}`)),
  );
  expect(rare.join("\n")).toContain('"key-999": KPS CreateKeypair failed: reason 999. (HTTP 400, KPS.4016');
});
