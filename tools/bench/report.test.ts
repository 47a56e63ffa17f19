import { peerFigures } from "./peers";
import { reportOf, tablesOf } from "./report";
import { growing, scenarios } from "./scenarios";
import { newCall, newMeasurement, newResults } from "./testing";

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

const applyOfOne = peerFigures[0]?.apply;
const up1000 = { seconds: 4, floorSeconds: 3, stateBytes: 532_000 };

describe("the tables", () => {
  test("set what was measured beside the floor, the ideal and the least", () => {
    const calls = [newCall("UpdateKeypair"), newCall("ListJobs"), newCall("ListJobs", { status: 429 })];
    const tables = tablesOf(newResults({ measurements: [newMeasurement({ calls })] }));
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
      rows(
        tablesOf(newResults({ measurements: [newMeasurement({ peakMemory: undefined })] })),
        "1,000 servers in one binding |",
      )[0],
    ).toContain("n/a");
  });

  test("put each rate limit under a heading of its own", () => {
    const measurements = [newMeasurement(), newMeasurement({ scenario: { ...newMeasurement().scenario, limit } })];
    expect(tablesOf(newResults({ measurements })).match(/^## .*$/gm)).toEqual([
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
    const targets = tablesOf(newResults({ measurements })).split("## ")[1] ?? "";
    expect(rows(targets, "1,000 servers in one binding, up: wall")[0]?.slice(1)).toEqual(["1.4", "1.70", "**missed**"]);
    expect(rows(targets, "300 key pairs").map((cells) => cells.slice(1))).toEqual([
      ["45", "0", "reached"],
      ["12", "13", "**missed**"],
      ["3,000", "2,049", "reached"],
    ]);
  });

  test("tell which targets sets, limits, start-up and programs in YAML reach", () => {
    const limited = { ...newMeasurement().scenario, limit };
    const measurements = [
      newMeasurement({ ...up1000, scenario: { work: { setOf: 1_000 }, latency: 0 } }),
      newMeasurement({ scenario: limited, seconds: 3 + 15 }),
      newMeasurement({ scenario: { work: { keypairs: 300 }, latency: 20, limit }, seconds: 3 + 15.5 }),
    ];
    const startUp = [
      { what: "keypair, native plugin of the package", firstAnswer: 301, firstCheck: 400, memory: 80_000_000 },
    ];
    const yaml = [
      { what: "plugin", seconds: 0.7 },
      { what: "floor", isFloor: true, seconds: 0.3 },
    ] as const;
    const targets = tablesOf(newResults({ measurements, startUp, yaml })).split("## ")[1] ?? "";
    const cells = rows(targets, "");
    const mostByYaml = (1.5 * Number(applyOfOne)).toLocaleString("en");
    expect(new Map(cells.slice(2).map(([of, ...rest]) => [of, rest]))).toEqual(
      new Map([
        ["1,000 key pairs in one set, up: writes", ["100", "0", "reached"]],
        ["1,000 key pairs in one set, up: wall time above the floor, without latency, in s", ["1.5", "1", "reached"]],
        ["1,000 key pairs in one set, up: bytes of state each", ["600", "532", "reached"]],
        // The worst: 18 s of the servers, whose floor and ideal are 13.08 s.
        ["Under a rate limit, up: the highest wall time / (floor + ideal)", ["1.2", "1.38", "**missed**"]],
        ["Start, keypair, native plugin of the package: first answer, in ms", ["300", "301", "**missed**"]],
        ["Start, keypair, native plugin of the package: memory, in MB", ["90", "80", "reached"]],
        ["YAML, plugin: wall time above the floor, in s", [mostByYaml, "0.40", "reached"]],
      ]),
    );
  });

  test("set a resource beside one with ten times as many entries", () => {
    const [scenario] = growing;
    if (scenario === undefined) throw new Error("nothing grows");
    const measurements = (["up", "refresh"] as const).map((operation) =>
      newMeasurement({ scenario, operation, calls: [newCall("ListKeypairs", { at: 0.5 })] }),
    );
    const tables = tablesOf(newResults({ measurements, providerTimes: [{ scenario, check: 12.3, diff: 45.6 }] }));
    const [row] = rows(tables.split("## Ten times")[1] ?? "", "1,000 servers in one binding");
    expect(row?.slice(1)).toEqual(["12", "46", "9.0", "2.5", "9.0", "150", "239,416", "239"]);
  });

  test("show the same work done by the peer", () => {
    const scenario = { work: { keypairs: 100 }, latency: 0, limit };
    const measurements = [
      newMeasurement({ scenario, seconds: 29 }),
      newMeasurement({ scenario, operation: "refresh" }),
    ];
    const tables = tablesOf(newResults({ measurements }));
    expect(rows(tables, "100 key pairs; no latency, at most 20 calls a second")[0]?.slice(1, 6)).toEqual([
      "single resources",
      "545",
      "–",
      "sleeps of 1, 2, 4 … minutes",
      "29.0",
    ]);
    expect(tables).not.toContain("## At most 20 calls a second");
  });
});

test("the page names the targets that are missed", () => {
  const pageOf = (seconds: number) =>
    reportOf(newResults({ measurements: [newMeasurement({ seconds })] }), {
      machine: "2 cores",
      quiet: "load average 0.10",
      chart: { file: "calls.svg", title: "Calls" },
    });
  expect(pageOf(8)).toContain("3 of 3 targets are reached.\n");
  expect(pageOf(12)).toContain(
    "2 of 3 targets are reached. Missed: 1,000 servers in one binding, up: wall time above an empty program's, in job times.",
  );
});

test("the page names the machine, holds the picture and explains the columns", () => {
  const chart = { file: "calls.svg", title: "Calls a second" };
  const startUp = [{ what: "keypair", firstAnswer: 501.4, firstCheck: 601.4, memory: 80 * 2 ** 20 }];
  const yaml = [{ what: "one key pair", seconds: 1.234 }];
  const results = newResults({ measurements: [newMeasurement()], startUp, yaml });
  const page = reportOf(results, { machine: "2 cores", quiet: "load average 0.10", chart });
  expect(page).toContain("on 2 cores; load average 0.10.");
  expect(page).toContain("![Calls a second](calls.svg)");
  expect(page).toContain("| keypair | 501 | 601 | 80 |");
  expect(page).toContain(`| one key pair | 1.23 |\n| the Terraform provider's whole apply | ${applyOfOne} |`);
  expect(page).toContain("<summary>How to read this</summary>\n\n- **wall**");
});

test("the page shows the targets and the largest fleets on one screen, and folds the tables of all away", () => {
  const measurements = scenarios.flatMap((scenario) =>
    (["up", "refresh"] as const).map((operation) => newMeasurement({ scenario, operation })),
  );
  const startUp = [{ what: "keypair", firstAnswer: 501.4, firstCheck: 601.4, memory: 80 * 2 ** 20 }];
  const yaml = [{ what: "one key pair", seconds: 1.234 }];
  const providerTimes = growing.map((scenario) => ({ scenario, check: 1, diff: 2 }));
  const page = reportOf(newResults({ measurements, providerTimes, startUp, yaml }), {
    machine: "2 cores",
    quiet: "load average 0.10",
    chart: { file: "calls.svg", title: "Calls" },
  });
  const [screen = "", ...details] = page.split("<details>\n");
  expect(screen.split("\n").length).toBeLessThan(40);
  expect(screen.match(/^## .*$/gm)).toEqual(["## The largest fleets"]);
  expect(rows(screen, "").map(([title]) => title)).toEqual(
    expect.arrayContaining([
      "1,000 servers in one binding",
      "1,000 servers with a key pair each",
      "1,000 key pairs in one set",
      "300 key pairs, `--parallel 100`",
      "1,000 servers in one binding, at most 20 calls a second",
      "300 key pairs, `--parallel 100`, at most 20 calls a second",
    ]),
  );
  expect(details.map((text) => text.split("\n")[0])).toEqual([
    "<summary>Targets</summary>",
    "<summary>Without a rate limit</summary>",
    "<summary>At most 20 calls a second</summary>",
    "<summary>At most 200 calls in 30 s</summary>",
    "<summary>Ten times as many in one resource</summary>",
    "<summary>Start of the provider's process</summary>",
    "<summary>One key pair by a program in YAML</summary>",
    "<summary>How to read this</summary>",
  ]);
  // An empty line lets Markdown go on within HTML.
  for (const text of details) expect(text).toMatch(/^.*\n\n[^]*\n\n<\/details>/);
  const rowsOfAll = details.flatMap((text) => rows(text, "").filter((cells) => cells.length === 13));
  expect(rowsOfAll.filter(([, operation]) => operation === "up")).toHaveLength(scenarios.length);
});
