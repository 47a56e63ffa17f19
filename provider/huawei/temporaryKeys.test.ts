/** Keys that are got for a time, from the simulator, which was written from the vendor's pages and knows nothing of this client. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Operation } from "../../simulator";
import { useSimulator } from "../../simulator/testing/suite";
import { callsOf } from "../testing/fleet";
import {
  accessKeyOf,
  connect,
  failureOf,
  operation,
  projectId,
  region,
  userOf,
  useShortBackoff,
} from "../testing/simulatedCloud";
import type { HuaweiCloud } from "./huaweiCloud";

const folder = mkdtempSync(join(tmpdir(), "keys-"));
const idTokenFile = join(folder, "id-token");
writeFileSync(idTokenFile, "text of pipeline 1\n");

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const otherProjectId = "e".repeat(32);
const assumeRole = { agencyName: "fleet-admin", domainName: "fleet-account" };

const simulator = useSimulator({
  identityProviders: [{ id: "pipelines", idTokens: [{ text: "text of pipeline 1" }] }],
});
useShortBackoff();

beforeEach(() => {
  simulator.addProject(region, otherProjectId, assumeRole.domainName);
  simulator.addAgency({ name: assumeRole.agencyName, domain: assumeRole.domainName });
  simulator.setMachineAgency({ name: "machine-agency" });
});

const byId: Operation[] = ["CreateTokenWithIdToken", "CreateTemporaryAccessKeyByToken"];
const byServer: Operation[] = ["CreateMetadataToken", "ShowSecurityKey"];

/** Ways to be given keys for a time, the calls that each takes, and the project that it leads to. */
const ways: [string, () => Record<string, unknown>, Operation[], string][] = [
  [
    "an agency",
    () => ({ ...accessKeyOf(simulator), assumeRole }),
    ["CreateTemporaryAccessKeyByAgency"],
    otherProjectId,
  ],
  ["an id token", () => ({ idpId: "pipelines", idTokenFile }), byId, projectId],
  ["the metadata of a server", () => ({ ecsMetadata: true }), byServer, projectId],
  [
    "an agency that an id token takes",
    () => ({ idpId: "pipelines", idTokenFile, assumeRole }),
    [...byId, "CreateTemporaryAccessKeyByAgency"],
    otherProjectId,
  ],
  [
    "an agency that a server takes",
    () => ({ ecsMetadata: true, assumeRole }),
    [...byServer, "CreateTemporaryAccessKeyByAgency"],
    otherProjectId,
  ],
];

function cloudWith(configuration: Record<string, unknown>, environment: Record<string, string> = {}): HuaweiCloud {
  const { url } = simulator;
  return connect(
    simulator,
    { endpoints: { kms: url, cph: url, iam: url, metadata: url }, ...configuration },
    environment,
  );
}

function list(cloud: HuaweiCloud): Promise<unknown> {
  return cloud.kps(region, operation()).listKeypairs();
}

function answers(name: Operation): (number | null)[] {
  return callsOf(simulator, name).map(({ status }) => status);
}

/** The id of an account, as IAM tells it to one of its users. */
async function idOf(domain: string): Promise<string> {
  const password = "somebody's";
  simulator.addUser({ name: "somebody", domain, password });
  const user = { name: "somebody", domain: { name: domain }, password };
  const body = JSON.stringify({ auth: { identity: { methods: ["password"], password: { user } } } });
  const response = await fetch(`${simulator.url}/v3/auth/tokens`, { method: "POST", body });
  const { token } = (await response.json()) as { token: { user: { domain: { id: string } } } };
  return token.user.domain.id;
}

function gettingKeys(): Operation[] {
  const names = simulator.calls().map((call) => call.operation);
  return names
    .filter((name) => name !== null)
    .filter((name) => name !== "ListKeypairs" && name !== "KeystoneListProjects");
}

describe.each(ways)("keys by %s", (_, configuration, getting, leadsTo) => {
  test("are got once for all calls, and lead to the project of their account", async () => {
    const cloud = cloudWith(configuration());
    await Promise.all(Array.from({ length: 10 }, () => list(cloud)));
    expect(gettingKeys()).toEqual(getting);
    expect(answers("ListKeypairs")).toEqual(Array(10).fill(200));
    expect(cloud.projectIn(region)).toBe(leadsTo);
  });

  test("are good in that project alone", async () => {
    const foreign = leadsTo === projectId ? otherProjectId : projectId;
    const error = await failureOf(list(cloudWith({ ...configuration(), projectId: foreign })));
    expect(error.status).toBe(403);
  });

  test.each(["0301", "0307"] as const)("that ended are renewed once for all calls (%s)", async (expiredToken) => {
    simulator.setVariants({ expiredToken });
    const cloud = cloudWith(configuration());
    await list(cloud);
    simulator.expireTemporaryKeys();
    simulator.clearCalls();
    await Promise.all(Array.from({ length: 5 }, () => list(cloud)));
    const isChain = getting.length > 2;
    expect(gettingKeys().sort()).toEqual([...getting, ...(isChain ? getting.slice(-1) : [])].sort());
    expect(answers("ListKeypairs").filter((status) => status === 200)).toHaveLength(5);
  });

  test("do not say that anything is gone from a project of another account", async () => {
    const foreign = leadsTo === projectId ? otherProjectId : projectId;
    simulator.addFault({ match: { service: "kps" }, action: { type: "status", status: 404, code: "KPS.4016" } });
    const cloud = cloudWith({ ...configuration(), projectId: foreign });
    const error = await failureOf(cloud.kps(region, operation()).getKeypair("ours"));
    expect(error).toMatchObject({ status: 404, foreignAnswer: true });
    const [proof] = callsOf(simulator, "KeystoneListProjects");
    expect(proof?.accessKey).not.toBe(accessKeyOf(simulator).accessKey);
  });

  test("are nothing to a state whose resources are in another project", async () => {
    const cloud = cloudWith(configuration());
    cloud.recordProject(region, leadsTo === projectId ? otherProjectId : projectId);
    expect((await failureOf(list(cloud))).message).toContain(`lead to project ${leadsTo} in ${region}`);
    expect(callsOf(simulator, "ListKeypairs")).toEqual([]);
  });
});

test.each(["both", "v1", "v2"] as const)(
  "the metadata service is asked in the version that it has (%s)",
  async (versions) => {
    simulator.setVariants({ metadataVersions: versions });
    await list(cloudWith({ ecsMetadata: true }));
    expect(answers("ShowSecurityKey")).toEqual([200]);
  },
);

test.each([{}, { assumeRole }])("a server without an agency is an error (%j)", async (role) => {
  simulator.setMachineAgency();
  const error = await failureOf(list(cloudWith({ ecsMetadata: true, ...role })));
  expect(error).toMatchObject({ status: 404, operation: "ECS ShowSecurityKey" });
  expect(error.hint).toMatch(/^It was asked because ecsMetadata is set/);
});

test("the account of those who take an agency is told where it is known", async () => {
  const own = await idOf(userOf(simulator).domainName);
  await list(cloudWith({ ...accessKeyOf(simulator), assumeRole, domainId: own }));
  const error = await failureOf(list(cloudWith({ ...accessKeyOf(simulator), assumeRole, domainId: "another" })));
  expect(error).toMatchObject({ status: 403, operation: "IAM CreateTemporaryAccessKeyByAgency" });
});

test("an agency is taken by the id of its account as well, for as long as was asked for", async () => {
  const domainId = await idOf(assumeRole.domainName);
  const role = { agencyName: assumeRole.agencyName, domainId, duration: 7200 };
  await list(cloudWith({ ...accessKeyOf(simulator), assumeRole: role }));
  expect(callsOf(simulator, "CreateTemporaryAccessKeyByAgency")).toMatchObject([
    { status: 201, body: { auth: { identity: { assume_role: { domain_id: domainId, duration_seconds: 7200 } } } } },
  ]);
});

test.each<[string, object, number]>([
  ["of another name", { agencyName: "other" }, 404],
  ["of another account", { domainName: userOf(simulator).domainName }, 404],
])("an agency %s is not taken, and no call is made without it", async (_, changes, status) => {
  const error = await failureOf(
    list(cloudWith({ ...accessKeyOf(simulator), assumeRole: { ...assumeRole, ...changes } })),
  );
  expect(error).toMatchObject({ status, operation: "IAM CreateTemporaryAccessKeyByAgency" });
  expect(callsOf(simulator, "ListKeypairs")).toEqual([]);
});

test("an identity provider that there is not is named as such", async () => {
  const error = await failureOf(list(cloudWith({ idpId: "unknown", idTokenFile })));
  expect(error).toMatchObject({ status: 404, operation: "IAM CreateTokenWithIdToken" });
  expect(error.hint).toBe("Check idpId: the account has no identity provider of that name.");
});

test("an id token that its provider does not know is tried once", async () => {
  writeFileSync(join(folder, "other"), "another text");
  const cloud = cloudWith({ idpId: "pipelines", idTokenFile: join(folder, "other") });
  await Promise.all(Array.from({ length: 5 }, () => failureOf(list(cloud))));
  expect(answers("CreateTokenWithIdToken")).toEqual([401]);
});
