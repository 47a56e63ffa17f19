import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openPage, type ShownPage } from "./testing/browser";
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
  for (const name of readdirSync(join(__dirname, "page")))
    expect(fileOf(name)).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|https?:/);
});

test("it shows key pairs, servers, jobs and calls", async () => {
  const [first, second, third] = serverIds(simulator);
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
    ["normal", "cph-server-1", "", first, "no key pair", ""],
    ["frozen", "cph-server-2", "", second, "blue", ""],
    ["normal", "cph-server-3", "", third, "no key pair", ""],
  ]);
  expect(page.textsIn("keypairs")).toEqual([["blue", sha256, "1 server"]]);
  const [job] = simulator.state().projects[0]?.jobs ?? [];
  expect(page.textsIn("jobs")).toEqual([["cph-server-1", "blue", job?.id, "25 %"]]);
  expect(page.textsIn("calls").map((texts) => texts.slice(1, 6))).toEqual([
    ["GET", "/cloud-phone/jobs/unknown", "ShowJob", "500", "CPS.0003 fault: status"],
    ["PUT", "/cloud-phone/servers/open-access", "UpdateKeypair", "200", ""],
  ]);
  expect(page.textsIn("calls").map((texts) => texts[6])).toEqual(
    simulator
      .calls()
      .reverse()
      .map(({ requestId }) => requestId),
  );
  expect(page.textsIn("faults")).toEqual([["status: status 500, code CPS.0003", "operation ShowJob", "struck 1"]]);
  const counts = ["serverCount", "keypairCount", "jobCount", "faultCount"].map((id) => page.find(id).textContent);
  expect(counts).toEqual(["3", "1", "1, 1 running", "1"]);
  expect(["noKeypairs", "noJobs", "noCalls"].map((id) => page.find(id).hidden)).toEqual([true, true, true]);
});

test("it says where nothing is there yet", async () => {
  const page = await openPage(simulator);
  expect(["noKeypairs", "noJobs", "noCalls"].map((id) => page.find(id).hidden)).toEqual([false, false, false]);
  expect(page.find("keypairCount").textContent).toBe("");
  expect(page.find("faultSection").hidden).toBe(true);
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
    ["normal", "cph-server-1", "", first, "blue (replaced)", ""],
    ["normal", "cph-server-2", "", second, "gone (deleted)", ""],
  ]);
  expect(page.textsIn("keypairs").map(([name]) => name)).toEqual(["green", "blue"]);
  expect(page.textsIn("jobs").map(([name, key, , state]) => [name, key, state])).toEqual([
    ["cph-server-1", "blue", "succeeded"],
  ]);
  expect(page.find("jobCount").textContent).toBe("1");
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
    for (let count = 1; count <= 60; count++) await bind("cn-east-3", `older-${count}`);

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
    expect(page.textsIn("totals")).toEqual([
      ["newest, cn-north-4", "1"],
      ["older-60, cn-east-3", "1"],
    ]);
    expect(
      page
        .textsIn("jobs")
        .map(([name]) => name)
        .slice(0, 2),
    ).toEqual(["cph-server-1, cn-north-4", "cph-server-1, cn-east-3"]);
  });
});

describe("of many servers", () => {
  const many = useSimulator({ servers: 100, jobSeconds: 100 });

  beforeEach(async () => {
    await many.replaceKeypair(region, "blue", { publicKey: sampleKeys.ed25519.text });
    await many.replaceKeypair(region, "green", { publicKey: sampleKeys.rsa2048.text });
    const ids = many.state().projects[0]?.servers.map(({ id }) => id) ?? [];
    for (const id of ids.slice(0, 70)) many.changeServer(region, id, { keypairName: "blue" });

    many.changeServer(region, ids[70] ?? "", { keypairName: "green", status: 8 });
    many.changeServer(region, ids[71] ?? "", { keypairName: "green" });
    many.changeServer(region, ids[98] ?? "", { name: "CPH-Server-99" });
  });

  const namesIn = (page: ShownPage) => page.textsIn("servers").map(([, name]) => name);

  test("it tells the totals first, and shows each as a tile", async () => {
    const page = await openPage(many);
    expect(page.textsIn("totals")).toEqual([
      ["blue", "70"],
      ["no key pair", "28"],
      ["green", "2"],
    ]);
    expect([page.find("tiles").children.length, namesIn(page)]).toEqual([100, []]);
    const classes = page.find("tiles").children.map(({ className }) => className);
    expect([classes[0], classes[70], classes[71], classes[72]]).toEqual(["tile", "tile bad", "tile", "tile none"]);
    const [first] = many.state().projects[0]?.servers ?? [];
    expect(page.find("tiles").children[0]?.title).toBe(`cph-server-1: blue, normal\n${first?.id} in cn-north-4`);
    await call(many, `PUT ${cph}/servers/open-access`, { body: binding("green", first?.id ?? "") });
    await page.refresh();
    expect(page.find("tiles").children[0]?.className).toBe("tile running");
  });

  test("it shows those of a total alone, until that is clicked again", async () => {
    const page = await openPage(many);
    const green = () => page.find("totals").children[2];
    green()?.dispatch("click");
    expect(green()?.className).toBe("total chosen");
    expect([page.find("tiles").children.length, namesIn(page)]).toEqual([0, ["cph-server-71", "cph-server-72"]]);
    expect(page.find("serverCount").textContent).toBe("2 of 100");
    await page.refresh();
    expect(namesIn(page)).toEqual(["cph-server-71", "cph-server-72"]);
    green()?.dispatch("click");
    expect([page.find("tiles").children.length, green()?.className]).toEqual([100, "total"]);
  });

  test.each([
    ["SERVER-71", ["cph-server-71"]],
    ["green frozen", ["cph-server-71"]],
    [" green ", ["cph-server-71", "cph-server-72"]],
    ["server-99 cn-north", ["CPH-Server-99"]],
    ["nothing", []],
  ])("it finds %j", async (text, names) => {
    const page = await openPage(many);
    const filter = page.find("filter");
    filter.value = text;
    filter.dispatch("input");
    expect(namesIn(page)).toEqual(names);
    expect(page.find("noServers").hidden).toBe(names.length > 0);
  });

  test("it shows the card of a tile that is clicked", async () => {
    const page = await openPage(many);
    page.find("tiles").children[71]?.dispatch("click");
    expect(namesIn(page)).toEqual(["cph-server-72"]);
  });
});

test("it copies an id that is clicked, and says so for a moment", async () => {
  const [first] = serverIds(simulator);
  const page = await openPage(simulator);
  const id = page.find("servers").children[0]?.children[3];
  expect(id?.textContent).toBe(first);
  id?.dispatch("click");
  expect(page.copied).toEqual([first]);
  await Promise.resolve();
  expect(id?.className).toBe("copy copied");
  await page.refresh();
  expect(id?.className).toBe("copy");
});

test("it tells what a fault strikes and how often", async () => {
  simulator.addFault({ action: { type: "delay", milliseconds: 1 } });
  simulator.addFault({ match: { serverId: "a" }, times: 2, action: { type: "jobFailed", code: "CPS.0005" } });
  const page = await openPage(simulator);
  expect(page.textsIn("faults")).toEqual([
    ["delay: milliseconds 1", "every call", "struck 0"],
    ["jobFailed: code CPS.0005", "serverId a", "struck 0 of 2"],
  ]);
});

test("it says where the simulator does not answer", async () => {
  await withSimulator({}, async (stopped) => {
    const page = await openPage(stopped);
    await stopped.close();
    await page.refresh();
    expect(page.find("link").textContent).toBe("The simulator does not answer");
  });
});
