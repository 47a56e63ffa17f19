import type { ServerOutcome } from "./serverChange";
import { UnfinishedJob } from "../../fleet/jobWatcher";
import { HuaweiCloudError } from "../../huawei/errors/errors";
import type { Server } from "../../schema/types";
import { advised } from "../inputAdvice";
import { failureReasons, UnknownServer } from "./failures";
import { propertiesOf } from "./forms";
import { bindingAdvice } from "./inputAdvice";

const region = "cn-north-4";

/** So many ids that sort in their order and look like the service's. */
function idsOf(kind: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${kind}${String(index).padStart(8, "0")}`);
}

function serversOf(ids: readonly string[]): Map<string, Server> {
  return new Map(ids.map((serverId) => [serverId, { serverId, serverName: `n-${serverId}`, status: 5 } as Server]));
}

function refusal(requestId: string, code = "CPS.1028", message = "Server is frozen."): HuaweiCloudError {
  const error = new HuaweiCloudError({ operation: "CPH UpdateKeypair", status: 400, code, message, requestId });
  return advised(error, bindingAdvice(propertiesOf({ type: "list" })));
}

interface Told {
  seen?: Map<string, Server>;
  shown?: Map<string, Server>;
  outcomes?: Map<string, ServerOutcome>;
}

function reasonsFor(failures: Iterable<[string, Error]>, told: Told = {}): string[] {
  const { seen = new Map(), shown = new Map(), outcomes = new Map() } = told;
  return failureReasons(new Map(failures), { servers: seen, shown, outcomes });
}

describe("few failures", () => {
  test("are told one by one, also where they say the same, in the order of their ids", () => {
    const [a = "", b = "", c = ""] = idsOf("s", 3);
    const failures: [string, Error][] = [c, a, b].map((id) => [id, refusal("r1")]);
    const why = "CPH UpdateKeypair failed: Server is frozen. (HTTP 400, CPS.1028, request r1) Unfreeze the server";
    expect(reasonsFor(failures, { seen: serversOf([a, b]) })).toEqual([
      expect.stringContaining(`server ${a} (n-${a}): ${why}`),
      expect.stringContaining(`server ${b} (n-${b}): ${why}`),
      expect.stringContaining(`server ${c}: ${why}`),
    ]);
  });
});

describe("many failures", () => {
  test("that say the same are one sentence, with a few servers and requests, and how many more there are", () => {
    const ids = idsOf("s", 490);
    const failures = ids.map((id, index): [string, Error] => [id, refusal(`request-${Math.floor(index / 10)}`)]);
    expect(reasonsFor(failures)).toEqual([
      `servers ${ids.slice(0, 10).join(", ")} and 480 more: CPH UpdateKeypair failed: Server is frozen. (HTTP 400, CPS.1028, ` +
        "request request-0) Unfreeze the server (frozen servers are usually unpaid) or take it out of `serverIds`. " +
        "The others: requests request-1, request-2, request-3 and 45 more.",
    ]);
  });

  test("of jobs name a few jobs", () => {
    const ids = idsOf("s", 5);
    const jobs = idsOf("j", 5);
    const failures = ids.map((id, index): [string, Error] => [
      id,
      new HuaweiCloudError({
        operation: `CPH job ${jobs[index] ?? ""}`,
        code: "CPS.0054",
        message: "slow",
        requestId: "r",
      }),
    ]);
    const outcomes = new Map(ids.map((id, index) => [id, { jobId: jobs[index] }]));
    expect(reasonsFor(failures, { outcomes })).toEqual([
      `servers ${ids.join(", ")}: CPH job ${jobs[0] ?? ""} failed: slow. (CPS.0054, request r) ` +
        `The others: jobs ${jobs.slice(1, 4).join(", ")} and 1 more.`,
    ]);
  });

  test("of jobs that did not end are one sentence, whatever poll of them failed", () => {
    const ids = idsOf("s", 4);
    const failures = ids.map((id, index): [string, Error] => {
      const poll = refusal(`poll-${index}`, "CPS.0003", "no");
      const message = `job j-${index} (request r-${index}) had not ended; the last poll failed: ${poll.message}`;
      return [id, new UnfinishedJob(message, `r-${index}`, false, poll)];
    });
    const outcomes = new Map(ids.map((id, index) => [id, { jobId: `j-${index}` }]));
    expect(reasonsFor(failures, { outcomes })).toEqual([
      expect.stringMatching(
        /: job j-0 \(request r-0\) had not ended; .*CPS\.0003, request poll-0\) The others: requests r-1, r-2, r-3; jobs j-1, j-2, j-3\.$/,
      ),
    ]);
  });

  test.each([
    ["(last status: running)", "(last status: running). The others: requests r-1, r-2, r-3; jobs j-1, j-2, j-3."],
    ["or not?", "or not? The others: requests r-1, r-2, r-3; jobs j-1, j-2, j-3."],
  ])("of jobs end their sentence before the others are named: %p", (end, expected) => {
    const ids = idsOf("s", 4);
    const failures = ids.map((id, index): [string, Error] => {
      const message = `job j-${index} (request r-${index}) had not ended when time ran out ${end}`;
      return [id, new UnfinishedJob(message, `r-${index}`, true, undefined)];
    });
    const outcomes = new Map(ids.map((id, index) => [id, { jobId: `j-${index}` }]));
    expect(reasonsFor(failures, { outcomes })).toEqual([
      `servers ${ids.join(", ")}: job j-0 (request r-0) had not ended when time ran out ${expected}`,
    ]);
  });

  test("that quote the server's id are one sentence", () => {
    const failures = idsOf("s", 4).map((id): [string, Error] => [id, new Error(`the answer is not about "${id}"`)]);
    expect(reasonsFor(failures)).toHaveLength(1);
  });

  test.each<[string, Error]>([
    ["code", refusal("r1", "CPS.0098")],
    ["message", refusal("r1", "CPS.1028", "Server is frozen for good.")],
    [
      "status",
      new HuaweiCloudError({ operation: "CPH UpdateKeypair", code: "CPS.1028", message: "Server is frozen." }),
    ],
    ["kind", new UnknownServer(region, "serverIds")],
  ])("of which one has another %s are two sentences", (_, other) => {
    const [odd = "", ...ids] = idsOf("s", 9);
    const reasons = reasonsFor([...ids.map((id): [string, Error] => [id, refusal("r1")]), [odd, other]]);
    expect(reasons).toEqual([
      `server ${odd}: ${other.message}`,
      expect.stringMatching(new RegExp(`^servers ${ids.join(", ")}: .*CPS\\.1028`)),
    ]);
  });

  test("of which only the codes differ are as many sentences, also where ids look like codes", () => {
    const ids = ["9001", "9002", "9003", "9004"];
    const reasons = reasonsFor(ids.map((id) => [id, refusal("r", `CPS.${id}`, "no")]));
    expect(reasons).toEqual(
      ids.map((id) => expect.stringMatching(new RegExp(`^server ${id}: .*CPS\\.${id}`)) as string),
    );
  });

  test("for very many reasons tell the most frequent, and every code at least", () => {
    const ids = idsOf("s", 105);
    const failures = ids.map((id, index): [string, Error] => {
      if (index > 101) return [id, refusal("r", `CPS.9${index}`, "rare")];
      return [id, refusal("r", "CPS.1028", index < 60 ? `odd ${String.fromCharCode(64 + index)}` : "frequent")];
    });
    const reasons = reasonsFor(failures);
    expect(reasons).toHaveLength(21);
    expect(reasons[0]).toMatch(new RegExp(`^servers ${ids.slice(60, 70).join(", ")} and 32 more: .*frequent`));
    for (const code of [102, 103, 104])
      expect(reasons).toContainEqual(expect.stringContaining(`rare. (HTTP 400, CPS.9${code}`));
    expect(reasons.at(-1)).toBe(
      `servers ${ids.slice(16, 26).join(", ")} and 34 more failed for 44 other reasons (CPS.1028)`,
    );
  });

  test("of which each has another code show every code", () => {
    const failures = idsOf("s", 30).map((id, index): [string, Error] => [id, refusal("r", `CPS.${9000 + index}`)]);
    const text = reasonsFor(failures).join();
    for (let code = 9000; code < 9030; code++) expect(text).toContain(`CPS.${code}`);
  });
});

describe("unknown ids", () => {
  const unknown = (ids: readonly string[]) =>
    ids.map((id): [string, Error] => [id, new UnknownServer(region, "serverIds")]);

  test("are told in one sentence", () => {
    const ids = idsOf("s", 5_000);
    expect(reasonsFor(unknown(ids))).toEqual([
      `servers ${ids.slice(0, 10).join(", ")} and 4990 more: they do not exist in region ${region}; take them out of serverIds`,
    ]);
  });

  test("that are names are told as such, apart from others", () => {
    const shown = serversOf(idsOf("s", 12));
    const names = [...shown.values()].map(({ serverName }) => serverName);
    expect(reasonsFor(unknown(["other", ...names]), { shown })).toEqual([
      `servers ${names.slice(0, 10).join(", ")} and 2 more: they do not exist in region ${region}; ` +
        `${names
          .slice(0, 5)
          .map((name) => `"${name}" is the name of server ${name.slice(2)}`)
          .join(", ")} and 7 more; give the ids of those that you mean`,
      `server other: it does not exist in region ${region}; take it out of serverIds`,
    ]);
  });

  test("that are the name of one server, or of several, say so", () => {
    const [a = "", ...ids] = idsOf("s", 6);
    const shown = serversOf([a]);
    for (const serverId of ids) shown.set(serverId, { serverId, serverName: "same", status: 5 } as Server);
    expect(reasonsFor(unknown([`n-${a}`, "same"]), { shown })).toEqual([
      `server n-${a}: it does not exist in region ${region}; "n-${a}" is the name of server ${a}; give its id`,
      `server same: it does not exist in region ${region}; "same" is the name of 5 servers (${ids.slice(0, 3).join(", ")} ` +
        "and 2 more); give the ids of those that you mean",
    ]);
  });

  test("that the service refuses keep what it says", () => {
    const [a = ""] = idsOf("s", 1);
    const error = new HuaweiCloudError({
      operation: "CPH ShowCloudPhoneServerDetail",
      status: 400,
      code: "CPS.0016",
      message: "no id",
    });
    expect(reasonsFor([[`n-${a}`, error]], { shown: serversOf([a]) })).toEqual([
      `server n-${a}: CPH ShowCloudPhoneServerDetail failed: no id. (HTTP 400, CPS.0016) "n-${a}" is the name of server ${a}; give its id.`,
    ]);
  });

  test("are no names where a server has that id as well as another that name", () => {
    const seen = serversOf(["s"]);
    const shown = new Map([["t", { serverId: "t", serverName: "s", status: 5 } as Server]]);
    expect(reasonsFor([["s", new Error("no")]], { seen, shown })).toEqual(["server s (n-s): no"]);
  });
});
