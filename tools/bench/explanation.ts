import { peersSource } from "./peers";
import { operationsAtOnce } from "./scenarios";

/** How the figures were made and what they mean, as Markdown. */
export const explanation = `- **wall** is the time from the start of \`pulumi up --skip-preview\`, or of \`pulumi refresh\`, to its end. A refresh follows its update and
  finds no change.
- **floor** is the same for as many trivial dynamic resources: their operations call nothing and leave the same inputs and outputs in the
  state. It is what Pulumi takes, mostly to start Node and to write the whole state after each step. For the plugin it is a program in YAML
  that holds the same data in variables, and has no resources. **above** is wall less floor. Both are medians of three, run in turns; they vary by half a second from run to run, and
  by several seconds for 1,000 key pairs. Calls and memory are those of the run of the median time, the state is that of the last.
- **ideal** is the shortest time in which the least calls can be made, without the engine. The calls are ordered in steps, and none is sent
  before the step before it has ended; a step takes one latency for each of its calls that needs the answer of another, and no call is sent
  before the rate limit lets it. The steps of an update of bindings are: the project; the servers, to know which key pair they carry; and for
  as many bindings as the engine runs at once (4 a core by default) the calls that bind, 10 servers each; the time of a job; one look at the
  jobs for 20 of those calls; the servers again, because a job's success is no proof. Those of an update of key pairs are: the project; and
  for as many as the engine runs at once the batch imports, 10 key pairs each, and one detail for each, because only a detail tells when it
  was created, which is an output. A set needs no details. Where each server has a key pair of its own, the key pairs are listed as well.
  A refresh takes the project, and the servers or key pairs. Servers are read one by one, or from the pages
  of 100 of the list where those are fewer: the first tells how many there are. Key pairs are read from pages of 50, and each page names the
  next.
- **ratio** is wall / (floor + ideal): 1 where nothing is left to gain. It is below 1 where the calls are made while the engine is busy.
- **writes**, **reads** and **job looks** are the calls made / the least; **refused** are those answered by 429, which count in no other
  column.
- **memory** is the peak resident memory of the provider's process, **state** what one resource takes in the exported state, as compact JSON.
- **plugin** marks a program in YAML that runs by the native plugin; all others are in TypeScript, by dynamic resources.
- **check** and **diff** are calls of the provider's process, medians of five: the resource has one server or key pair more than recorded.
- **before calls** is the part of an update before its first call. Most of it is Pulumi's: its host of programs in YAML checks their types
  before the plugin starts, in a time that grows faster than the entries.
- Key pairs are imported ones, with given names and ed25519 keys. With the default of --parallel the engine runs ${operationsAtOnce({})} operations at once
  on this machine, so that no call can be shared by more resources than that.
- A rate limit counts in windows: one begins with the first call after the last one's end. Under a limit only the larger sizes are run.
- Before each run the benchmark looks for half a second at what else uses the machine, and writes no page where that is much.
- The Terraform provider's figures were ${peersSource}. Its apply on servers gives them another key pair, as ours does. A set or a map of
  ours stands beside its batches, of 10 key pairs each, or its single resources. Its plan reads each key pair and server by itself, and
  nothing of batches: what is gone or was changed there it does not see. Its state takes 1,157 bytes a key pair, 578 in batches. Each of
  its commands also asks twice, or once, for the account's name.`;
