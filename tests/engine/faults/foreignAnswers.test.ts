/** A 404 without the service's own code says nothing about what is there, whatever was asked. */
import { keypairsOf, serversOf } from "../../campaign/disturbance";
import type { PlayedRule } from "../../campaign/playedCloud";
import { configOf } from "../campaign/engineDriver";
import { newKey } from "../cloud";
import { onCloudOfHost } from "../cloudOfHost";
import { DeclaredStack, type Declaration, type DeclaredKeypair } from "./declaredStack";

const answers: [name: string, answer: PlayedRule["action"]][] = [
  ["an empty body", { type: "status", status: 404, body: "" }],
  ["another gateway's JSON", { type: "status", status: 404, body: { message: "no Route matched with those values" } }],
  ["a framework's page", { type: "html", status: 404 }],
];

const looks = ["ListKeypairs", "ListKeypairDetail", "ListCloudPhoneServers", "ShowCloudPhoneServerDetail"] as const;

const error = /HTTP 404.*nothing counts as deleted/;

onCloudOfHost({ servers: 1, jobSeconds: 0.2 }, (cloud) => {
  const keys = answers.map(() => newKey());
  const hosted = keys.map(({ publicKey, privateKey }, place): [string, DeclaredKeypair] => {
    const keyProtection: DeclaredKeypair["keyProtection"] = { privateKey, encryption: { type: "default" } };
    return [`hosted-${place}`, { name: `hosted-${place}`, publicKey, keyProtection }];
  });
  const leaving = keys.map(({ publicKey }, place): [string, DeclaredKeypair] => {
    return [`leaving-${place}`, { name: `leaving-${place}`, publicKey }];
  });
  let bindings: Declaration["bindings"];
  let stack: DeclaredStack;

  beforeAll(async () => {
    bindings = { fleet: { keypair: "hosted-0", serverIds: serversOf(cloud()).map(({ id }) => id) } };
    const keypairs = Object.fromEntries([...hosted, ...leaving]);
    stack = await DeclaredStack.create({ config: configOf(cloud(), "access key") }, { keypairs, bindings });
    await stack.up();
  });

  /** Names in the program of all that the state holds. */
  async function known(): Promise<string[]> {
    const { resources } = await stack.engine.exportState();
    return resources
      .filter(({ type }) => type.includes("huaweicloud-cph:"))
      .map(({ urn }) => urn.split("::").at(-1) ?? "")
      .sort();
  }

  test.each(answers)("a refresh that is answered with %s loses nothing", async (_name, action) => {
    const before = await known();
    for (const operation of looks) cloud().addFault({ match: { operation }, action });
    const { output } = await stack.engine.refresh({ exitCode: 1 });
    cloud().clearFaults();
    expect(output).toMatch(error);
    expect(await known()).toEqual(before);
  });

  test("nothing is deleted, and no private key cleared, where only such answers say so", async () => {
    const before = await known();
    const inCloud = keypairsOf(cloud());
    answers.forEach(([, action], place) => {
      for (const operation of ["DeleteKeypair", "ClearPrivateKey"] as const)
        cloud().addFault({ match: { operation }, skip: place, every: answers.length, action });
    });
    const unhosted = hosted.map(([name, { publicKey }]): [string, DeclaredKeypair] => [name, { name, publicKey }]);
    stack.declare({ keypairs: Object.fromEntries(unhosted), bindings });
    const errors = await stack.failingUp();
    cloud().clearFaults();
    for (const [name] of [...hosted, ...leaving]) expect(errors[name]).toMatch(error);
    expect(keypairsOf(cloud())).toEqual(inCloud);
    expect(await known()).toEqual(before);

    await stack.up();
    expect(
      keypairsOf(cloud())
        .map(({ name, hosted: isHosted }) => [name, isHosted])
        .sort(),
    ).toEqual(hosted.map(([name]) => [name, false]));
    expect(await stack.engine.previewRefresh()).toMatchObject({ exitCode: 0 });
  });
});
