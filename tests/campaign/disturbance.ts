/** What happens to a cloud beside the program's runs: changes by hand, faults, and the ways in which the service may behave. */
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { publicKeys } from "../../provider/testing/keys";
import { everyVariant } from "../../provider/testing/variants";
import type { Operation, Variants } from "../../simulator";
import type { PlayedCallFault, PlayedCloud, PlayedRule, PlayedServerFault } from "./playedCloud";
import { most } from "./program";

export const region = "cn-north-4";

/** Key pairs that were there before the program's, and that it does not manage. */
export const foreignKeypairs = { first: "foreign-first", second: "foreign-second" };

/** The key of key pairs that a hand puts in place of others. */
export const keyByHand = publicKeys.rsa;

/** A change by hand. Key pairs and servers are named by their place. */
export type Drift =
  | { type: "describe"; keypair: number }
  | { type: "deleteKeypair"; keypair: number }
  | { type: "swapKey"; keypair: number }
  | { type: "unhost"; keypair: number }
  | { type: "bindServer"; server: number; to: string }
  | { type: "removeServer"; server: number };

const keypairPlace = fc.nat({ max: most.keypairs - 1 });
const serverPlace = fc.nat({ max: most.servers - 1 });

export const drift: fc.Arbitrary<Drift> = fc.oneof(
  fc.record({
    type: fc.constantFrom("describe" as const, "deleteKeypair" as const, "swapKey" as const, "unhost" as const),
    keypair: keypairPlace,
  }),
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("bindServer" as const),
      server: serverPlace,
      to: fc.constantFrom(...Object.values(foreignKeypairs)),
    }),
  },
  fc.record({ type: fc.constant("removeServer" as const), server: serverPlace }),
);

/** Does what a hand does. The name of a key pair is undefined where there is none at its place. */
export async function applyDrift(
  cloud: PlayedCloud,
  change: Drift,
  nameOf: (place: number) => string | undefined,
  serverIds: readonly string[],
): Promise<void> {
  if ("server" in change) {
    const id = serverIds[change.server] ?? "";
    if (!serversOf(cloud).some((server) => server.id === id)) return;
    if (change.type === "removeServer") cloud.removeServer(region, id);
    else cloud.changeServer(region, id, { keypairName: change.to });
    return;
  }
  const name = nameOf(change.keypair);
  if (name === undefined || !keypairsOf(cloud).some((keypair) => keypair.name === name)) return;
  switch (change.type) {
    case "describe":
      cloud.changeKeypair(region, name, { description: "by hand" });
      return;
    case "deleteKeypair":
      cloud.deleteKeypair(region, name);
      return;
    case "swapKey":
      await cloud.replaceKeypair(region, name, { publicKey: `${keyByHand} by hand` });
      return;
    case "unhost":
      cloud.changeKeypair(region, name, { privateKey: null });
  }
}

export function keypairsOf(cloud: PlayedCloud) {
  return cloud.state().projects[0]?.keypairs ?? [];
}

export function serversOf(cloud: PlayedCloud) {
  return cloud.state().projects[0]?.servers ?? [];
}

/** What was begun for a run takes effect before the next one, as it does where a person starts that. Pauses may be so many times shorter. */
export async function callsEnded(cloud: PlayedCloud, shorter = 1): Promise<void> {
  // Calls may still be on their way, and of one that is never answered it cannot be seen whether it has taken effect.
  await sleep(1_000 / shorter);
  while (cloud.calls().some(({ milliseconds, faults }) => milliseconds === null && !faults.includes("hang")))
    await sleep(100 / shorter);
}

/** Does something once a run has sent so many calls; tells whether it came to that before the run was over. */
export async function inMidst(
  cloud: PlayedCloud,
  run: Promise<unknown>,
  calls: number,
  act: () => void,
): Promise<boolean> {
  let ended = false;
  const isOver = () => ended;
  const end = () => {
    ended = true;
  };
  run.then(end, end);
  while (!isOver()) {
    if (cloud.calls().length >= calls) {
      act();
      return true;
    }
    await sleep(1);
  }
  return false;
}

/** A run that lasts longer than its time finds jobs that take this long still running; in seconds. */
export const longJob = 20;

const when = fc.constantFrom("before" as const, "after" as const);

const kpsCodes = [
  { status: 400, code: "KPS.0002" },
  { status: 403, code: "KPS.9003" },
  { status: 500, code: "KPS.0001" },
  { status: 503, code: "KPS.0001" },
];

const cphCodes = [
  { status: 400, code: "CPS.0002" },
  { status: 403, code: "CPS.0001" },
  { status: 400, code: "CPS.0042" },
  { status: 500, code: "CPS.0003" },
];

const gatewayCodes = [
  { status: 401, code: "APIGW.0301" },
  { status: 404, code: "APIGW.0101" },
  { status: 500, code: "APIGW.0705" },
];

/** Where the answer says that nothing was done, nothing was. */
function refusal(codes: readonly { status: number; code: string }[]): fc.Arbitrary<PlayedCallFault> {
  return fc.tuple(fc.constantFrom(...codes, ...gatewayCodes), when).map(([answer, time]) => ({
    type: "status",
    message: "Not now",
    ...answer,
    when: answer.status < 500 ? "before" : time,
  }));
}

/** What may happen to the calls of every service. */
const passing: fc.Arbitrary<PlayedCallFault> = fc.oneof(
  fc.record({ type: fc.constant("html" as const), status: fc.constantFrom(404, 429, 502) }),
  // A gateway or a framework that does not know the path.
  fc.record({
    type: fc.constant("status" as const),
    status: fc.constant(404),
    body: fc.constantFrom(
      "",
      {},
      { status: 404, error: "Not Found" },
      { message: "no Route matched with those values" },
    ),
  }),
  fc.record({ type: fc.constant("html" as const), status: fc.constant(502), when }),
  fc.record({ type: fc.constantFrom("reset" as const, "hang" as const), when }),
  fc.record({ type: fc.constant("throttle" as const), retryAfter: fc.constantFrom("0", undefined) }),
  fc.record({ type: fc.constantFrom("truncate" as const, "expireToken" as const) }),
  fc.record({ type: fc.constant("body" as const), body: fc.constantFrom({}, [], null, "done") }),
);

const serverFault: fc.Arbitrary<PlayedServerFault> = fc.oneof(
  fc.record({
    type: fc.constantFrom("entryError" as const, "jobFailed" as const),
    code: fc.constantFrom("CPS.0042", "CPS.0054", "CPS.0099", "CPS.1028"),
  }),
  fc.record({ type: fc.constant("jobTakes" as const), seconds: fc.constantFrom(0.1, longJob) }),
  fc.record({
    type: fc.constant("jobStatus" as const),
    status: fc.constantFrom(0, 7, "busy"),
    ends: fc.constant(true),
  }),
  fc.record({ type: fc.constant("jobWithoutEffect" as const) }),
);

const kpsOperations: Operation[] = [
  "CreateKeypair",
  "BatchImportKeypair",
  "ListKeypairs",
  "ListKeypairDetail",
  "UpdateKeypairDescription",
  "DeleteKeypair",
  "ImportPrivateKey",
  "ClearPrivateKey",
];

const cphOperations: Operation[] = [
  "UpdateKeypair",
  "UpdateKeypair",
  "ListCloudPhoneServers",
  "ShowCloudPhoneServerDetail",
  "ListJobs",
];

/** A fault for one operation or for every call of a service, some times or as long as it is in force. */
export const fault: fc.Arbitrary<PlayedRule> = fc
  .tuple(
    fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({
          match: fc.constantFrom(...kpsOperations).map((operation) => ({ operation })),
          action: fc.oneof(refusal(kpsCodes), { weight: 2, arbitrary: passing }),
        }),
      },
      {
        weight: 3,
        arbitrary: fc.record({
          match: fc.constantFrom(...cphOperations).map((operation) => ({ operation })),
          action: fc.oneof(refusal(cphCodes), { weight: 2, arbitrary: passing }),
        }),
      },
      {
        weight: 3,
        arbitrary: fc.record({ match: fc.constant({ operation: "UpdateKeypair" as const }), action: serverFault }),
      },
      { weight: 1, arbitrary: fc.record({ match: fc.constant({}), action: passing }) },
    ),
    fc.record({
      skip: fc.nat({ max: 3 }),
      every: fc.integer({ min: 1, max: 3 }),
      times: fc.constantFrom(1, 2, 5, undefined),
    }),
  )
  .map(([rule, { times, ...rhythm }]) => ({ ...rule, ...rhythm, ...(times !== undefined && { times }) }));

/**
 * Some switches at other values than their defaults. Pages smaller than the documented default would not be refused by a service
 * that has that default.
 */
export const variants: fc.Arbitrary<Partial<Variants>> = fc
  .subarray(everyVariant)
  .map((chosen) => Object.assign({}, ...chosen.map(([, variant]) => variant)) as Partial<Variants>)
  .map((chosen) =>
    (chosen.maxListLimit ?? Infinity) < 50 ? { ...chosen, listLimitExceeded: "capped" as const } : chosen,
  );
