import { warnPending, warnStillPending } from "./reports";

test.each([warnPending, warnStillPending])("%p tells of jobs of a thousand key pairs in a few lines", (warn) => {
  const warnings: string[] = [];
  const log = { status: () => undefined, info: () => undefined, warn: (text: string) => void warnings.push(text) };
  const jobs = Array.from({ length: 1_000 }, (_, index) => ({ serverId: `s-${index}`, keypairName: `key-${index}` }));
  warn(log, jobs);
  expect(warnings).toHaveLength(11);
  expect(warnings[0]).toMatch(/^Server s-0 may get key pair "key-0" yet: the end of the job was not seen, /);
  expect(warnings.at(-1)).toMatch(/^Servers s-10, .* and 980 more may get another key pair yet: /);
});
