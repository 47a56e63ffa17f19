import fc from "fast-check";
import { useSimulator } from "../../simulator/testing/suite";
import { HuaweiCloudError } from "../huawei/errors/errors";
import type { Context } from "../contract";
import { problemsOf } from "../schema/validation";
import { expectType } from "../testing/declaredTypes";
import { hostileTexts, hostileValue, mutationsOf } from "../testing/hostileJson";
import { addServers } from "../testing/fleet";
import { getKeypair, getKeypairs, getServers } from "../testing/functions";
import { privateKeys, publicKeys } from "../testing/keys";
import { contextOf } from "../testing/managedResource";
import { cloudOf, region } from "../testing/simulatedCloud";

const simulator = useSimulator({ servers: 0 });

beforeEach(async () => {
  await simulator.replaceKeypair(region, "key", { publicKey: publicKeys.ed25519 });
  addServers(simulator, 2);
});

type Call = (context: Context, args: never) => Promise<unknown>;

const functions: ["GetKeypair" | "GetKeypairs" | "GetServers", Call, object][] = [
  ["GetKeypair", getKeypair, { name: "key", region }],
  ["GetKeypairs", getKeypairs, { nameRegex: "^k", scope: "user", region }],
  ["GetServers", getServers, { serverName: "s", status: 5, keypairName: "key", region }],
];

test.each(functions)(
  "%s tells what is wrong with its arguments, or finds something, or says clearly why not",
  async (type, call, valid) => {
    const text = fc.oneof(fc.constantFrom(...hostileTexts, "(", privateKeys.rsa), fc.string(), hostileValue);
    const args = fc.oneof(
      mutationsOf(valid, fc.oneof(text, hostileValue)),
      fc.dictionary(fc.constantFrom(...Object.keys(valid), "__proto__", "other"), text, { noNullPrototype: true }),
    );
    const context = contextOf(cloudOf(simulator));
    await fc.assert(
      fc.asyncProperty(args, async (given) => {
        simulator.clearCalls();
        const problems = problemsOf(`${type}Args`, given);
        try {
          const result = await call(context, given as never);
          expect(problems).toEqual([]);
          expectType(`${type}Result`, result);
        } catch (error) {
          expect([Error, HuaweiCloudError]).toContain((error as Error).constructor);
          const { message } = error as Error;
          expect(message).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Surrogate}\u2028\u2029]/u);
          expect(message.length).toBeLessThan(2000);
          expect(message).not.toContain(privateKeys.rsa.slice(60, 100));
          for (const { property, reason } of problems.slice(0, 3)) expect(message).toContain(`${property} ${reason}`);
          if (problems.length > 0) expect(simulator.calls()).toEqual([]);
        }
      }),
      { numRuns: 150 },
    );
  },
);
