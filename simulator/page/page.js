// The script of the page: shows key pairs, servers, jobs and calls, a second old at most. Names come from clients: everything is put in as
// text, never as HTML. Elements are changed in place, so that nothing flickers and a selection survives.
"use strict";

/** @typedef {import("../callLog").Call} Call */
/** @typedef {import("../faults").ActiveFault} ActiveFault */
/** @typedef {import("../cloud").Job} Job */
/** @typedef {import("../cloud").Server} Server */
/** @typedef {import("../state").CloudState} CloudState */
/** @typedef {import("../state").KeypairState} KeypairState */
/** @typedef {import("../state").ProjectState} ProjectState */

/**
 * A server, the text for the key pair that it is bound to, and the one for the total that it is counted in. The region is the empty text
 * where there is but one.
 * @typedef {{ project: ProjectState, server: Server, bound: string, total: string, job: Job | undefined, now: number, region: string }} ShownServer
 */
/** @typedef {{ project: ProjectState, keypair: KeypairState, users: number }} ShownKeypair */
/** @typedef {{ project: ProjectState, job: Job, server: Server | undefined, now: number, region: string }} ShownJob */

/**
 * How many servers are bound to a key pair of a region.
 * @typedef {{ text: string, key: string, count: number }} Total
 */

/**
 * What a cell of a table shows. The title is what is told of it when one points at it, by default its text. An id is copied by a click.
 * @typedef {{ text: string, className?: string, title?: string, key?: string, isId?: boolean }} Cell
 */

/**
 * An element that shows an item, and what has it show another.
 * @template T
 * @typedef {{ element: HTMLElement, update: (item: T) => void }} View
 */

/** The most jobs and calls that are shown. */
const mostLines = 60;
/** More servers than these are shown as tiles, not as cards. */
const mostCards = 60;

/** @type {Readonly<Record<number, string>>} */
const statusTexts = {
  0: "creating",
  1: "creating",
  2: "abnormal",
  3: "creating",
  4: "creating",
  5: "normal",
  6: "deleted",
  8: "frozen",
  10: "off",
  11: "shutting down",
  12: "shutdown failed",
  13: "starting",
};

/** @type {Readonly<Record<number, string>>} */
const statusClasses = { 2: "bad", 5: "good", 8: "bad" };

const stateClasses = { running: "wait", succeeded: "good", failed: "bad" };

const showCards = listIn("servers", serverKey, serverCard);
const showTiles = listIn("tiles", serverKey, serverTile);
const showTotals = listIn("totals", totalKey, totalButton);
const showKeypairs = listIn("keypairs", keypairKey, () => tableRow(keypairCells));
const showJobs = listIn("jobs", jobKey, () => tableRow(jobCells));
const showFaults = listIn("faults", faultKey, () => tableRow(faultCells));
const showCalls = listIn("calls", callKey, () => tableRow(callCells));

const filter = /** @type {HTMLInputElement} */ (find("filter"));
/** The total whose servers alone are shown; the empty text where all are. */
let chosenTotal = "";
/** @type {readonly ShownServer[]} */
let allServers = [];

filter.addEventListener("input", showServers);
void refresh();

/** Shows what there is now, and again in a second. */
async function refresh() {
  const link = find("link");
  try {
    const paths = ["/_admin/state", "/_admin/faults", `/_admin/calls?latest=${mostLines}`];
    const [state, faults, calls] = await Promise.all(paths.map(read));
    show(/** @type {CloudState} */ (state), /** @type {ActiveFault[]} */ (faults), /** @type {Call[]} */ (calls));
    setText(link, location.host);
    setClass(link, "");
  } catch {
    setText(link, "The simulator does not answer");
    setClass(link, "lost");
  }
  setTimeout(() => void refresh(), 1000);
}

/**
 * @param {string} path
 * @returns {Promise<unknown>}
 */
async function read(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);

  return answer.json();
}

/**
 * @param {CloudState} state
 * @param {ActiveFault[]} faults
 * @param {Call[]} calls
 */
function show({ now, projects }, faults, calls) {
  /** @param {ProjectState} project */
  const regionOf = ({ name }) => (projects.length > 1 ? name : "");
  allServers = projects.flatMap((project) => serversOf(project, now, regionOf(project)));
  // Newest first: each project has its own oldest first.
  const keypairs = projects
    .flatMap(keypairsOf)
    .reverse()
    .sort((a, b) => b.keypair.createTime - a.keypair.createTime);
  const jobs = projects
    .flatMap((project) => jobsOf(project, now, regionOf(project)))
    .reverse()
    .sort((a, b) => b.job.beginTime - a.job.beginTime);
  showTotals(totalsOf(allServers));
  showServers();
  showKeypairs(keypairs);
  showJobs(jobs.slice(0, mostLines));
  showFaults(faults);
  showCalls(calls.reverse());
  setText(find("keypairCount"), countText(keypairs));
  setText(find("jobCount"), jobCountText(jobs));
  setText(find("faultCount"), countText(faults));
  find("faultSection").hidden = faults.length === 0;
  find("noKeypairs").hidden = keypairs.length > 0;
  find("noJobs").hidden = jobs.length > 0;
  find("noCalls").hidden = calls.length > 0;
}

/**
 * @param {ProjectState} project
 * @param {number} now
 * @param {string} region
 * @returns {ShownServer[]}
 */
function serversOf(project, now, region) {
  const latestJobs = new Map(project.jobs.map((job) => [job.serverId, job]));
  const keys = new Map(project.keypairs.map((keypair) => [keypair.name, keyOf(keypair)]));
  return project.servers.map((server) => {
    const bound = boundText(server, keys.get(server.keypairName));
    return { project, server, bound, total: inRegion(bound, region), now, job: latestJobs.get(server.id), region };
  });
}

/**
 * @param {ProjectState} project
 * @returns {ShownKeypair[]}
 */
function keypairsOf(project) {
  const users = countsOf(project.servers.map(({ trustedKey }) => trustedKey));
  return project.keypairs.map((keypair) => ({ project, keypair, users: users.get(keyOf(keypair)) ?? 0 }));
}

/**
 * @param {ProjectState} project
 * @param {number} now
 * @param {string} region
 * @returns {ShownJob[]}
 */
function jobsOf(project, now, region) {
  const servers = new Map(project.servers.map((server) => [server.id, server]));
  return project.jobs.map((job) => ({ project, job, now, region, server: servers.get(job.serverId) }));
}

/**
 * The most servers first.
 * @param {readonly ShownServer[]} servers
 * @returns {Total[]}
 */
function totalsOf(servers) {
  const counts = countsOf(servers.map(({ total }) => total));
  const keys = new Map(servers.map(({ total, server }) => [total, server.trustedKey ?? ""]));
  return [...counts]
    .map(([text, count]) => ({ text, count, key: keys.get(text) ?? "" }))
    .sort((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1));
}

/** Shows the servers that are asked for: few as cards, many as tiles. */
function showServers() {
  const words = filter.value.toLowerCase().split(/\s+/);
  const shown = allServers.filter(
    (server) =>
      (chosenTotal === "" || server.total === chosenTotal) && words.every((word) => searchText(server).includes(word)),
  );
  const isFew = shown.length <= mostCards;
  showCards(isFew ? shown : []);
  showTiles(isFew ? [] : shown);
  const isAll = shown.length === allServers.length;
  setText(find("serverCount"), isAll ? countText(shown) : `${shown.length} of ${allServers.length}`);
  find("noServers").hidden = shown.length > 0 || isAll;
}

/**
 * All that a server can be found by.
 * @param {ShownServer} shown
 */
function searchText({ project, server, bound }) {
  return [server.name, server.id, bound, project.name, statusText(server)].join("\n").toLowerCase();
}

/** @param {Total} total */
function totalKey({ text }) {
  return text;
}

/** @returns {View<Total>} */
function totalButton() {
  const name = newElement("span", "");
  const count = newElement("b", "");
  const button = newElement("button", "", name, count);
  let shown = "";
  button.addEventListener("click", () => {
    chosenTotal = chosenTotal === shown ? "" : shown;
    showTotals(totalsOf(allServers));
    showServers();
  });
  return {
    element: button,
    update: (total) => {
      shown = total.text;
      setText(name, total.text);
      setText(count, String(total.count));
      setClass(name, total.key === "" ? "dot none soft" : "dot");
      setHue(name, total.key);
      setClass(button, chosenTotal === total.text ? "total chosen" : "total");
    },
  };
}

/** @returns {View<ShownServer>} */
function serverTile() {
  const tile = newElement("button", "");
  let id = "";
  tile.addEventListener("click", () => {
    filter.value = id;
    showServers();
  });
  return {
    element: tile,
    update: ({ project, server, bound, job }) => {
      id = server.id;
      const running = job?.state === "running" ? " running" : "";
      const colour = server.trustedKey === null ? " none" : "";
      const status = statusClass(server) === "good" ? "" : ` ${statusClass(server)}`;
      setClass(tile, `tile${colour}${status}${running}`);
      setHue(tile, server.trustedKey ?? "");
      tile.title = `${server.name}: ${bound}, ${statusText(server)}\n${server.id} in ${project.name}`;
    },
  };
}

/** @param {ShownServer} shown */
function serverKey({ project, server }) {
  return `${project.id}/${server.id}`;
}

/** @returns {View<ShownServer>} */
function serverCard() {
  const status = newElement("span", "status");
  const name = newElement("div", "name ellipsis");
  const place = newElement("div", "region ellipsis soft");
  const id = copyButton();
  const key = newElement("div", "key ellipsis");
  const progress = newElement("i", "");
  const bar = newElement("div", "bar", progress);
  const card = newElement("div", "server", status, name, place, id.element, key, bar);
  return {
    element: card,
    update: ({ project, server, bound, job, now, region }) => {
      setText(status, statusText(server));
      setClass(status, `status ${statusClass(server)}`);
      setText(name, server.name);
      setText(place, region);
      id.update(server.id);
      card.title = `${server.name} in ${project.name}`;
      setText(key, bound);
      key.title = bound;
      setClass(key, server.trustedKey === null ? "key ellipsis dot none soft" : "key ellipsis dot");
      setHue(key, server.trustedKey ?? "");
      const running = job?.state === "running";
      setClass(bar, running ? "bar" : "bar idle");
      progress.style.width = `${running ? progressOf(job, now) : 0}%`;
    },
  };
}

/**
 * A name, and its region where there are several.
 * @param {string} name
 * @param {string} region
 */
function inRegion(name, region) {
  return region === "" ? name : `${name}, ${region}`;
}

/** @param {Server} server */
function statusText({ status }) {
  return statusTexts[status] ?? String(status);
}

/** @param {Server} server */
function statusClass({ status }) {
  return statusClasses[status] ?? "wait";
}

/**
 * The key pair that a server is bound to, and whether the name still stands for the key that opens the server.
 * @param {Server} server
 * @param {string | undefined} key what the name stands for now
 */
function boundText({ keypairName, trustedKey }, key) {
  if (keypairName === "") return "no key pair";

  if (key === undefined) return `${keypairName} (deleted)`;

  return key === trustedKey ? keypairName : `${keypairName} (replaced)`;
}

/** @param {ShownKeypair} shown */
function keypairKey({ project, keypair }) {
  return `${project.id}/${keypair.id}`;
}

/**
 * @param {ShownKeypair} shown
 * @returns {Cell[]}
 */
function keypairCells({ project, keypair, users }) {
  return [
    { text: keypair.name, className: "dot", title: `${keypair.name} in ${project.name}`, key: keyOf(keypair) },
    { text: keypair.fingerprints.sha256, className: "mono soft", isId: true },
    { text: users === 0 ? "unused" : users === 1 ? "1 server" : `${users} servers`, className: "right soft" },
  ];
}

/** @param {ShownJob} shown */
function jobKey({ job }) {
  return job.id;
}

/**
 * @param {ShownJob} shown
 * @returns {Cell[]}
 */
function jobCells({ project, job, server, now, region }) {
  const state = job.state === "running" ? `${progressOf(job, now)} %` : job.state;
  const name = server?.name ?? job.serverId;
  return [
    { text: inRegion(name, region), title: `${name} in ${project.name}` },
    { text: job.keypairName, className: "soft" },
    { text: job.id, className: "mono soft", isId: true },
    { text: state, className: `right ${stateClasses[job.state]}`, title: job.outcome.failure?.code ?? state },
  ];
}

/** @param {ActiveFault} fault */
function faultKey({ id }) {
  return String(id);
}

/**
 * @param {ActiveFault} fault
 * @returns {Cell[]}
 */
function faultCells({ rule, struck }) {
  const { type, ...more } = rule.action;
  const details = detailsText(more);
  const isOver = rule.times !== undefined && struck >= rule.times;
  return [
    { text: details === "" ? type : `${type}: ${details}`, className: isOver ? "soft" : "wait" },
    { text: rule.match === undefined ? "every call" : detailsText(rule.match), className: "soft" },
    { text: `struck ${struck}${rule.times === undefined ? "" : ` of ${rule.times}`}`, className: "right soft" },
  ];
}

/** @param {object} details */
function detailsText(details) {
  return Object.entries(details)
    .map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");
}

/** @param {Call} call */
function callKey(call) {
  return call.requestId;
}

/**
 * @param {Call} call
 * @returns {Cell[]}
 */
function callCells(call) {
  const failed = call.status === null || call.status >= 400;
  const faults = call.faults.length === 0 ? [] : [`fault: ${call.faults.join(", ")}`];
  const remarks = call.errorCode === null ? faults : [call.errorCode, ...faults];
  return [
    { text: new Date(call.time).toLocaleTimeString(), className: "soft", title: call.time },
    { text: call.method, className: "mono" },
    {
      text: call.path.replace(/^\/v[13]\/[^/]+(?=\/(keypairs|cloud-phone))/, ""),
      className: "mono soft",
      title: call.path,
    },
    { text: call.operation ?? "unknown" },
    { text: call.status === null ? "–" : String(call.status), className: failed ? "bad" : "good" },
    { text: remarks.join(" "), className: failed ? "bad" : "wait" },
    { text: call.requestId, className: "mono soft", isId: true },
    { text: call.milliseconds === null ? "" : `${call.milliseconds} ms`, className: "right soft" },
  ];
}

/**
 * A row of a table.
 * @template T
 * @param {(item: T) => Cell[]} cellsOf
 * @returns {View<T>}
 */
function tableRow(cellsOf) {
  const row = newElement("tr", "");
  /** @type {View<Cell>[]} */
  const cells = [];
  return {
    element: row,
    update: (item) => {
      for (const [index, cell] of cellsOf(item).entries()) {
        if (cells[index] === undefined) {
          cells[index] = cell.isId === true ? idCell() : textCell();
          row.append(cells[index].element);
        }
        cells[index].update(cell);
      }
    },
  };
}

/** @returns {View<Cell>} */
function textCell() {
  const cell = newElement("td", "");
  return {
    element: cell,
    update: ({ text, className = "", title = text, key }) => {
      setText(cell, text);
      setClass(cell, className);
      cell.title = title;
      if (key !== undefined) setHue(cell, key);
    },
  };
}

/** @returns {View<Cell>} */
function idCell() {
  const button = copyButton();
  const cell = newElement("td", "", button.element);
  return {
    element: cell,
    update: ({ text, className = "" }) => {
      button.update(text);
      setClass(cell, className);
    },
  };
}

/**
 * Shows an id, and copies it when it is clicked.
 * @returns {View<string>}
 */
function copyButton() {
  const button = newElement("button", "copy");
  let id = "";
  button.addEventListener("click", () => {
    void navigator.clipboard.writeText(id).then(() => {
      setClass(button, "copy copied");
    });
  });
  return {
    element: button,
    update: (shown) => {
      id = shown;
      setText(button, id);
      button.title = `Copy ${id}`;
      // It says for a moment that it has been copied: until the page is looked at again.
      setClass(button, "copy");
    },
  };
}

/**
 * Makes what has a list show some items, each in the element that showed it before.
 * @template T
 * @param {string} id
 * @param {(item: T) => string} keyOfItem
 * @param {() => View<T>} newView
 * @returns {(items: readonly T[]) => void}
 */
function listIn(id, keyOfItem, newView) {
  const list = find(id);
  /** @type {Map<string, View<T>>} */
  let views = new Map();
  return (items) => {
    const earlier = views;
    views = new Map();
    for (const [index, item] of items.entries()) {
      const key = keyOfItem(item);
      const view = earlier.get(key) ?? newView();
      const there = list.children[index];
      earlier.delete(key);
      views.set(key, view);
      if (there !== view.element) list.insertBefore(view.element, there ?? null);

      view.update(item);
    }
    for (const { element } of earlier.values()) element.remove();
  };
}

/** @param {string} id */
function find(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page has no ${id}.`);

  return element;
}

/**
 * @param {string} tag
 * @param {string} className
 * @param {HTMLElement[]} children
 */
function newElement(tag, className, ...children) {
  const element = document.createElement(tag);
  element.className = className;
  element.append(...children);
  return element;
}

/**
 * @param {HTMLElement} element
 * @param {string} text
 */
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * @param {HTMLElement} element
 * @param {string} className
 */
function setClass(element, className) {
  if (element.className !== className) element.className = className;
}

/**
 * Gives an element the colour of a key: the same wherever that key is shown.
 * @param {HTMLElement} element
 * @param {string} key
 */
function setHue(element, key) {
  let hash = 7;
  for (const character of key) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 99991;

  element.style.setProperty("--hue", String((hash * 137) % 360));
}

/**
 * Type and blob of a key pair's public key; an x509 key as it is.
 * @param {KeypairState} keypair
 */
function keyOf({ publicKey }) {
  return publicKey.includes("-----BEGIN") ? publicKey : publicKey.trim().split(/\s+/).slice(0, 2).join(" ");
}

/**
 * How much of a job's time is over, in percent.
 * @param {Job} job
 * @param {number} now
 */
function progressOf({ beginTime, dueTime, outcome }, now) {
  const length = Math.max(1, dueTime - beginTime);
  return Math.min(outcome.neverEnds === true ? 50 : 100, Math.round((100 * (now - beginTime)) / length));
}

/**
 * How many times each value is there.
 * @template T
 * @param {readonly T[]} values
 * @returns {Map<T, number>}
 */
function countsOf(values) {
  /** @type {Map<T, number>} */
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);

  return counts;
}

/** @param {readonly ShownJob[]} jobs */
function jobCountText(jobs) {
  const running = jobs.filter(({ job }) => job.state === "running").length;
  return running === 0 ? countText(jobs) : `${jobs.length}, ${running} running`;
}

/** @param {readonly unknown[]} items */
function countText(items) {
  return items.length === 0 ? "" : String(items.length);
}
