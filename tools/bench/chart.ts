/** Draws calls over time. */
import { type CallKind, callKinds, kindOf, type LoggedCall } from "./calls";

const width = 760;
const height = 300;
/** Around the plot: room for the title and the legend, and for the axes. */
const margin = { top: 64, right: 16, bottom: 44, left: 48 };
const plot = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };

/** Of middle lightness, so that they stand out from a light page and from a dark one. */
const colours: Record<CallKind, string> = {
  writes: "#d9730d",
  reads: "#2f7fd6",
  "job looks": "#2f9e58",
  refused: "#d6336c",
};

/** An SVG with one bar a second, counted from the first call; each bar stacks the kinds of calls. */
export function chartOf(calls: readonly LoggedCall[], title: string, callsPerSecond?: number): string {
  const seconds = countedBySecond(calls);
  const highest = Math.max(callsPerSecond ?? 0, ...seconds.map((kinds) => sum([...kinds.values()])));
  const step = tickStep(highest, 5);
  const top = Math.ceil((highest * 1.05) / step) * step;
  const shown = callKinds.filter((kind) => seconds.some((kinds) => kinds.has(kind)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">`,
    style,
    `<text class="title" x="${margin.left}" y="22">${escaped(title)}</text>`,
    ...legend(shown),
    ...grid(top, step),
    ...seconds.flatMap((kinds, second) => bar(kinds, second, seconds.length, top)),
    ...timeAxis(seconds.length),
    ...(callsPerSecond === undefined ? [] : limitLine(callsPerSecond, top)),
    "</svg>",
    "",
  ].join("\n");
}

const style = `<style>
  text { font: 12px system-ui, sans-serif; fill: #57606a; }
  .title { font-size: 14px; font-weight: 600; fill: #24292f; }
  .tick { text-anchor: end; }
  .second { text-anchor: middle; }
  .grid { stroke: #8b949e; stroke-opacity: 0.3; }
  .limit { stroke: #d6336c; stroke-dasharray: 6 4; }
  @media (prefers-color-scheme: dark) {
    text { fill: #9da7b1; }
    .title { fill: #e6edf3; }
  }
</style>`;

function countedBySecond(calls: readonly LoggedCall[]): Map<CallKind, number>[] {
  const first = Math.min(...calls.map(({ time }) => Date.parse(time)));
  const seconds: Map<CallKind, number>[] = [];
  for (const call of calls) {
    const second = Math.floor((Date.parse(call.time) - first) / 1000);
    while (seconds.length <= second) seconds.push(new Map());
    const kinds = seconds[second];
    const kind = kindOf(call);
    kinds?.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return seconds;
}

function bar(kinds: Map<CallKind, number>, second: number, seconds: number, top: number): string[] {
  const slot = plot.width / seconds;
  const gap = Math.min(4, slot * 0.2);
  let below = 0;
  return callKinds.flatMap((kind) => {
    const count = kinds.get(kind) ?? 0;
    if (count === 0) return [];
    below += count;
    const x = margin.left + second * slot + gap / 2;
    const size = `width="${(slot - gap).toFixed(1)}" height="${((count / top) * plot.height).toFixed(1)}"`;
    const hint = `<title>second ${second + 1}: ${count} ${kind}</title>`;
    return `<rect x="${x.toFixed(1)}" y="${yOf(below, top)}" ${size} fill="${colours[kind]}">${hint}</rect>`;
  });
}

function legend(kinds: CallKind[]): string[] {
  return kinds.flatMap((kind, index) => {
    const x = margin.left + index * 100;
    return [
      `<rect x="${x}" y="34" width="12" height="12" rx="2" fill="${colours[kind]}"/>`,
      `<text x="${x + 18}" y="44">${kind}</text>`,
    ];
  });
}

function grid(top: number, step: number): string[] {
  return Array.from({ length: Math.round(top / step) + 1 }, (_, index) => index * step).flatMap((count) => [
    horizontal("grid", count, top),
    `<text class="tick" x="${margin.left - 8}" y="${Number(yOf(count, top)) + 4}">${count}</text>`,
  ]);
}

function limitLine(callsPerSecond: number, top: number): string[] {
  const label = `<text class="tick" x="${width - margin.right}" y="${Number(yOf(callsPerSecond, top)) - 5}">limit</text>`;
  return [horizontal("limit", callsPerSecond, top), label];
}

function horizontal(name: string, count: number, top: number): string {
  const y = yOf(count, top);
  return `<line class="${name}" x1="${margin.left}" x2="${width - margin.right}" y1="${y}" y2="${y}"/>`;
}

function timeAxis(seconds: number): string[] {
  const step = tickStep(seconds, 10);
  const marks = Array.from({ length: Math.floor(seconds / step) + 1 }, (_, index) => index * step);
  const y = height - margin.bottom + 18;
  return [
    ...marks.map((second) => {
      const x = margin.left + (second / seconds) * plot.width;
      return `<text class="second" x="${x.toFixed(1)}" y="${y}">${second}</text>`;
    }),
    `<text class="second" x="${margin.left + plot.width / 2}" y="${y + 18}">seconds since the first call</text>`,
  ];
}

/** Where a count stands on the vertical axis. */
function yOf(count: number, top: number): string {
  return (margin.top + plot.height * (1 - count / top)).toFixed(1);
}

/** The smallest of 1, 2, 5, 10, 20 … that makes at most so many steps. */
function tickStep(range: number, steps: number): number {
  for (let power = 1; ; power *= 10)
    for (const step of [power, 2 * power, 5 * power]) if (range / step <= steps) return step;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/"/g, "&quot;");
}
