import { readFileSync } from "node:fs";
import { join } from "node:path";
import { helpText, optionRows, parseCommandLine } from "./commandLine";
import { variantTable } from "./variants";

test("without arguments everything is left to the defaults", () => {
  expect(parseCommandLine([])).toEqual({ type: "run", options: { faults: [] } });
});

test("every option is read", () => {
  const args =
    "--port 8080 --servers 0 --job-seconds 0.5 --access-key AK --secret-key SK --domain D --user U --password P " +
    "--project cn-north-4=1 --project ap-southeast-3=2 --data state.json --variant timeUnit=seconds " +
    "--variant serversPerCall=3 --latency 20 --rate-limit 5/0.5 --agency fleet=owner --id-token ci=one --id-token ci=two " +
    "--id-token other=three --machine-agency host --temporary-key-seconds 30";
  expect(parseCommandLine(args.split(" "))).toEqual({
    type: "run",
    options: {
      port: 8080,
      servers: 0,
      jobSeconds: 0.5,
      accessKey: "AK",
      secretKey: "SK",
      domain: "D",
      user: "U",
      password: "P",
      projects: { "cn-north-4": "1", "ap-southeast-3": "2" },
      data: "state.json",
      variants: { timeUnit: "seconds", serversPerCall: 3 },
      faults: [
        { action: { type: "delay", milliseconds: 20 } },
        { action: { type: "rateLimit", calls: 5, seconds: 0.5 } },
      ],
      agencies: [{ name: "fleet", domain: "owner" }],
      identityProviders: [
        { id: "ci", idTokens: [{ text: "one" }, { text: "two" }] },
        { id: "other", idTokens: [{ text: "three" }] },
      ],
      machineAgency: { name: "host" },
      temporaryKeySeconds: 30,
    },
  });
});

test.each([
  ["--bogus", "Unknown option '--bogus'"],
  ["stray", "Unexpected argument 'stray'"],
  ["--port", "argument missing"],
  ["--port x", '--port must be a number, zero or more; got "x".'],
  ["--port 65536", "--port must be a whole number up to 65535; got 65536."],
  ["--servers 1.5", "--servers must be a whole number"],
  ["--job-seconds -1", "argument is ambiguous"],
  ["--job-seconds=-1", "--job-seconds must be a number, zero or more"],
  ["--access-key=", "--access-key must not be empty."],
  ["--project cn-north-4", '--project must have the form REGION=ID; got "cn-north-4".'],
  ["--project =1", "--project must have the form REGION=ID"],
  ["--agency fleet", '--agency must have the form NAME=ACCOUNT; got "fleet".'],
  ["--id-token ci", "--id-token must have the form PROVIDER=TEXT"],
  ["--machine-agency=", "--machine-agency must not be empty."],
  ["--temporary-key-seconds soon", "--temporary-key-seconds must be a number"],
  ["--variant colour", '--variant must have the form NAME=VALUE; got "colour".'],
  ["--variant colour=red", 'There is no variant "colour".'],
  ["--variant timeUnit=days", "can be milliseconds, seconds, iso8601"],
  ["--latency soon", "--latency must be a number"],
  ["--rate-limit 5", "--rate-limit must have the form N/SECONDS"],
])("%s is a mistake", (args, message) => {
  expect(() => parseCommandLine(args.split(" "))).toThrow(message);
});

test("help and version come before everything else", () => {
  expect(parseCommandLine(["--help", "--port", "x"])).toEqual({ type: "help" });
  expect(parseCommandLine(["--version"])).toEqual({ type: "version" });
});

test("the help names every switch and each of its values", () => {
  const help = helpText();
  for (const [name, entry] of Object.entries(variantTable)) {
    expect(help).toContain(`  ${name}\n`);
    expect(help).toContain("values" in entry ? entry.values.join(" | ") : `a number (${entry.amount})`);
  }
});

test("the README's table of options is that of the help", () => {
  const readme = readFileSync(join(__dirname, "README.md"), "utf8");
  const section = /\n## Options\n(.*?)\n## /s.exec(readme)?.[1] ?? "";
  const rows = [...section.matchAll(/^\| `(.+)` +\| (.+?) +\|$/gm)].map(([, option, about]) => [option, about]);
  expect(rows).toEqual(optionRows());
  for (const [option, about] of optionRows())
    expect(helpText()).toMatch(new RegExp(`^  ${option} +${about.replace(/[()]/g, "\\$&")}$`, "m"));
});

test("an option that is given twice means what it means the last time", () => {
  const args = "--port 1 --port 2 --latency 3 --rate-limit 1/1 --latency 4";
  expect(parseCommandLine(args.split(" "))).toEqual({
    type: "run",
    options: {
      port: 2,
      faults: [{ action: { type: "delay", milliseconds: 4 } }, { action: { type: "rateLimit", calls: 1, seconds: 1 } }],
    },
  });
});
