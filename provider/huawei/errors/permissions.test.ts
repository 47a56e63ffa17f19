import { readFileSync } from "node:fs";
import { join } from "node:path";
import { useAnsweringServer } from "../../testing/answeringServer";
import { connect, failureOf, madeUpCloud, operation, region } from "../../testing/simulatedCloud";
import type { Cph } from "../cph";
import { calls, permissionFor, type CallName } from "./calls";
import { HuaweiCloudError } from "./errors";
import type { HuaweiCloud } from "../huaweiCloud";
import type { Kps } from "../kps";
import type { Permission } from "./permissions";

const server = useAnsweringServer();

const permissions = Object.entries<Permission | undefined>(calls).flatMap(([call, permission]) =>
  permission === undefined ? [] : [[call, permission] as const],
);

const protection = { privateKey: "private key", encryption: { type: "default" } } as const;
const onKps = (call: (kps: Kps) => Promise<unknown>) => (cloud: HuaweiCloud) => call(cloud.kps(region, operation()));
const onCph = (call: (cph: Cph) => Promise<unknown>) => (cloud: HuaweiCloud) => call(cloud.cph(region, operation()));

const sent: Record<string, (cloud: HuaweiCloud) => Promise<unknown>> = {
  "KPS CreateKeypair": onKps((kps) => kps.createKeypair({ name: "key" })),
  "KPS BatchImportKeypair": onKps((kps) => kps.batchImportKeypairs([{ name: "key" }])),
  "KPS ListKeypairs": onKps((kps) => kps.listKeypairs()),
  "KPS ListKeypairDetail": onKps((kps) => kps.getKeypair("key")),
  "KPS UpdateKeypairDescription": onKps((kps) => kps.updateDescription("key", "")),
  "KPS DeleteKeypair": onKps((kps) => kps.deleteKeypair("key")),
  "KPS ImportPrivateKey": onKps((kps) => kps.importPrivateKey("key", undefined, protection)),
  "KPS ExportPrivateKey": onKps((kps) => kps.exportPrivateKey("key")),
  "KPS ClearPrivateKey": onKps((kps) => kps.clearPrivateKey("key")),
  "CPH UpdateKeypair": onCph((cph) => cph.changeKeypairs([{ serverId: "id", keypairName: "key" }])),
  "CPH ListJobs": onCph((cph) => cph.listJobs(["id"])),
  "CPH ListCloudPhoneServers": onCph((cph) => cph.listServers()),
  "CPH ShowCloudPhoneServerDetail": onCph((cph) => cph.getServer("id")),
};

test.each(Object.entries(sent))("%s, refused, names the action that it needs", async (name, call) => {
  const code = name.startsWith("KPS") ? "KPS.9003" : "CPS.0001";
  const failure = await failureOf(
    call(madeUpCloud(server, { status: 403, body: { error_code: code, error_msg: "No" } })),
  );
  expect(failure.operation).toBe(name);
  expect(failure.hint).toContain(`Grant the user the action \`${permissionFor(failure.operation)?.action}\``);
});

test("IAM KeystoneListProjects, refused, names the action, and how to do without", async () => {
  server.react({ status: 403, body: { error: { code: 403, message: "You are not authorized." } } });
  const failure = await failureOf(connect(server, { token: "t" }).kps(region, operation()).listKeypairs());
  expect(failure.hint).toMatch(/^Grant the user the action `iam:projects:listProjects`; .*`projectId`/);
});

test("IAM CreateTemporaryAccessKeyByAgency, refused, names the action, and what else may be wrong", async () => {
  server.react({ status: 403, body: { error: { code: 403, message: "You are not authorized." } } });
  const settings = { accessKey: "AK", secretKey: "SK", assumeRole: { agencyName: "a", domainName: "d" } };
  const failure = await failureOf(connect(server, settings).kps(region, operation()).listKeypairs());
  expect(failure.operation).toBe("IAM CreateTemporaryAccessKeyByAgency");
  expect(failure.hint).toMatch(
    /^Grant the user the action `iam:tokens:assume`; .*`Agent Operator`.* trust the user's account\.$/,
  );
});

test("every permission is tried here", () => {
  const ofIam = ["IAM KeystoneListProjects", "IAM CreateTemporaryAccessKeyByAgency"];
  expect([...Object.keys(sent), ...ofIam].sort()).toEqual(permissions.map(([call]) => call).sort());
});

describe("a hint at permissions", () => {
  const hintOf = (operation: CallName, details: { status?: number; code?: string; foreignAnswer?: boolean }) =>
    new HuaweiCloudError({ operation, message: "x", ...details }).hint;

  test("comes with the services' codes, whatever the status, and with every other 403", () => {
    expect(hintOf("CPH ShowCloudPhoneServerDetail", { status: 400, code: "CPS.0001" })).toMatch(
      /`cph:servers:get`; .*`CPH FullAccess`/,
    );
    expect(hintOf("KPS ListKeypairDetail", { code: "KPS.9003" })).toMatch(
      /`kps:domainKeypairs:get` \(`kps:SSHKeyPair:get`/,
    );
    expect(hintOf("KPS ListKeypairDetail", { status: 403 })).toMatch(/`kps:domainKeypairs:get`/);
    expect(hintOf("KPS ListKeypairDetail", { status: 400 })).toBeUndefined();
  });

  test("names what a hosted private key needs", () => {
    expect(hintOf("KPS ImportPrivateKey", { status: 403 })).toMatch(
      /If KMS hosts the private key, grant `kms:cmk:createDataKey` and `kms:cmk:list` as well\.$/,
    );
  });

  test.each<[CallName, string, RegExp]>([
    ["KPS ListKeypairDetail", "KPS.9004", /account is frozen/],
    ["KPS ListKeypairDetail", "KPS.9005", /account is restricted/],
    ["KPS ListKeypairDetail", "KPS.9006", /kind of user/],
    ["CPH ShowCloudPhoneServerDetail", "CPS.0006", /account is restricted/],
    ["CPH ShowCloudPhoneServerDetail", "CPS.0007", /account is frozen/],
    ["CPH ShowCloudPhoneServerDetail", "CPS.0008", /real-name authentication/],
  ])("%s: none with %s, which is about the account", (operation, code, about) => {
    const hint = hintOf(operation, { status: 403, code });
    expect(hint).toMatch(about);
    expect(hint).not.toMatch(/Grant/);
  });

  test("does not come with a proxy's page, nor with a call that needs none", () => {
    expect(hintOf("KPS ListKeypairDetail", { status: 403, foreignAnswer: true })).toBeUndefined();
    expect(hintOf("IAM KeystoneCreateUserTokenByPassword", { status: 403 })).toBeUndefined();
  });
});

describe("the documentation", () => {
  const page = readFileSync(join(__dirname, "../../../docs/installation-configuration.md"), "utf8");

  test("has a table that says the same", () => {
    const rows = [...page.matchAll(/^\| ((?:KPS|CPH|IAM) \w+) (.*)$/gm)];
    const documented = rows.map(([, call, cells]) => [
      call,
      [...(cells ?? "").matchAll(/`([^`]+)`/g)].map(([, name]) => name),
    ]);
    const expected = permissions.map(([call, { action, identityAction, hosting = [] }]) => [
      call,
      [action, identityAction, ...hosting].filter((name) => name !== undefined),
    ]);
    expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(expected));
  });

  test("has policies that hold what every program needs", () => {
    const [policy, iamPolicy, identityPolicy] = [...page.matchAll(/^```json\n([^]*?)^```$/gm)].map(([, json]) => {
      const { Statement } = JSON.parse(json ?? "") as { Statement: { Action: string[] }[] };
      return Statement.flatMap(({ Action }) => Action);
    });
    const isNeededByFew = ({ action }: Permission) => action.endsWith("pk") || action === "iam:tokens:assume";
    const needed = permissions.flatMap(([, permission]) => (isNeededByFew(permission) ? [] : [permission]));
    expect(new Set([policy, iamPolicy].flat())).toEqual(new Set(needed.map(({ action }) => action)));
    const identityActions = needed.map(({ action, identityAction }) => identityAction ?? action);
    expect(identityPolicy).toEqual(expect.arrayContaining(identityActions.filter((name) => !name.startsWith("iam:"))));
  });
});
