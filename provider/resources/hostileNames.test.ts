import fc from "fast-check";
import { PartialFailure } from "../contract";
import { useAnsweringServer, type ReceivedRequest } from "../testing/answeringServer";
import { hostileTexts } from "../testing/hostileJson";
import { privateKeys, publicKeys } from "../testing/keys";
import { contextOf, type NotedContext } from "../testing/managedResource";
import { connect, projectId, region, useShortBackoff, useShortPauses } from "../testing/simulatedCloud";
import { checkContextOf } from "../testing/checkContext";
import { cloudPhoneKeypairBinding } from "./binding/binding";
import { keypair } from "./keypair/keypair";

/** Names and words that the cloud makes up reach the terminal by logs, errors and the state. */

const server = useAnsweringServer();
useShortBackoff();
useShortPauses();

const anyText = fc.oneof(fc.constantFrom(...hostileTexts, privateKeys.rsa), fc.string({ unit: "binary" }));

/** What fails may take long enough to fail; what is to succeed has time on a busy machine as well. */
function newContext(seconds = 0.3): NotedContext {
  return contextOf(connect(server, { token: "a-token", projectId, maxRetries: 0 }), { seconds });
}

/** Runs an operation and returns all that its user sees of it, sentence by sentence. */
async function shownBy(run: (context: NotedContext) => Promise<unknown>): Promise<string[]> {
  const context = newContext();
  const shown = await run(context).then(
    () => [],
    (error: unknown) => (error instanceof PartialFailure ? error.reasons : [(error as Error).message]),
  );
  return [...context.infos, ...context.warnings, ...shown];
}

const unprintable = /[\p{Cc}\p{Bidi_Control}\p{Surrogate}\u2028\u2029]/u;

function expectPrintable(texts: string[]): void {
  for (const text of texts) {
    expect(text).not.toMatch(unprintable);
    expect(text.length).toBeLessThan(4000);
    expect(text).not.toContain(privateKeys.rsa.slice(70, 100));
  }
}

const serverId = "server";
const inputs = { keypairName: "mine", serverIds: [serverId], deletionPolicy: "restore", region } as const;
const bindings = [{ serverId, keypairName: "mine", previousKeypairName: "earlier" }];
const state = { ...inputs, serverIds: [serverId], bindings };

describe("a binding", () => {
  /** Cloud Phone, where a server and its jobs have any names. */
  function answer({ method, path }: ReceivedRequest, [name, carried, jobId, status, message]: string[]) {
    const keypair = /\/keypairs\/(.*)$/.exec(path)?.[1];
    if (keypair !== undefined) {
      return {
        body: { keypair: { name: decodeURIComponent(keypair), public_key: publicKeys.rsa, fingerprint: message } },
      };
    }
    if (method === "PUT") return { body: { request_id: message, jobs: [{ server_id: serverId, job_id: jobId }] } };
    if (path.includes("/jobs")) {
      return {
        body: { jobs: [{ job_id: jobId, server_id: serverId, status, error_code: "CPS.0054", error_msg: message }] },
      };
    }
    return { body: { server_id: serverId, server_name: name, keypair_name: carried, status: 5 } };
  }

  test("is told of printably, whatever its servers and jobs are named", async () => {
    const carried = fc.oneof(anyText, fc.constant("mine"));
    const status = fc.oneof(fc.constantFrom("-1", "2"), anyText);
    await fc.assert(
      fc.asyncProperty(anyText, carried, anyText, status, anyText, async (...texts) => {
        server.react((request) => answer(request, texts));
        const binding = cloudPhoneKeypairBinding;
        expectPrintable(await shownBy((context) => binding.create(context, { ...inputs, serverIds: [serverId] })));
        expectPrintable(await shownBy((context) => binding.read(context, "id", state)));
        expectPrintable(await shownBy((context) => binding.update(context, "id", state, { ...inputs, serverIds: [] })));
        expectPrintable(await shownBy((context) => binding.delete(context, "id", state)));
        const found = await binding.read(newContext(20), "id", { ...state, keypairName: texts[1], bindings: [] });
        for (const { serverName, keypairName } of found?.state.bindings ?? [])
          expect(`${serverName ?? ""}${keypairName}`).not.toMatch(unprintable);
      }),
      { numRuns: 20, examples: [["", "", "\u001b[31m", "2", "\u001b[31m"]] },
    );
  }, 60_000);
});

describe("a key pair", () => {
  const wanted = keypair.check(
    undefined,
    { name: "k", publicKey: publicKeys.rsa, adoptExisting: true },
    checkContextOf("k", region),
  );

  test("is told of printably, whatever the service says of it", async () => {
    const any = fc.record(
      {
        public_key: fc.oneof(fc.constant(publicKeys.rsa), anyText),
        type: fc.oneof(fc.constant("ssh"), anyText),
        scope: fc.oneof(fc.constant("user"), anyText),
        user_id: anyText,
        description: anyText,
      },
      { requiredKeys: ["public_key"] },
    );
    await fc.assert(
      fc.asyncProperty(any, anyText, async (live, message) => {
        server.react(({ method }) =>
          method === "GET"
            ? { body: { keypair: { ...live, name: "k" } } }
            : { status: 400, body: { error_code: "KPS.0002", error_msg: message } },
        );
        const withUser = { ...wanted.inputs, userId: "me", description: "mine" };
        for (const news of [withUser, { ...withUser, adoptExisting: false }])
          expectPrintable(await shownBy((context) => keypair.create(context, news)));

        const known = { ...withUser, publicKey: publicKeys.rsa, fingerprint: "f", keyProtected: false, frozenState: 0 };
        expectPrintable(await shownBy((context) => keypair.update(context, "k", known, withUser)));
        expectPrintable(await shownBy((context) => keypair.delete(context, "k", known)));
      }),
      { numRuns: 50 },
    );
  });
});
