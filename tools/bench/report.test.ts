import { reportOf, tablesOf } from "./report";
import { scenarios } from "./scenarios";
import { newCall, newMeasurement } from "./testing";

const limit = { calls: 20, seconds: 1 };
const keypairs = { scenario: { work: { keypairs: 300 }, parallel: 100, latency: 20 }, stateBytes: 2049 };

/** The cells of the rows that begin with a text. */
function rows(markdown: string, start: string): string[][] {
  const lines = markdown.split("\n").filter((line) => line.startsWith(`| ${start}`));
  return lines.map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe("the tables", () => {
  test("set what was measured beside the floor, the ideal and the least", () => {
    const calls = [newCall("UpdateKeypair"), newCall("ListJobs"), newCall("ListJobs", { status: 429 })];
    const tables = tablesOf([newMeasurement({ calls })], [], []);
    expect(rows(tables, "1,000 servers in one binding |")).toEqual([
      // 9 s of wall time where the floor and the ideal together are 8.14 s.
      [
        "1,000 servers in one binding",
        "up",
        "9.0",
        "3.0",
        "6.0",
        "5.14",
        "1.11",
        "1 / 100",
        "0 / 21",
        "1 / 5",
        "1",
        "150",
        "239,416",
      ],
    ]);
  });

  test("say so where memory cannot be told", () => {
    expect(
      rows(tablesOf([newMeasurement({ peakMemory: undefined })], [], []), "1,000 servers in one binding |")[0],
    ).toContain("n/a");
  });

  test("put each rate limit under a heading of its own", () => {
    const measurements = [newMeasurement(), newMeasurement({ scenario: { ...newMeasurement().scenario, limit } })];
    expect(tablesOf(measurements, [], []).match(/^## .*$/gm)).toEqual([
      "## Targets",
      "## Without a rate limit",
      "## At most 20 calls a second",
    ]);
  });

  test("tell which targets are reached", () => {
    const measurements = [
      newMeasurement({ seconds: 10.5 }),
      newMeasurement({ ...keypairs }),
      newMeasurement({
        ...keypairs,
        operation: "refresh",
        calls: Array.from({ length: 13 }, () => newCall("ListKeypairs")),
      }),
    ];
    const targets = tablesOf(measurements, [], []).split("## ")[1] ?? "";
    expect(rows(targets, "1,000 servers in one binding, up: wall")[0]?.slice(1)).toEqual(["1.4", "1.50", "**missed**"]);
    expect(rows(targets, "300 key pairs").map((cells) => cells.slice(1))).toEqual([
      ["45", "0", "reached"],
      ["12", "13", "**missed**"],
      ["3,000", "2,049", "reached"],
    ]);
  });

  test("show the same work done by the peer", () => {
    const scenario = { work: { keypairs: 100 }, latency: 0, limit };
    const measurements = [
      newMeasurement({ scenario, seconds: 29 }),
      newMeasurement({ scenario, operation: "refresh" }),
    ];
    const tables = tablesOf(measurements, [], []);
    expect(rows(tables, "100 key pairs; no latency, at most 20 calls a second")[0]?.slice(1, 6)).toEqual([
      "10",
      "545",
      "–",
      "sleeps of 1, 2, 4 … minutes",
      "29.0",
    ]);
    expect(tables).not.toContain("## At most 20 calls a second");
  });
});

test("the page names the machine, holds the picture and explains the columns", () => {
  const chart = { file: "calls.svg", title: "Calls a second" };
  const startUp = [{ what: "keypair", firstAnswer: 501.4, firstCheck: 601.4, memory: 80 * 2 ** 20 }];
  const yaml = [{ what: "one key pair", seconds: 1.234 }];
  const page = reportOf({ machine: "2 cores", measurements: [newMeasurement()], startUp, yaml, chart });
  expect(page).toContain("on 2 cores.");
  expect(page).toContain("![Calls a second](calls.svg)");
  expect(page).toContain("| keypair | 501 | 601 | 80 |");
  expect(page).toContain("| one key pair | 1.23 |\n| the Terraform provider's whole apply | 0.27 |");
  expect(page).toContain("<summary>How to read this</summary>\n\n- **wall**");
});

test("the page shows the targets and the largest fleets on one screen, and folds the tables of all away", () => {
  const measurements = scenarios.flatMap((scenario) =>
    (["up", "refresh"] as const).map((operation) => newMeasurement({ scenario, operation })),
  );
  const startUp = [{ what: "keypair", firstAnswer: 501.4, firstCheck: 601.4, memory: 80 * 2 ** 20 }];
  const yaml = [{ what: "one key pair", seconds: 1.234 }];
  const page = reportOf({
    machine: "2 cores",
    measurements,
    startUp,
    yaml,
    chart: { file: "calls.svg", title: "Calls" },
  });
  const [screen = "", ...details] = page.split("<details>\n");
  expect(screen.split("\n").length).toBeLessThan(40);
  expect(screen.match(/^## .*$/gm)).toEqual(["## Targets", "## The largest fleets"]);
  expect(rows(screen, "").map(([title]) => title)).toEqual(
    expect.arrayContaining([
      "1,000 servers in one binding",
      "100 bindings of 10 servers, `--parallel 100`",
      "300 key pairs, `--parallel 100`",
      "1,000 servers in one binding, at most 20 calls a second",
      "300 key pairs, `--parallel 100`, at most 20 calls a second",
    ]),
  );
  expect(details.map((text) => text.split("\n")[0])).toEqual([
    "<summary>Without a rate limit</summary>",
    "<summary>At most 20 calls a second</summary>",
    "<summary>At most 200 calls in 30 s</summary>",
    "<summary>Start of the provider's process</summary>",
    "<summary>One key pair by a program in YAML</summary>",
    "<summary>How to read this</summary>",
  ]);
  // An empty line lets Markdown go on within HTML.
  for (const text of details) expect(text).toMatch(/^.*\n\n[^]*\n\n<\/details>/);
  const rowsOfAll = details.flatMap((text) => rows(text, "").filter((cells) => cells.length === 13));
  expect(rowsOfAll.filter(([, operation]) => operation === "up")).toHaveLength(scenarios.length);
});
