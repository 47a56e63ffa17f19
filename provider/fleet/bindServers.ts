import { setTimeout as sleep } from "node:timers/promises";
import { isNotReady, jobStatus, type Cph, type Job, type ServerKeypair } from "../huawei/cph";
import { HuaweiCloudError } from "../huawei/errors";
import type { Operation } from "../huawei/operation";
import type { Context } from "../resource";
import { JobWatcher } from "./jobWatcher";
import { OpenAccessQueue } from "./openAccessQueue";
import { lookAtServers } from "./servers";

/** What became of one server. */
export interface BindingOutcome {
  /** The job that did it, where one was started. */
  jobId?: string;
  /** Why the server does not carry the key pair, or is not known to. */
  error?: Error;
}

/** Pauses before a server that was not ready is asked again, in milliseconds. */
const notReadyPause = { first: 1_000, longest: 15_000 };

/** The part of the time that is kept for confirming, in milliseconds at most. */
const timeToConfirm = 15_000;

/** Pauses before servers that do not show the key pair yet are looked at again, in milliseconds. */
const confirmationPauses = [500, 1_000, 2_000, 4_000];

/**
 * Gives each server its key pair: waits for servers that are not ready and for the jobs, then checks that every server carries what
 * was asked for. Servers fail one by one; nothing is thrown.
 */
export async function bindServers(
  context: Context,
  region: string,
  wanted: readonly ServerKeypair[],
): Promise<Map<string, BindingOutcome>> {
  const waiting = leavingTimeToConfirm(context);
  const cph = context.cloud.cph(region, waiting);
  const queue = new OpenAccessQueue(cph, context.cloud.settings.serversPerCall);
  const watcher = new JobWatcher(cph, waiting);
  const outcomes = new Map<string, BindingOutcome>();
  const report = progressReporter(context, wanted);
  await Promise.all(
    wanted.map(async (server) => {
      const outcome = await bindServer(waiting, queue, watcher, server);
      outcomes.set(server.serverId, outcome);
      if (outcome.error === undefined) report();
    }),
  );
  await confirm(context, context.cloud.cph(region, context), wanted, outcomes);
  return outcomes;
}

/** Waiting ends a little before the deadline: what settled by then can still be confirmed and recorded. */
function leavingTimeToConfirm(context: Context): Operation {
  const left = context.deadline - Date.now();
  const wait = Math.max(0, Math.round(left - Math.min(timeToConfirm, left / 5)));
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(wait)]);
  return { signal, deadline: Date.now() + wait, log: context.log };
}

async function bindServer(
  operation: Operation,
  queue: OpenAccessQueue,
  watcher: JobWatcher,
  server: ServerKeypair,
): Promise<BindingOutcome> {
  let jobId: string | undefined;
  try {
    const accepted = await submitWhenReady(operation, queue, server);
    jobId = accepted.jobId;
    const job = await watcher.settled({ ...accepted, serverId: server.serverId });
    jobId ??= job?.jobId;
    return job?.status === jobStatus.failed ? { jobId, error: failureOf(job, accepted.requestId) } : { jobId };
  } catch (error) {
    return { jobId, error: error instanceof Error ? error : new Error(String(error)) };
  }
}

/** Submits a server, again and again while it is not ready. */
async function submitWhenReady(
  operation: Operation,
  queue: OpenAccessQueue,
  server: ServerKeypair,
): ReturnType<OpenAccessQueue["submit"]> {
  for (let pause = notReadyPause.first; ; pause = Math.min(notReadyPause.longest, pause * 2)) {
    try {
      return await queue.submit(server);
    } catch (error) {
      if (!(error instanceof HuaweiCloudError) || !isNotReady(error)) throw error;
      if (Date.now() + pause >= operation.deadline) throw error;
      await sleep(pause * (0.5 + Math.random() / 2), undefined, { signal: operation.signal }).catch(() => {
        throw error;
      });
    }
  }
}

function failureOf({ jobId, errorCode, errorMessage }: Job, requestId: string): HuaweiCloudError {
  return new HuaweiCloudError({
    operation: `CPH job ${jobId}`,
    code: errorCode,
    message: errorMessage ?? "the service gives no reason",
    requestId,
  });
}

/** A job that ended well is not believed until the server shows the key pair; lists may lag behind. */
async function confirm(
  context: Context,
  cph: Cph,
  wanted: readonly ServerKeypair[],
  outcomes: Map<string, BindingOutcome>,
): Promise<void> {
  let unconfirmed = wanted.filter(({ serverId }) => outcomes.get(serverId)?.error === undefined);
  for (const pause of [...confirmationPauses, undefined]) {
    if (unconfirmed.length === 0) return;
    let doubt: (server: ServerKeypair) => string;
    try {
      const servers = await lookAtServers(
        cph,
        unconfirmed.map(({ serverId }) => serverId),
      );
      unconfirmed = unconfirmed.filter(
        ({ serverId, keypairName }) => servers.get(serverId)?.keypairName !== keypairName,
      );
      doubt = ({ serverId, keypairName }) => {
        const server = servers.get(serverId);
        return server === undefined
          ? "the job succeeded, but the server no longer exists"
          : `the job succeeded, but the server carries key pair "${server.keypairName}" instead of "${keypairName}"`;
      };
    } catch (error) {
      doubt = () => `the job succeeded, but whether the server carries the key pair is not known: ${String(error)}`;
    }
    if (pause === undefined || context.signal.aborted) {
      for (const server of unconfirmed) {
        const jobId = outcomes.get(server.serverId)?.jobId;
        outcomes.set(server.serverId, { jobId, error: new Error(`${doubt(server)} (job ${jobId ?? "unnamed"})`) });
      }
      return;
    }
    if (unconfirmed.length > 0) await sleep(pause, undefined, { signal: context.signal }).catch(() => undefined);
  }
}

/** Tells how many servers are bound, at most every few seconds and at the end. */
function progressReporter(context: Context, wanted: readonly ServerKeypair[]): () => void {
  const interval = 3_000;
  const names = [...new Set(wanted.map(({ keypairName }) => `"${keypairName}"`))].join(", ");
  let bound = 0;
  let lastReport = Date.now();
  return () => {
    bound++;
    if (bound < wanted.length && Date.now() - lastReport < interval) return;
    lastReport = Date.now();
    context.log.info(`${bound} of ${wanted.length} servers bound to key pair ${names}`);
  };
}
