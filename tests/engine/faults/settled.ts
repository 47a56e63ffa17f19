/** The questions that every case ends with: is the cloud as declared, is the state as the cloud, is there nothing left to do. */
import { projectId, type TestCloud } from "../cloud";
import type { StateResource } from "../harnessStack";
import type { Declaration, DeclaredStack } from "./declaredStack";

interface ExpectedKeypair {
  name: string;
  /** Key type and blob. */
  key: string;
  description: string;
  hosted: boolean;
}

/**
 * Expects that all is as the program declares: what is in the cloud, that the state knows all of it and nothing else, and that
 * `preview --refresh` finds nothing to do. Key pairs that are not the program's are named in `others`.
 */
export async function expectSettled(
  stack: DeclaredStack,
  cloud: TestCloud,
  { others = [] }: { others?: readonly string[] } = {},
): Promise<void> {
  const { declaration } = stack;
  const { resources, pendingOperations } = await stack.engine.exportState();
  const own = resources.filter(({ type }) => type.includes("huaweicloud-cph:"));
  expect(pendingOperations).toEqual([]);
  expect(own.flatMap(({ initErrors = [] }) => initErrors)).toEqual([]);
  const { keypairs = {}, bindings = {} } = declaration;
  expect(own.map(nameInProgram).sort()).toEqual([...Object.keys(keypairs), ...Object.keys(bindings)].sort());

  const found = cloudOf(cloud);
  const expected = keypairsOf(declaration, own);
  expect(found.keypairs.filter(({ name }) => !others.includes(name))).toEqual(sortedByName([...expected.values()]));
  for (const [name, { keypair, serverIds }] of Object.entries(bindings)) {
    const bound = expected.get(keypair) ?? found.keypairs.find((other) => other.name === keypair);
    const servers = Object.fromEntries(serverIds.map((id) => [id, found.servers.get(id)]));
    const carrying = { keypairName: bound?.name, key: bound?.key };
    expect(servers).toEqual(Object.fromEntries(serverIds.map((id) => [id, carrying])));
    const outputs = own.find((resource) => nameInProgram(resource) === name)?.outputs;
    expect(outputs).toMatchObject({ keypairName: bound?.name, serverIds: [...serverIds].sort() });
  }

  expect(await stack.engine.previewRefresh()).toMatchObject({ exitCode: 0 });
}

function cloudOf(cloud: TestCloud): {
  keypairs: ExpectedKeypair[];
  servers: Map<string, { keypairName: string; key: string | null }>;
} {
  const project = cloud.simulator.state().projects.find(({ id }) => id === projectId);
  const keypairs = (project?.keypairs ?? []).map(({ name, publicKey, description, hosted }) => ({
    name,
    key: keyOf(publicKey),
    description,
    hosted,
  }));
  const servers = (project?.servers ?? []).map(
    ({ id, keypairName, trustedKey }) => [id, { keypairName, key: trustedKey }] as const,
  );
  return { keypairs: sortedByName(keypairs), servers: new Map(servers) };
}

/** The declared key pairs; names and keys that the program leaves open are those of the state. */
function keypairsOf({ keypairs = {} }: Declaration, own: readonly StateResource[]): Map<string, ExpectedKeypair> {
  return new Map(
    Object.entries(keypairs).map(([name, { publicKey, description = "", keyProtection }]) => {
      const { id, outputs } = own.find((resource) => nameInProgram(resource) === name) ?? {};
      const keypair = {
        name: id ?? "(not in the state)",
        key: keyOf(publicKey ?? String(outputs?.publicKey)),
        description,
        hosted: keyProtection !== undefined,
      };
      return [name, keypair];
    }),
  );
}

function sortedByName(keypairs: readonly ExpectedKeypair[]): ExpectedKeypair[] {
  return [...keypairs].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function nameInProgram({ urn }: StateResource): string {
  return urn.split("::").at(-1) ?? "";
}

function keyOf(publicKey: string): string {
  return publicKey.trim().split(/\s+/).slice(0, 2).join(" ");
}

/**
 * What the calls since the last look asked to change, sorted, however many key pairs or servers shared a call: `create a`,
 * `describe a`, `host a`, `unhost a`, `delete a`, and `bind 1 to a` for the first server.
 */
export function takeChanges(cloud: TestCloud): string[] {
  const calls = cloud.simulator.calls();
  cloud.simulator.clearCalls();
  return calls
    .flatMap(({ operation, path, body }): string[] => {
      const named = decodeURIComponent(/\/keypairs\/([^/?]+)/.exec(path)?.[1] ?? "");
      switch (operation) {
        case "CreateKeypair":
          return [`create ${keypairIn(body).name}`];
        case "BatchImportKeypair":
          return (body as unknown[]).map((entry) => `create ${keypairIn(entry).name}`);
        case "UpdateKeypairDescription":
          return [`describe ${named}`];
        case "ImportPrivateKey":
          return [`host ${keypairIn(body).name}`];
        case "ClearPrivateKey":
          return [`unhost ${named}`];
        case "DeleteKeypair":
          return [`delete ${named}`];
        case "UpdateKeypair":
          return serversIn(body).map(
            ({ server_id, keypair_name }) => `bind ${cloud.serverIds.indexOf(server_id) + 1} to ${keypair_name}`,
          );
        default:
          return [];
      }
    })
    .sort();
}

function keypairIn(body: unknown): { name: string } {
  return (body as { keypair: { name: string } }).keypair;
}

function serversIn(body: unknown): { server_id: string; keypair_name: string }[] {
  return (body as { servers: { server_id: string; keypair_name: string }[] }).servers;
}

/** Matches an error that carries the service's code and the id of the request. */
export function serviceError(code: string): RegExp {
  return new RegExp(`\\((HTTP \\d+, )?${code.replace(".", "\\.")}, request \\w+\\)`);
}
