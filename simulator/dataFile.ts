import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type { Job, Keypair, Project, Server } from "./cloud";
import { isObject } from "./json";

/** A project as it is kept in a file. */
interface SavedProject extends Omit<Project, "keypairs" | "servers" | "jobs"> {
  readonly keypairs: readonly Keypair[];
  readonly servers: readonly (Omit<Server, "number"> & { readonly number?: number })[];
  readonly jobs: readonly Job[];
}

const format = "huaweicloud-cph-simulator 1";

/** Reads the projects that an earlier run has kept; none where the file does not exist yet. */
export function readDataFile(path: string): Project[] {
  if (!existsSync(path)) return [];

  const saved = parse(readFileSync(path, "utf8"));
  if (!isObject(saved) || saved.format !== format) throw new Error(`${path} is not a data file of this simulator.`);

  return (saved.projects as SavedProject[]).map(({ keypairs, servers, jobs, ...project }) => ({
    ...project,
    keypairs: new Map(keypairs.map((keypair) => [keypair.name, keypair])),
    // A file that was kept before servers had numbers has none.
    servers: new Map(servers.map((server, index) => [server.id, { ...server, number: server.number ?? index + 1 }])),
    jobs: new Map(jobs.map((job) => [job.id, job])),
  }));
}

/** Keeps the projects. The file is replaced as a whole, and only its owner can read it: it holds hosted private keys. */
export function writeDataFile(path: string, projects: Iterable<Project>): void {
  const saved: SavedProject[] = [...projects].map(({ keypairs, servers, jobs, ...project }) => ({
    ...project,
    keypairs: [...keypairs.values()],
    servers: [...servers.values()],
    jobs: [...jobs.values()],
  }));
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, JSON.stringify({ format, projects: saved }, undefined, 1), { mode: 0o600 });
  renameSync(temporary, path);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
