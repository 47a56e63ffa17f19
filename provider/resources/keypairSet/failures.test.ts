import { failureLines } from "./failures";

function failuresOf(count: number, messageOf: (name: string, index: number) => string) {
  return Array.from({ length: count }, (_, index) => ({
    name: `key-${index}`,
    message: messageOf(`key-${index}`, index),
  }));
}

test("few failures are told each with its pair and its reason", () => {
  const failures = failuresOf(3, (_, index) => `reason ${index}.`);
  expect(failureLines(failures)).toEqual(['"key-0": reason 0.', '"key-1": reason 1.', '"key-2": reason 2.']);
});

test("thousands of pairs with one reason are one line, with a thousand names and a few requests", () => {
  const failures = failuresOf(
    1_900,
    (name, index) => `KPS failed: no "${name}". (HTTP 403, KPS.9003, request r-${index})`,
  );
  const [line = "", ...more] = failureLines(failures);
  expect(more).toEqual([]);
  expect(line).toMatch(
    /^"key-0", "key-1", .*"key-999" and 900 more: KPS failed: no "key-0"\. \(HTTP 403, KPS\.9003, request r-0\)/,
  );
  expect(line).toMatch(/\) The others: requests r-1, r-2, r-3 and 1896 more\.$/);
});

test("pairs that share a call share its request", () => {
  const failures = failuresOf(30, (_, index) => `KPS failed: no. (request r-${index < 10 ? 0 : 1})`);
  expect(failureLines(failures)).toEqual([
    expect.stringMatching(/"key-29": .*request r-0\) The others: request r-1\.$/),
  ]);
});

test("of a thousand reasons the first are told, and how many more there are", () => {
  const lines = failureLines(failuresOf(1_000, (_, index) => `reason ${index}. (KPS.9003)`));
  expect(lines).toHaveLength(21);
  expect(lines.at(-1)).toMatch(/^"key-20", .* "key-999": failed for 980 other reasons \(KPS\.9003\)\.$/);
  // The first of each code is among those that are told.
  const rare = failureLines(failuresOf(1_000, (_, index) => `reason ${index}. (KPS.${index === 999 ? 4016 : 9003})`));
  expect(rare.join("\n")).toContain('"key-999": reason 999. (KPS.4016)');
});
