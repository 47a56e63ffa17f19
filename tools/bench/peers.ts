/** The same work done by what a user would take instead, measured once; see `peersSource`. */
import { oneBinding, type Scenario } from "./scenarios";

/** Of one scenario of ours. Texts, because a cell may hold two parallelisms. Absent: not measured. */
export interface PeerFigures {
  readonly scenario: Scenario;
  readonly parallelism: string;
  /** Seconds. */
  readonly apply: string;
  readonly plan?: string;
  /** Calls of the apply, or what else there is to say. */
  readonly calls: string;
}

export const peersSource =
  "measured with OpenTofu 1.11.5 and the Terraform provider `huaweicloud` of August 2026, whose HTTP core was replaced by an " +
  "equivalent, so that its times are a lower bound, on 2 cores against a fake cloud; medians of 1 to 3 runs";

const latency = 0;
const jobsOf = (jobSeconds: number, serversEach: number) => ({ ...oneBinding(serversEach), jobSeconds });

const oneByOne: Record<"200 at 60 ms" | "1,000" | "100 servers", Omit<PeerFigures, "scenario">> = {
  "200 at 60 ms": { parallelism: "10", apply: "3.66", plan: "2.00", calls: "200 POST, 200 GET" },
  "1,000": { parallelism: "10", apply: "4.53", plan: "3.48", calls: "1,000 POST, 1,000 GET" },
  "100 servers": { parallelism: "10 / 50", apply: "102 / 22", calls: "100 PUT, 107 job GET, 400 GET" },
};

export const peerFigures: PeerFigures[] = [
  {
    scenario: { work: { keypairs: 1 }, latency },
    parallelism: "10",
    apply: "0.27",
    plan: "0.18",
    calls: "1 POST, 1 GET",
  },
  { scenario: { work: { keypairs: 200 }, latency: 60 }, ...oneByOne["200 at 60 ms"] },
  { scenario: { work: { setOf: 200 }, latency: 60 }, ...oneByOne["200 at 60 ms"] },
  {
    scenario: { work: { keypairs: 200 }, latency: 60, parallel: 100 },
    parallelism: "50",
    apply: "1.71",
    plan: "1.03",
    calls: "200 POST, 200 GET",
  },
  { scenario: { work: { keypairs: 1_000 }, latency }, ...oneByOne["1,000"] },
  { scenario: { work: { setOf: 1_000 }, latency }, ...oneByOne["1,000"] },
  { scenario: { work: { setOf: 1_000 }, host: "native", latency }, ...oneByOne["1,000"] },
  {
    scenario: { work: { keypairs: 100 }, latency, limit: { calls: 20, seconds: 1 } },
    parallelism: "10",
    apply: "545",
    calls: "sleeps of 1, 2, 4 … minutes",
  },
  {
    scenario: { work: jobsOf(1, 1), latency },
    parallelism: "10",
    apply: "10.4",
    calls: "1 PUT, 1 job GET, 4 GET",
  },
  {
    scenario: { work: jobsOf(1, 10), latency },
    parallelism: "10",
    apply: "10.6",
    calls: "10 PUT, 10 job GET, 40 GET",
  },
  { scenario: { work: jobsOf(10, 100), latency }, ...oneByOne["100 servers"] },
  { scenario: { work: { ...jobsOf(10, 100), keypairEach: true }, latency }, ...oneByOne["100 servers"] },
  { scenario: { work: jobsOf(10, 100), host: "native", latency }, ...oneByOne["100 servers"] },
];
