import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openPage } from "./testing/browser";
import { binding, call, cph, kps, send, serverIds, withSimulator } from "./testing/client";
import { sampleKeys } from "./testing/keys";
import { useSimulator } from "./testing/suite";

const region = "cn-north-4";
const simulator = useSimulator({ jobSeconds: 100 });

function fileOf(name: string): string {
  return readFileSync(join(__dirname, "page", name), "utf8");
}

test.each([
  ["/", "page.html", "text/html"],
  ["/page.css", "page.css", "text/css"],
  ["/page.js", "page.js", "text/javascript"],
])("%s is %s, which may load nothing from elsewhere", async (path, name, type) => {
  const answer = await send(simulator, `GET ${path}`);
  expect([answer.status, answer.text]).toEqual([200, fileOf(name)]);
  expect(answer.headers.get("content-type")).toBe(`${type}; charset=utf-8`);
  expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(simulator.calls()).toEqual([]);
});

test.each(["GET /page.html", "GET /tsconfig.json", "GET /constructor", "POST /page.js"])(
  "%s is no file",
  async (target) => {
    expect((await send(simulator, target)).status).toBe(404);
  },
);

test("its HTML holds neither script nor style, which its policy would not let through", () => {
  expect(fileOf("page.html")).not.toMatch(/<style|style=|<script(?! defer src="page\.js"><\/script>)|\son\w+=/);
});

test("nothing that a client wrote becomes HTML", () => {
  for (const name of readdirSync(join(__dirname, "page"))) {
    expect(fileOf(name)).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|https?:/);
  }
});

test("it shows key pairs, servers, jobs and calls", async () => {
  const [first, second] = serverIds(simulator);
  const { text, sha256 } = sampleKeys.ed25519;
  simulator.setVariants({ jobSeconds: 1_000_000 });
  await simulator.replaceKeypair(region, "blue", { publicKey: text });
  simulator.changeServer(region, second, { keypairName: "blue", status: 8 });
  simulator.addFault({ match: { operation: "ShowJob" }, action: { type: "status", status: 500, code: "CPS.0003" } });
  await call(simulator, `PUT ${cph}/servers/open-access`, { body: binding("blue", first) });
  await call(simulator, `GET ${cph}/jobs/unknown`);
  simulator.advanceClock(250_000);
  const page = await openPage(simulator);
  expect(page.find("link").textContent).toBe(new URL(simulator.url).host);
  expect(page.textsIn("servers")).toEqual([
    ["normal", "cph-server-1", "", "no key pair", ""],
    ["frozen", "cph-server-2", "", "blue", ""],
    ["normal", "cph-server-3", "", "no key pair", ""],
  ]);
  expect(page.textsIn("keypairs")).toEqual([["blue", sha256, "1 server"]]);
  expect(page.textsIn("jobs")).toEqual([["cph-server-1", "blue", "25 %"]]);
  expect(page.textsIn("calls").map((texts) => texts.slice(1, 6))).toEqual([
    ["GET", "/cloud-phone/jobs/unknown", "ShowJob", "500", "CPS.0003 fault: status"],
    ["PUT", "/cloud-phone/servers/open-access", "UpdateKeypair", "200", ""],
  ]);
  expect(["serverCount", "keypairCount", "jobCount"].map((id) => page.find(id).textContent)).toEqual(["3", "1", "1"]);
  expect(["noKeypairs", "noJobs", "noCalls"].map((id) => page.find(id).hidden)).toEqual([true, true, true]);
});

test("it says where nothing is there yet", async () => {
  const page = await openPage(simulator);
  expect(["noKeypairs", "noJobs", "noCalls"].map((id) => page.find(id).hidden)).toEqual([false, false, false]);
  expect(page.find("keypairCount").textContent).toBe("");
});

test("it follows what happens, in the elements that are there already", async () => {
  const [first, second] = serverIds(simulator);
  await simulator.replaceKeypair(region, "blue", { publicKey: sampleKeys.ed25519.text });
  await call(simulator, `PUT ${cph}/servers/open-access`, { body: binding("blue", first) });
  const page = await openPage(simulator);
  const [card] = page.find("servers").children;
  simulator.advanceClock(100);
  await simulator.replaceKeypair(region, "blue", { publicKey: sampleKeys.rsa2048.text });
  await call(simulator, `POST ${kps}`, { body: { keypair: { name: "green", public_key: sampleKeys.rsa1024.text } } });
  simulator.changeServer(region, second, { keypairName: "gone" });
  await page.refresh();
  expect(page.textsIn("servers").slice(0, 2)).toEqual([
    ["normal", "cph-server-1", "", "blue (replaced)", ""],
    ["normal", "cph-server-2", "", "gone (deleted)", ""],
  ]);
  expect(page.textsIn("keypairs").map(([name]) => name)).toEqual(["green", "blue"]);
  expect(page.textsIn("jobs")).toEqual([["cph-server-1", "blue", "succeeded"]]);
  simulator.removeServer(region, second);
  await page.refresh();
  expect(page.textsIn("servers").map(([, name]) => name)).toEqual(["cph-server-1", "cph-server-3"]);
  expect(page.find("servers").children[0]).toBe(card);
});

test("it shows the newest key pairs and jobs of all regions first, and the region of each server", async () => {
  const projects = { "cn-north-4": "1".repeat(32), "cn-east-3": "2".repeat(32) };
  await withSimulator({ projects, servers: 1, jobSeconds: 0 }, async (twoRegions) => {
    const bind = async (place: keyof typeof projects, name: string) => {
      const server = twoRegions.state().projects.find((project) => project.name === place)?.servers[0]?.id ?? "";
      await twoRegions.replaceKeypair(place, name, { publicKey: sampleKeys.ed25519.text });
      const body = binding(name, server);
      await call(twoRegions, `PUT /v1/${projects[place]}/cloud-phone/servers/open-access`, { body });
      twoRegions.advanceClock(1);
    };
    await bind("cn-north-4", "first");
    for (let count = 1; count <= 60; count++) {
      await bind("cn-east-3", `older-${count}`);
    }
    await bind("cn-north-4", "newest");
    const page = await openPage(twoRegions);
    expect(
      page
        .textsIn("keypairs")
        .map(([name]) => name)
        .slice(0, 2),
    ).toEqual(["newest", "older-60"]);
    expect(page.textsIn("keypairs").at(-1)?.[0]).toBe("first");
    const jobs = page.textsIn("jobs").map(([, name]) => name);
    expect([jobs.length, jobs[0], jobs[1], jobs.at(-1)]).toEqual([60, "newest", "older-60", "older-2"]);
    expect(page.textsIn("servers").map(([, name, region]) => [name, region])).toEqual([
      ["cph-server-1", "cn-north-4"],
      ["cph-server-1", "cn-east-3"],
    ]);
  });
});

test("it says where the simulator does not answer", async () => {
  await withSimulator({}, async (stopped) => {
    const page = await openPage(stopped);
    await stopped.close();
    await page.refresh();
    expect(page.find("link").textContent).toBe("The simulator does not answer");
  });
});
