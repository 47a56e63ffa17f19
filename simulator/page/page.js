// The script of the page: shows key pairs, servers, jobs and calls, a second old at most. Names come from clients: everything is put in as
// text, never as HTML. Elements are changed in place, so that nothing flickers and a selection survives.
"use strict";

/** @typedef {import("../callLog").Call} Call */
/** @typedef {import("../cloud").Job} Job */
/** @typedef {import("../cloud").Server} Server */
/** @typedef {import("../state").CloudState} CloudState */
/** @typedef {import("../state").KeypairState} KeypairState */
/** @typedef {import("../state").ProjectState} ProjectState */

/**
 * The region is the empty text where there is but one.
 * @typedef {{ project: ProjectState, server: Server, job: Job | undefined, now: number, region: string }} ShownServer
 */
/** @typedef {{ project: ProjectState, keypair: KeypairState }} ShownKeypair */
/** @typedef {{ project: ProjectState, job: Job, server: Server | undefined, now: number }} ShownJob */

/**
 * What a cell of a table shows. The title is what is told of it when one points at it, by default its text.
 * @typedef {{ text: string, className?: string, title?: string, key?: string }} Cell
 */

/**
 * An element that shows an item, and what has it show another.
 * @template T
 * @typedef {{ element: HTMLElement, update: (item: T) => void }} View
 */

/** The most jobs and calls that are shown. */
const mostLines = 60;

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

const showServers = listIn("servers", serverKey, serverCard);
const showKeypairs = listIn("keypairs", keypairKey, () => tableRow(keypairCells));
const showJobs = listIn("jobs", jobKey, () => tableRow(jobCells));
const showCalls = listIn("calls", callKey, () => tableRow(callCells));

void refresh();

/** Shows what there is now, and again in a second. */
async function refresh() {
  const link = find("link");
  try {
    const [state, calls] = await Promise.all([read("/_admin/state"), read(`/_admin/calls?latest=${mostLines}`)]);
    show(/** @type {CloudState} */ (state), /** @type {Call[]} */ (calls));
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
  if (!answer.ok) {
    throw new Error(`${path}: ${answer.status}`);
  }
  return answer.json();
}

/**
 * @param {CloudState} state
 * @param {Call[]} calls
 */
function show({ now, projects }, calls) {
  /** @param {ProjectState} project */
  const regionOf = ({ name }) => (projects.length > 1 ? name : "");
  const latestJobs = new Map(projects.flatMap(({ jobs }) => jobs.map((job) => [job.serverId, job])));
  const servers = projects.flatMap((project) =>
    project.servers.map((server) => ({
      project,
      server,
      now,
      job: latestJobs.get(server.id),
      region: regionOf(project),
    })),
  );
  // Newest first: each project has its own oldest first.
  const keypairs = projects
    .flatMap((project) => project.keypairs.map((keypair) => ({ project, keypair })))
    .reverse()
    .sort((a, b) => b.keypair.createTime - a.keypair.createTime);
  const jobs = projects
    .flatMap((project) =>
      project.jobs.map((job) => ({ project, job, now, server: project.servers.find(({ id }) => id === job.serverId) })),
    )
    .reverse()
    .sort((a, b) => b.job.beginTime - a.job.beginTime);
  showServers(servers);
  showKeypairs(keypairs);
  showJobs(jobs.slice(0, mostLines));
  showCalls(calls.reverse());
  setText(find("serverCount"), countText(servers));
  setText(find("keypairCount"), countText(keypairs));
  setText(find("jobCount"), countText(jobs));
  find("noKeypairs").hidden = keypairs.length > 0;
  find("noJobs").hidden = jobs.length > 0;
  find("noCalls").hidden = calls.length > 0;
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
  const key = newElement("div", "key ellipsis");
  const progress = newElement("i", "");
  const bar = newElement("div", "bar", progress);
  const card = newElement("div", "server", status, name, place, key, bar);
  return {
    element: card,
    update: ({ project, server, job, now, region }) => {
      setText(status, statusTexts[server.status] ?? String(server.status));
      setClass(status, `status ${statusClasses[server.status] ?? "wait"}`);
      setText(name, server.name);
      setText(place, region);
      card.title = `${server.id} in ${project.name}`;
      setText(key, boundText(project, server));
      setClass(key, server.trustedKey === null ? "key ellipsis dot none soft" : "key ellipsis dot");
      setHue(key, server.trustedKey ?? "");
      const running = job?.state === "running";
      setClass(bar, running ? "bar" : "bar idle");
      progress.style.width = `${running ? progressOf(job, now) : 0}%`;
    },
  };
}

/**
 * The key pair that a server is bound to, and whether the name still stands for the key that opens the server.
 * @param {ProjectState} project
 * @param {Server} server
 */
function boundText(project, { keypairName, trustedKey }) {
  if (keypairName === "") {
    return "no key pair";
  }
  const keypair = project.keypairs.find(({ name }) => name === keypairName);
  if (keypair === undefined) {
    return `${keypairName} (deleted)`;
  }
  return keyOf(keypair) === trustedKey ? keypairName : `${keypairName} (replaced)`;
}

/** @param {ShownKeypair} shown */
function keypairKey({ project, keypair }) {
  return `${project.id}/${keypair.id}`;
}

/**
 * @param {ShownKeypair} shown
 * @returns {Cell[]}
 */
function keypairCells({ project, keypair }) {
  const key = keyOf(keypair);
  const users = project.servers.filter(({ trustedKey }) => trustedKey === key).length;
  return [
    { text: keypair.name, className: "dot", title: `${keypair.name} in ${project.name}`, key },
    { text: keypair.fingerprints.sha256, className: "mono soft" },
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
function jobCells({ project, job, server, now }) {
  const state = job.state === "running" ? `${progressOf(job, now)} %` : job.state;
  return [
    { text: server?.name ?? job.serverId, title: `${job.id} in ${project.name}` },
    { text: job.keypairName, className: "soft" },
    { text: state, className: `right ${stateClasses[job.state]}`, title: job.outcome.failure?.code ?? state },
  ];
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
    {
      text: call.milliseconds === null ? "" : `${call.milliseconds} ms`,
      className: "right soft",
      title: call.requestId,
    },
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
  /** @type {HTMLElement[]} */
  const cells = [];
  return {
    element: row,
    update: (item) => {
      for (const [index, { text, className = "", title = text, key }] of cellsOf(item).entries()) {
        const cell = (cells[index] ??= row.appendChild(newElement("td", "")));
        setText(cell, text);
        setClass(cell, className);
        cell.title = title;
        if (key !== undefined) {
          setHue(cell, key);
        }
      }
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
      if (there !== view.element) {
        list.insertBefore(view.element, there ?? null);
      }
      view.update(item);
    }
    for (const { element } of earlier.values()) {
      element.remove();
    }
  };
}

/** @param {string} id */
function find(id) {
  const element = document.getElementById(id);
  if (element === null) {
    throw new Error(`The page has no ${id}.`);
  }
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
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/**
 * @param {HTMLElement} element
 * @param {string} className
 */
function setClass(element, className) {
  if (element.className !== className) {
    element.className = className;
  }
}

/**
 * Gives an element the colour of a key: the same wherever that key is shown.
 * @param {HTMLElement} element
 * @param {string} key
 */
function setHue(element, key) {
  let hash = 7;
  for (const character of key) {
    hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 99991;
  }
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

/** @param {readonly unknown[]} items */
function countText(items) {
  return items.length === 0 ? "" : String(items.length);
}
