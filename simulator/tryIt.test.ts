import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseCommandLine } from "./commandLine";
import { withSimulator } from "./testing/client";

const repository = join(__dirname, "..");

function read(...path: string[]): string {
  return readFileSync(join(repository, ...path), "utf8");
}

function found(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, part = ""]) => part);
}

test("where the README has the simulator begin, the README's and the examples' programs find their servers", async () => {
  const readme = read("README.md");
  const [args = ""] = found(readme, /^npx huaweicloud-cph-simulator (.*) &$/gm);
  const command = parseCommandLine(args.split(" "));
  const options = command.type === "run" ? command.options : {};
  const folders = readdirSync(join(repository, "examples"), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  const texts = [
    readme,
    read("docs/_index.md"),
    ...folders.map(({ name }) => read("examples", name, "README.md")),
  ].join();
  const ids = found(texts, /(?:serverIds: \["|serverIds\[0\]' )([0-9a-f]{32})/g);
  const names = found(texts, /serverName(?:: "| )([\w-]+)/g).filter((name) => name.startsWith("cph-"));
  expect([ids, names]).not.toContainEqual([]);
  await withSimulator({ ...options, port: 0 }, (simulator) => {
    const servers = simulator.state().projects.flatMap((project) => project.servers);
    for (const wanted of ids) expect(servers.map(({ id }) => id)).toContain(wanted);

    for (const part of names) expect(servers.some(({ name }) => name.includes(part))).toBe(true);

    return Promise.resolve();
  });
});
