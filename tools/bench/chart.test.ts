import { chartOf } from "./chart";
import { newCall } from "./testing";

const calls = [
  newCall("UpdateKeypair", { at: 0 }),
  newCall("UpdateKeypair", { at: 0.9 }),
  newCall("ListJobs", { at: 0.5 }),
  newCall("ListCloudPhoneServers", { at: 2.2 }),
  newCall("ListCloudPhoneServers", { at: 2.3, status: 429 }),
];

/** Height by what a bar says. */
function bars(svg: string): Map<string, number> {
  const matches = svg.matchAll(/height="([\d.]+)" fill="[^"]+"><title>([^<]+)<\/title>/g);
  return new Map([...matches].map(([, height, hint]) => [String(hint), Number(height)]));
}

describe("a chart", () => {
  test("stacks each second's calls by kind, to scale", () => {
    const drawn = bars(chartOf(calls, "Calls"));
    expect([...drawn.keys()]).toEqual([
      "second 1: 2 writes",
      "second 1: 1 job looks",
      "second 3: 1 reads",
      "second 3: 1 refused",
    ]);
    const [two = NaN, one = NaN] = [...drawn.values()];
    expect(two).toBeCloseTo(2 * one, 0);
  });

  test("has a legend of what occurs, and a line for the limit where there is one", () => {
    const chart = chartOf(calls.slice(0, 2), "Calls", 20);
    expect(chart).toContain(">writes</text>");
    expect(chart).not.toContain(">reads</text>");
    expect(chart).toContain('<line class="limit"');
    expect(chartOf(calls, "Calls")).not.toContain('<line class="limit"');
  });

  test("stays an XML document whatever its title is", () => {
    const chart = chartOf(calls, '"A" & <b>');
    expect(chart).toContain("&quot;A&quot; &amp; &lt;b>");
  });
});
