/** The same work done by what a user would take instead, measured once; see `peersSource`. */
import { oneBinding, type Scenario } from "./scenarios";

/** What stands beside one scenario of ours. Texts, because a cell may hold two parallelisms. Absent: not measured, or not read. */
export interface PeerFigures {
  readonly scenario: Scenario;
  /** Its resources, and its parallelism where that is not 10. */
  readonly by: string;
  /** Seconds. */
  readonly apply: string;
  readonly plan?: string;
  /** Calls of the apply about key pairs and servers, or what else there is to say. */
  readonly calls: string;
}

export const peersSource =
  "measured with OpenTofu 1.12.6 and the Terraform provider `huaweicloud` 1.97.1 with 21 commits more, of August 2026, against the same " +
  "simulated cloud on the same quiet machine, as medians of three, of 100 servers once; that under a limit was measured before, with OpenTofu 1.11.5";

const latency = 0;
const jobsOf = (jobSeconds: number, serversEach: number) => ({ ...oneBinding(serversEach), jobSeconds });

const oneKeypair = { by: "a single resource", apply: "0.89", plan: "0.76", calls: "1 POST, 1 GET" };
const singles200 = { by: "single resources", apply: "3.95", plan: "2.34", calls: "200 POST, 200 GET" };
const singles200AtOnce = { ...singles200, by: "single resources, parallelism 50", apply: "2.04", plan: "1.40" };
const batches200 = { by: "20 batches", apply: "1.30", calls: "20 POST" };
const singles1000 = { by: "single resources", apply: "5.20", plan: "3.93", calls: "1,000 POST, 1,000 GET" };
const batches1000 = { by: "100 batches", apply: "2.06", calls: "100 POST" };
const oneServer = { by: "a single resource", apply: "10.90", plan: "0.77", calls: "1 PUT, 1 job GET, 4 GET" };
const servers10 = { by: "single resources", apply: "11.00", plan: "0.83", calls: "10 PUT, 10 job GET, 40 GET" };
const servers100 = {
  by: "single resources, parallelism 10 / 50",
  apply: "101.8 / 21.9",
  plan: "1.44 / 1.27",
  calls: "100 PUT, 100 job GET, 400 GET",
};

export const peerFigures: PeerFigures[] = [
  { scenario: { work: { keypairs: 1 }, latency }, ...oneKeypair },
  { scenario: { work: { keypairs: 200 }, latency: 60 }, ...singles200 },
  { scenario: { work: { keypairs: 200 }, latency: 60, parallel: 100 }, ...singles200AtOnce },
  { scenario: { work: { setOf: 200 }, latency: 60 }, ...batches200 },
  { scenario: { work: { keypairs: 1_000 }, latency }, ...singles1000 },
  { scenario: { work: { setOf: 1_000 }, latency }, ...batches1000 },
  { scenario: { work: { setOf: 1_000 }, host: "native", latency }, ...batches1000 },
  {
    scenario: { work: { keypairs: 100 }, latency, limit: { calls: 20, seconds: 1 } },
    by: "single resources",
    apply: "545",
    calls: "sleeps of 1, 2, 4 … minutes",
  },
  { scenario: { work: jobsOf(1, 1), latency }, ...oneServer },
  { scenario: { work: jobsOf(1, 10), latency }, ...servers10 },
  { scenario: { work: jobsOf(10, 100), latency }, ...servers100 },
  { scenario: { work: { ...jobsOf(10, 100), keypairEach: true }, latency }, ...servers100 },
  { scenario: { work: { ...jobsOf(10, 100), keypairEach: true }, host: "native", latency }, ...servers100 },
];
