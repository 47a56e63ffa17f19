/** Runs without a long-lived access key: keys that agencies, id tokens and servers are given, which end in the middle. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ConfigMap } from "@pulumi/pulumi/automation";
import { CloudPhoneKeypairBinding, Keypair } from "pulumi-huaweicloud-cph";
import { accessKey, newKey, projectId, region, secretKey, startCloud, type TestCloud } from "./cloud";
import { whenCalled } from "./faults/moments";
import { createWorkspace, type EngineWorkspace } from "./harness";
import { expectNoSecretIn, filesBelow } from "./secretSearch";
import { startWire, type Wire } from "./wire";

const idToken = "header.payload/of-a-pipeline.signature";
const agency = { name: "fleet-admin", domain: "fleet-account" };
const agencyProject = "e".repeat(32);
const assumeRole = { assumeRole: JSON.stringify({ agencyName: agency.name, domainName: agency.domain }) };

/** What a way is set by: settings, and variables that the workspace needs. */
interface Way {
  settings?: Record<string, string>;
  environment?: (workspace: EngineWorkspace) => Record<string, string>;
  project: string;
}

const ways: Record<string, Way> = {
  "an agency that an access key takes": {
    settings: assumeRole,
    environment: () => ({ HW_ACCESS_KEY: accessKey, HW_SECRET_KEY: secretKey }),
    project: agencyProject,
  },
  "the id token of a pipeline": {
    environment: (workspace) => ({ HW_IDP_ID: "pipelines", HW_ID_TOKEN_FILE: idTokenFileIn(workspace) }),
    project: projectId,
  },
  "the agency of a server": { environment: () => ({ HW_ECS_METADATA: "true" }), project: projectId },
  "an agency that an id token takes": {
    settings: { ...assumeRole, idpId: "pipelines" },
    environment: (workspace) => ({ HUAWEICLOUD_SDK_ID_TOKEN_FILE: idTokenFileIn(workspace) }),
    project: agencyProject,
  },
};

function idTokenFileIn({ folder }: EngineWorkspace): string {
  const file = join(folder, "id-token");
  writeFileSync(file, `${idToken}\n`);
  return file;
}

let cloud: TestCloud;
let wire: Wire;

beforeAll(async () => {
  cloud = await startCloud({
    jobSeconds: 3,
    identityProviders: [{ id: "pipelines", idTokens: [{ text: idToken }] }],
    agencies: [agency],
    machineAgency: { name: "machine-agency" },
  });
  wire = await startWire(cloud.simulator);
});

beforeEach(() => {
  cloud.simulator.reset();
  cloud.simulator.addProject(region, agencyProject, agency.domain);
});

function configOf({ settings = {} }: Way): ConfigMap {
  const { url } = wire;
  const endpoints = JSON.stringify({ kms: url, cph: url, iam: url, metadata: url });
  const values = { region, endpoints, ...settings };
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`huaweicloud-cph:${name}`, { value }]));
}

function serversIn(project: string): readonly { id: string; keypairName: string }[] {
  return cloud.simulator.state().projects.find(({ id }) => id === project)?.servers ?? [];
}

describe.each(Object.entries(ways))("with %s", (_, way) => {
  test("keys that end while servers are bound are renewed, and nothing that is left behind holds a secret", async () => {
    const workspace = createWorkspace();
    workspace.env.TMPDIR = join(workspace.folder, "temporary");
    mkdirSync(workspace.env.TMPDIR);
    Object.assign(workspace.env, way.environment?.(workspace));
    const { publicKey } = newKey();
    const serverIds = serversIn(way.project).map(({ id }) => id);
    expect(serverIds).toHaveLength(3);
    const stack = await workspace.createStack(() => {
      const key = new Keypair("key", { publicKey });
      const fleet = new CloudPhoneKeypairBinding("fleet", { keypairName: key.name, serverIds });
      return Promise.resolve({ name: key.name, bindings: fleet.bindings });
    }, configOf(way));

    const [up] = await Promise.all([
      stack.up(),
      whenCalled(cloud, ["ListJobs"], () => {
        cloud.simulator.expireTemporaryKeys();
      }),
    ]);
    const { name } = await stack.outputs();
    expect(serversIn(way.project).map(({ keypairName }) => keypairName)).toEqual(Array(3).fill(name?.value));
    const refused = cloud.simulator.calls().filter(({ status }) => status === 401);
    expect(refused.map(({ operation }) => operation)).toContain("ListJobs");

    const drift = await stack.previewRefresh();
    expect(drift.exitCode).toBe(0);
    const refresh = await stack.refresh();
    const state = (await stack.exportState()).text;
    const destroy = await stack.destroy();
    // It is the pipeline's, and not among what runs leave behind.
    rmSync(join(workspace.folder, "id-token"), { force: true });
    const texts = Object.fromEntries(
      [up, drift, refresh, destroy].map((run, index) => [`run ${index}`, JSON.stringify(run)]),
    );
    expectNoSecretIn({ ...texts, state, ...filesBelow(workspace.folder) }, { ...wire.secrets, idToken, secretKey });
    expect(Object.keys(wire.secrets).join()).toMatch(/temporary key/);
  });
});

test("an agency that cannot be taken fails the preview, whatever other credentials there are", async () => {
  const workspace = createWorkspace();
  Object.assign(workspace.env, {
    HW_AUTH_TOKEN: "token-of-somebody",
    HW_ACCESS_KEY: accessKey,
    HW_SECRET_KEY: secretKey,
  });
  const stack = await workspace.createStack(
    () => {
      new Keypair("key");
      return Promise.resolve();
    },
    configOf({ settings: assumeRole, project: agencyProject }),
  );
  const { output } = await stack.preview({ exitCode: 1 });
  expect(output).toContain(
    'assumeRole.agencyName (HW_ASSUME_ROLE_AGENCY_NAME) is "fleet-admin", but a token cannot take',
  );
  expect(cloud.simulator.calls()).toEqual([]);
});
