import { readFileSync } from "node:fs";
import { join } from "node:path";
import { propertiesOf } from "../../resources/binding/forms";
import { bindingAdvice } from "../../resources/binding/inputAdvice";
import { keypairAdvice } from "../../resources/keypair/inputAdvice";
import { hintOf, knownCodes, meaningOf, normaliseCode } from "./codes";

const allCodes = knownCodes.flatMap(({ codes }) => codes);

test("no code stands twice, and each is spelt as errors have it", () => {
  expect([...new Set(allCodes)]).toEqual(allCodes);
  expect(allCodes.map(normaliseCode)).toEqual(allCodes);
});

test("what nobody knows means nothing", () => {
  for (const code of [undefined, "", "CPS.9999", "constructor", "__proto__", "toString"])
    expect([meaningOf(code), hintOf(code)]).toEqual([undefined, undefined]);
});

describe("the page on troubleshooting", () => {
  const page = readFileSync(join(__dirname, "../../../docs/troubleshooting.md"), "utf8");
  const codesIn = (text: string) => [...text.matchAll(/\b[A-Z]+\.\d{4}\b/g)].map(([code]) => code);

  test("has a table of all codes that have a hint, and of no others", () => {
    const rows = [...page.matchAll(/^\| ((?:`[A-Z]+\.\d{4}`(?:, )?)+) +\| (.*?) +\|$/gm)];
    const documented = rows.map(([, codes = "", hint]) => ({ codes: codesIn(codes), hint }));
    const ofInputs = { ...bindingAdvice(propertiesOf({ type: "list" })), ...keypairAdvice };
    const expected = knownCodes.flatMap(({ codes, meaning, hint = ofInputs[meaning] }) =>
      hint === undefined ? [] : [{ codes, hint }],
    );
    expect(documented).toEqual(expected);
  });

  test("names no code that is not known", () => {
    expect(codesIn(page).filter((code) => !allCodes.includes(code))).toEqual([]);
  });
});
