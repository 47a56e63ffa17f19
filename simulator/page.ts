/**
 * The page at `/`: key pairs, servers, jobs and calls, a second old at most. It is one text with nothing outside it, so that it is packed
 * and works offline. Names come from clients: everything is put in as text, never as HTML. Rows are changed in place, so that nothing
 * flickers and a selection survives.
 */
export const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Huawei Cloud simulator</title>
<link rel="icon" href="data:,">
<style>
  :root {
    color-scheme: light dark;
    --ground: #f4f5f7; --card: #ffffff; --line: #e3e6ea; --text: #1b2430; --soft: #667284;
    --accent: #2563eb; --good: #15803d; --bad: #c2272d; --wait: #b45309; --track: #e3e6ea;
  }
  @media (prefers-color-scheme: dark) {
    :root {
      --ground: #0e1218; --card: #171d26; --line: #28303c; --text: #e4e9f0; --soft: #8d99aa;
      --accent: #6ea0ff; --good: #4ade80; --bad: #ff7b7b; --wait: #fbbf5d; --track: #2a3340;
    }
  }
  * { box-sizing: border-box; }
  body { margin: 0; background: var(--ground); color: var(--text); font: 14px/1.45 system-ui, sans-serif; }
  main { max-width: 1240px; margin: 0 auto; padding: 28px 24px 48px; }
  header { display: flex; align-items: baseline; gap: 14px; flex-wrap: wrap; margin-bottom: 20px; }
  h1 { font-size: 20px; font-weight: 650; margin: 0; letter-spacing: -0.01em; }
  #link { color: var(--soft); font-size: 13px; }
  #link::before { content: ""; display: inline-block; width: 8px; height: 8px; border-radius: 50%; margin-right: 7px; background: var(--good); }
  #link.lost::before { background: var(--bad); }
  h2 { font-size: 12px; font-weight: 600; text-transform: uppercase; letter-spacing: 0.06em; color: var(--soft); margin: 0 0 10px; }
  h2 span { font-weight: 400; margin-left: 6px; }
  section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 16px 18px; min-width: 0; }
  .columns { display: grid; grid-template-columns: 1fr 1fr; gap: 18px; margin-bottom: 18px; align-items: start; }
  @media (max-width: 860px) { .columns { grid-template-columns: 1fr; } }
  #servers { display: grid; grid-template-columns: repeat(auto-fill, minmax(190px, 1fr)); gap: 10px; margin-bottom: 18px; }
  .server { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 11px 13px 12px; min-width: 0; }
  .server .name { font-weight: 600; }
  .server .status { float: right; font-size: 12px; }
  .server .key { margin-top: 3px; }
  .ellipsis { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .bar { height: 4px; border-radius: 2px; background: var(--track); overflow: hidden; margin-top: 9px; }
  .bar i { display: block; height: 100%; width: 0; background: var(--accent); transition: width 1s linear; }
  .bar.idle i { transition: none; }
  .scroll { max-height: 330px; overflow: auto; margin: 0 -6px; padding: 0 6px; }
  table { width: 100%; border-collapse: collapse; table-layout: fixed; font-size: 13px; }
  td { padding: 5px 10px 5px 0; border-top: 1px solid var(--line); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  tr:first-child td { border-top: 0; }
  td:last-child { padding-right: 0; }
  .mono { font-family: ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; font-size: 12px; }
  .soft { color: var(--soft); } .good { color: var(--good); } .bad { color: var(--bad); } .wait { color: var(--wait); }
  .right { text-align: right; }
  .dot::before { content: ""; display: inline-block; width: 8px; height: 8px; border-radius: 3px; margin-right: 7px; background: hsl(var(--hue, 0) 62% 52%); }
  .dot.none::before { background: var(--track); }
  .empty { color: var(--soft); font-size: 13px; }
  [hidden] { display: none; }
</style>
</head>
<body>
<main>
  <header><h1>Huawei Cloud simulator</h1><span id="link" role="status"></span></header>
  <h2>Servers<span id="serverCount"></span></h2>
  <div id="servers"></div>
  <div class="columns">
    <section><h2>Key pairs<span id="keypairCount"></span></h2>
      <div class="scroll"><table><colgroup><col style="width:42%"><col><col style="width:22%"></colgroup><tbody id="keypairs"></tbody></table></div>
      <div class="empty" id="noKeypairs" hidden>There is no key pair yet.</div>
    </section>
    <section><h2>Jobs<span id="jobCount"></span></h2>
      <div class="scroll"><table><colgroup><col style="width:32%"><col><col style="width:26%"></colgroup><tbody id="jobs"></tbody></table></div>
      <div class="empty" id="noJobs" hidden>No job has been started yet.</div>
    </section>
  </div>
  <section><h2>Latest calls</h2>
    <div class="scroll"><table style="min-width:820px">
      <colgroup><col style="width:86px"><col style="width:64px"><col><col style="width:210px"><col style="width:60px"><col style="width:170px"><col style="width:72px"></colgroup>
      <tbody id="calls"></tbody></table></div>
    <div class="empty" id="noCalls" hidden>No call has arrived yet.</div>
  </section>
</main>
<script>
"use strict";
const serverStatus = { 0: "creating", 1: "creating", 2: "abnormal", 3: "creating", 4: "creating", 5: "normal", 6: "deleted",
  8: "frozen", 10: "off", 11: "shutting down", 12: "shutdown failed", 13: "starting" };
const shown = 60;

function find(id) { return document.getElementById(id); }

function setText(element, text) { if (element.textContent !== text) element.textContent = text; }

function setClass(element, name) { if (element.className !== name) element.className = name; }

/** Makes the children of a list those of the items, keeping the elements that are there already. */
function showList(list, items, keyOf, create, update) {
  const present = new Map([...list.children].map((child) => [child.dataset.key, child]));
  items.forEach((item, index) => {
    const key = keyOf(item);
    let element = present.get(key);
    if (element === undefined) {
      element = create();
      element.dataset.key = key;
    }
    present.delete(key);
    if (list.children[index] !== element) list.insertBefore(element, list.children[index] || null);
    update(element, item);
  });
  for (const gone of present.values()) gone.remove();
}

function row(cells) {
  return () => {
    const line = document.createElement("tr");
    for (let cell = 0; cell < cells; cell++) line.append(document.createElement("td"));
    return line;
  };
}

function fill(line, cells) {
  cells.forEach(([text, name, title], index) => {
    const cell = line.children[index];
    setText(cell, text);
    setClass(cell, name || "");
    cell.title = title || text;
  });
}

function serverCard() {
  const card = document.createElement("div");
  card.className = "server";
  for (const [tag, name] of [["span", "status"], ["div", "name ellipsis"], ["div", "key ellipsis"], ["div", "bar"]]) {
    const part = document.createElement(tag);
    part.className = name;
    card.append(part);
  }
  card.lastChild.append(document.createElement("i"));
  return card;
}

/** The same key has the same colour wherever it is shown. */
function hueOf(key) {
  let hash = 7;
  for (const character of key) hash = (hash * 31 + character.codePointAt(0)) % 99991;
  return String((hash * 137) % 360);
}

function keyText(text) { return text.includes("-----BEGIN") ? text : text.trim().split(/\\s+/).slice(0, 2).join(" "); }

function showServer(card, { project, server, job, now }) {
  const [status, name, key, bar] = card.children;
  const known = project.keypairs.find((keypair) => keypair.name === server.keypairName);
  const stale = known !== undefined && keyText(known.publicKey) !== server.trustedKey;
  setText(status, serverStatus[server.status] || String(server.status));
  setClass(status, "status " + (server.status === 5 ? "good" : server.status === 2 || server.status === 8 ? "bad" : "wait"));
  setText(name, server.name);
  card.title = server.id + " in " + project.name;
  setText(key, server.keypairName === "" ? "no key pair" : server.keypairName + (known === undefined ? " (deleted)" : stale ? " (replaced)" : ""));
  setClass(key, "key ellipsis dot" + (server.trustedKey === null ? " none soft" : ""));
  key.style.setProperty("--hue", hueOf(server.trustedKey || ""));
  const running = job !== undefined && job.state === "running";
  setClass(bar, running ? "bar" : "bar idle");
  bar.firstChild.style.width = (running ? progressOf(job, now) : 0) + "%";
}

function progressOf(job, now) {
  const length = Math.max(1, job.dueTime - job.beginTime);
  return Math.min(job.outcome.neverEnds ? 50 : 100, Math.round((100 * (now - job.beginTime)) / length));
}

function showJob(line, { job, server, now }) {
  const running = job.state === "running";
  fill(line, [
    [server === undefined ? job.serverId : server.name, "", job.id],
    [job.keypairName, "soft"],
    [running ? progressOf(job, now) + " %" : job.state, "right " + { running: "wait", succeeded: "good", failed: "bad" }[job.state],
      job.outcome.failure === undefined ? "" : job.outcome.failure.code],
  ]);
}

function showKeypair(line, { project, keypair }) {
  const users = project.servers.filter((server) => server.trustedKey === keyText(keypair.publicKey)).length;
  fill(line, [
    [keypair.name, "dot", keypair.name + " in " + project.name],
    [keypair.fingerprints.sha256, "mono soft"],
    [users === 0 ? "unused" : users === 1 ? "1 server" : users + " servers", "right soft"],
  ]);
  line.children[0].style.setProperty("--hue", hueOf(keyText(keypair.publicKey)));
}

function showCall(line, call) {
  const failed = call.status === null || call.status >= 400;
  const faults = call.faults.length === 0 ? "" : "fault: " + call.faults.join(", ");
  fill(line, [
    [new Date(call.time).toLocaleTimeString(), "soft", call.time],
    [call.method, "mono"],
    [call.path.replace(/^\\/v[13]\\/[^/]+(?=\\/(keypairs|cloud-phone))/, ""), "mono soft", call.path],
    [call.operation || "unknown", ""],
    [call.status === null ? "\\u2013" : String(call.status), failed ? "bad" : "good"],
    [[call.errorCode, faults].filter(Boolean).join(" "), failed ? "bad" : "wait"],
    [call.milliseconds === null ? "" : call.milliseconds + " ms", "right soft", call.requestId],
  ]);
}

function showCount(id, count) { setText(find(id), count === 0 ? "" : String(count)); }

function show(state, calls) {
  const { now, projects } = state;
  const latestJob = new Map();
  for (const project of projects) for (const job of project.jobs) latestJob.set(job.serverId, job);
  const servers = projects.flatMap((project) =>
    project.servers.map((server) => ({ project, server, now, job: latestJob.get(server.id) })));
  const keypairs = projects.flatMap((project) => project.keypairs.map((keypair) => ({ project, keypair }))).reverse();
  const jobs = projects.flatMap((project) =>
    project.jobs.map((job) => ({ job, now, server: project.servers.find((server) => server.id === job.serverId) }))).reverse();
  showList(find("servers"), servers, ({ project, server }) => project.id + "/" + server.id, serverCard, showServer);
  showList(find("keypairs"), keypairs, ({ project, keypair }) => project.id + "/" + keypair.id, row(3), showKeypair);
  showList(find("jobs"), jobs.slice(0, shown), ({ job }) => job.id, row(3), showJob);
  showList(find("calls"), calls.reverse(), (call) => call.requestId, row(7), showCall);
  showCount("serverCount", servers.length);
  showCount("keypairCount", keypairs.length);
  showCount("jobCount", jobs.length);
  find("noKeypairs").hidden = keypairs.length > 0;
  find("noJobs").hidden = jobs.length > 0;
  find("noCalls").hidden = calls.length > 0;
}

async function read(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(path + ": " + answer.status);
  return answer.json();
}

async function refresh() {
  const link = find("link");
  try {
    const [state, calls] = await Promise.all([read("/_admin/state"), read("/_admin/calls?latest=" + shown)]);
    show(state, calls);
    setText(link, location.host);
    setClass(link, "");
  } catch (error) {
    setText(link, "The simulator does not answer");
    setClass(link, "lost");
  }
  setTimeout(refresh, 1000);
}

refresh();
</script>
</body>
</html>
`;
