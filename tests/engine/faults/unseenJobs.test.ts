/** Jobs whose end a run did not see, and changes of one server that could overtake each other. */
import type { CustomTimeouts } from "@pulumi/pulumi";
import { publicKeys } from "../../../provider/testing/keys";
import { region, serversOf } from "../../campaign/disturbance";
import { configOf } from "../campaign/engineDriver";
import { onCloudOfHost } from "../cloudOfHost";
import { createWorkspace } from "../harness";
import type { InlineStack } from "../harnessInline";
import { CloudPhoneKeypairBinding } from "../host";
import { until } from "./moments";

const options = { servers: 3, jobSeconds: 0.2 };

/** Longer than any run takes, in seconds: such jobs end when the clock of the cloud is advanced. */
const longJob = 100;
/** Longer than a run may wait for them, and shorter than the next one does; in seconds. */
const shortJob = 12;
const short: CustomTimeouts = { create: "4s", update: "4s" };

interface DeclaredBinding {
  servers: readonly number[];
  keypairName: string;
  /** The servers keep the key pair; otherwise they get back what they had. */
  retains?: boolean;
  customTimeouts?: CustomTimeouts;
  after?: string;
}

onCloudOfHost(options, (cloud) => {
  let serverIds: string[];
  /** What the jobs were asked for with that the last run did not see end. */
  let unseenRequests: string[];

  beforeEach(async () => {
    cloud().reset();
    serverIds = serversOf(cloud()).map(({ id }) => id);
    await cloud().replaceKeypair(region, "original", { publicKey: publicKeys.rsa });
    await cloud().replaceKeypair(region, "one", { publicKey: publicKeys.ed25519 });
    await cloud().replaceKeypair(region, "two", { publicKey: publicKeys.ecdsa256 });
    for (const id of serverIds) cloud().changeServer(region, id, { keypairName: "original" });
  });

  /** A program of bindings. */
  function programOf(bindings: Record<string, DeclaredBinding>) {
    return () => {
      const made = new Map<string, CloudPhoneKeypairBinding>();
      for (const [name, { servers, keypairName, retains, customTimeouts, after }] of Object.entries(bindings)) {
        const args = {
          keypairName,
          serverIds: servers.map((place) => serverIds[place] ?? ""),
          deletionPolicy: retains ? "retain" : "restore",
        };
        const dependsOn = [...made].flatMap(([other, binding]) => (other === after ? [binding] : []));
        made.set(name, new CloudPhoneKeypairBinding(name, args as never, { customTimeouts, dependsOn }));
      }
      return Promise.resolve();
    };
  }

  function stackOf(bindings: Record<string, DeclaredBinding>): Promise<InlineStack> {
    return createWorkspace().createStack(programOf(bindings), configOf(cloud(), "access key"));
  }

  function carried(): string[] {
    const servers = serversOf(cloud());
    return serverIds.map((id) => servers.find((server) => server.id === id)?.keypairName ?? "");
  }

  /** A binding of two servers whose jobs run on after its creation has timed out. */
  async function timedOut(options: Partial<DeclaredBinding> = {}, seconds = longJob): Promise<InlineStack> {
    cloud().addFault({ match: { operation: "UpdateKeypair" }, action: { type: "jobTakes", seconds } });
    const stack = await stackOf({ fleet: { servers: [0, 1], keypairName: "one", customTimeouts: short, ...options } });
    const { output } = await stack.up({ exitCode: 1 });
    unseenRequests = [...output.matchAll(/\(request (\w+)\) had not ended when time ran out/g)].map(
      ([, id = ""]) => id,
    );
    expect(unseenRequests).not.toEqual([]);
    expect(carried()).toEqual(["original", "original", "original"]);
    cloud().clearFaults();
    return stack;
  }

  /** Has the jobs of the run that timed out end once the next one has looked at them, or has ended without. */
  async function whileJobsEnd<T>(begin: () => Promise<T>): Promise<T> {
    cloud().clearCalls();
    const run = begin();
    const look = until(() =>
      cloud()
        .calls()
        .some(({ path }) => unseenRequests.some((id) => path.includes(id))),
    );
    try {
      await Promise.race([run, look]);
      expect(carried().slice(0, 2)).not.toContain("one");
    } finally {
      cloud().advanceClock(longJob);
      // Where something is wrong, the run is not to go on into the next test.
      await Promise.allSettled([run]);
    }
    return run;
  }

  /** The servers that the state's binding names, and all that it knows. */
  async function recorded(stack: InlineStack) {
    const { resources } = await stack.exportState();
    const { outputs } = resources.find(({ type }) => type.endsWith(":CloudPhoneKeypairBinding")) ?? {};
    const bindings = outputs?.bindings as { serverId: string }[];
    return { serverIds: outputs?.serverIds, known: bindings.map(({ serverId }) => serverId) };
  }

  async function expectOriginal(): Promise<void> {
    expect(carried()).toEqual(["original", "original", "original"]);
    cloud().advanceClock(longJob);
    expect(carried()).toEqual(["original", "original", "original"]);
    return Promise.resolve();
  }

  test("a destroy right after a bind that timed out waits for its jobs, and gives the earlier key pairs back", async () => {
    const stack = await timedOut();
    await whileJobsEnd(() => stack.destroy());
    await expectOriginal();
  });

  test("a server that is taken out right after a bind that timed out is waited for, and gets its earlier key pair back", async () => {
    const stack = await timedOut();
    stack.setProgram(programOf({ fleet: { servers: [2], keypairName: "one" } }));
    await whileJobsEnd(() => stack.up());
    expect(carried()).toEqual(["original", "original", "one"]);
    await stack.destroy();
    await expectOriginal();
  });

  test("a server that leaves a binding which retains stays recorded until its job is seen to end", async () => {
    const stack = await timedOut({ retains: true });
    const left = { servers: [2], keypairName: "one", retains: true, customTimeouts: short };
    stack.setProgram(programOf({ fleet: left }));
    const { output } = await stack.up();
    expect(output).toMatch(/Servers \w+, \w+ may get key pair "one" yet: .* the next update looks for it again/);
    expect(await recorded(stack)).toEqual({ serverIds: [serverIds[2]], known: [...serverIds].sort() });
    cloud().advanceClock(longJob);
    expect((await stack.up()).changes).toMatchObject({ update: 1 });
    expect(await recorded(stack)).toEqual({ serverIds: [serverIds[2]], known: [serverIds[2]] });
    expect(carried()).toEqual(["one", "one", "one"]);
    expect(await stack.previewRefresh()).toMatchObject({ exitCode: 0 });
    await stack.destroy();
    expect(carried()).toEqual(["one", "one", "one"]);
  });

  test.each([true, false])(
    "servers of a binding that is renamed while their jobs run end with the new one's key pair (retains: %s)",
    async (retains) => {
      const stack = await timedOut({ retains }, shortJob);
      stack.setProgram(programOf({ renamed: { servers: [0, 1], keypairName: "two" } }));
      await stack.up();
      cloud().advanceClock(longJob);
      expect(carried()).toEqual(["two", "two", "original"]);
      expect(await stack.previewRefresh()).toMatchObject({ exitCode: 0 });
      await stack.destroy();
      await expectOriginal();
    },
  );

  test("a server that leaves for a binding that cannot take it is not forgotten before its job is seen to end", async () => {
    const stack = await timedOut();
    const stays = { servers: [0], keypairName: "one", customTimeouts: short };
    const to = { servers: [1], keypairName: "missing", customTimeouts: short };
    stack.setProgram(programOf({ fleet: stays, to }));
    await stack.up({ exitCode: 1 });
    cloud().advanceClock(longJob);
    stack.setProgram(programOf({ fleet: stays }));
    await stack.up();
    expect(carried()).toEqual(["one", "original", "original"]);
    await stack.destroy();
    await expectOriginal();
  });

  test("a server whose job has not ended is not let go: the destroy fails, names the job, and can be repeated", async () => {
    const stack = await timedOut({ customTimeouts: { ...short, delete: "2s" } });
    const { output } = await stack.destroy({ exitCode: 1 });
    expect(output).toMatch(/job \w+ \(request \w+\) had not ended/);
    expect((await recorded(stack)).known).toEqual(serverIds.slice(0, 2).sort());
    cloud().advanceClock(longJob);
    await stack.destroy();
    await expectOriginal();
  });

  test.each([false, true])(
    "a server that moves to a new binding ends with that one's key pair (in order: %s)",
    async (inOrder) => {
      const stack = await stackOf({ from: { servers: [0, 1], keypairName: "one" } });
      await stack.up();
      cloud().addFault({
        match: { operation: "UpdateKeypair" },
        times: 1,
        action: { type: "status", status: 503, code: "CPS.0003", message: "Not now" },
      });
      stack.setProgram(
        programOf({
          from: { servers: [0], keypairName: "one" },
          to: { servers: [1], keypairName: "two", ...(inOrder && { after: "from" }) },
        }),
      );
      await stack.up();
      expect(carried()).toEqual(["one", "two", "original"]);
      expect(await stack.previewRefresh()).toMatchObject({ exitCode: 0 });
    },
  );
});
