/** Stories that random ones were shrunk to when they found something wrong. */
import type { PlayedRule } from "../playedCloud";
import type { Program } from "./program";
import { undisturbed, type Step } from "./scenario";

const up: Step = { ...undisturbed, command: "up" };

function faultOf(
  operation: "CreateKeypair" | "DeleteKeypair",
  status: 403 | 500,
  when: "before" | "after",
): PlayedRule {
  return { match: { operation }, action: { type: "status", status, code: "KPS.0001", message: "Not now", when } };
}

const another = { type: "change", which: 0, becomes: { name: "pool-b" } } as const;

export const found: [what: string, story: { program: Program; steps: Step[] }][] = [
  [
    "another name together with a replacement by force, refused",
    {
      program: { keypairs: { key0: { name: "pool-a", key: "ecdsa256" } }, bindings: {} },
      steps: [
        up,
        {
          ...up,
          edits: [another],
          command: "up --replace",
          faults: [{ ...faultOf("CreateKeypair", 403, "before"), times: 1 }],
        },
      ],
    },
  ],
  [
    "another name, interrupted between deletion and creation",
    {
      program: { keypairs: { key0: { name: "pool-a", key: "ecdsa256" } }, bindings: {} },
      steps: [up, { ...up, edits: [another], interruptAfter: 1 }, up],
    },
  ],
  [
    "a name given to one with a made-up name, interrupted and taken back",
    {
      program: { keypairs: { key0: {} }, bindings: {} },
      steps: [up, { ...up, edits: [another], interruptAfter: 1 }, { ...up, takesBack: true }],
    },
  ],
  [
    "another name for a generated pair, of whose creation nothing is known",
    {
      program: { keypairs: { key0: { name: "pool-a" } }, bindings: {} },
      steps: [
        up,
        { ...up, edits: [another], faults: [faultOf("CreateKeypair", 500, "before")] },
        { ...up, takesBack: true },
      ],
    },
  ],
  [
    "another key, where the deletion takes effect without an answer",
    {
      program: { keypairs: { key0: { name: "pool-a", key: "ecdsa256" } }, bindings: {} },
      steps: [
        up,
        {
          ...up,
          edits: [{ type: "change", which: 0, becomes: { key: "ecdsa384" } }],
          faults: [faultOf("DeleteKeypair", 500, "after")],
        },
      ],
    },
  ],
  [
    "a name handed on to one that comes first, and fails",
    {
      program: {
        keypairs: { key0: { name: "pool-a" }, key1: { name: "pool-b", key: "ecdsa256", adoptExisting: true } },
        bindings: {},
      },
      steps: [
        up,
        { ...up, edits: [{ type: "handOn", which: 1, other: 0 }], lateness: [300, 0], continueOnError: true },
      ],
    },
  ],
  [
    "a binding by text of servers that a hand bound, while its pair is healed,",
    {
      program: {
        keypairs: { key0: { name: "pool-a" } },
        bindings: { fleet0: { keypair: "key0", isLiteral: true, servers: [0], fingerprint: false, restores: false } },
      },
      steps: [
        up,
        {
          ...undisturbed,
          drifts: [
            { type: "replaceKeypair", name: "pool-a" },
            { type: "bindServer", server: 0 },
          ],
        },
      ],
    },
  ],
];
