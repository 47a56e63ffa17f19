import type { CallName } from "../huawei/errors/calls";
import { stoppedError } from "../huawei/errors/errors";
import { loadAxios } from "../huawei/sending/axios";
import { raceWithAbort } from "../operation/abort";
import { clock } from "../operation/clock";
import type { Operation } from "../operation/operation";
import { onBehalfOf } from "../operation/sharedCall";

/** A request that waits for its batch, and then for its answer. */
export interface QueuedRequest<Request, Result> {
  readonly request: Request;
  readonly operation: Operation;
  /** When it was submitted, by `performance.now()`. */
  readonly since: number;
  /** Whether it may have taken effect. */
  sent: boolean;
  readonly accept: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** What is batched, and when a batch is complete. */
export interface BatchRules<Request> {
  /** The call that an error names where an operation has to stop. */
  readonly call: CallName;
  /** So many requests are a batch at once, without waiting for more. */
  readonly most: () => number;
  /** A batch is complete once nothing more came for so long; in milliseconds. */
  readonly quiet: number;
  /** It is complete at the latest so long after the first; in milliseconds. */
  readonly longest: number;
  /** What a batch may name only once: the next request of the same key goes with a later batch. */
  readonly keyOf: (request: Request) => string;
}

/** Collects what is submitted at the same moment into batches. Each request has its own operation, and gets its own result. */
export class BatchQueue<Request, Result> {
  private waiting: QueuedRequest<Request, Result>[] = [];
  private firstAt = 0;
  /** Only while something waits: once aborted, its stack would hold those who asked, and all that they were given. */
  private pause?: AbortController;

  constructor(
    private readonly rules: BatchRules<Request>,
    /** Sends a batch, and settles each of its requests. */
    private readonly send: (batch: QueuedRequest<Request, Result>[]) => void,
  ) {}

  /** Throws what the request is rejected with. An operation that has to stop before its batch is sent takes its request out. */
  submit(request: Request, operation: Operation): Promise<Result> {
    let queued: QueuedRequest<Request, Result> | undefined;
    const settled = new Promise<Result>((accept, reject) => {
      queued = { request, operation, since: performance.now(), sent: false, accept, reject };
      this.add(queued);
    });
    return raceWithAbort(settled, operation, () => stoppedError(this.rules.call, operation, queued?.sent ?? false));
  }

  /** Sends what waits, without waiting for more. */
  flush(): void {
    if (this.waiting.length === 0) return;
    const wanted = this.waiting.filter(({ operation }) => !operation.signal.aborted);
    this.endPause();
    this.waiting = [];
    const batch = new Map<string, QueuedRequest<Request, Result>>();
    const later: QueuedRequest<Request, Result>[] = [];
    for (const queued of wanted) {
      const key = this.rules.keyOf(queued.request);
      if (batch.has(key)) later.push(queued);
      else batch.set(key, queued);
    }
    this.send([...batch.values()]);
    for (const queued of later) this.add(queued);
  }

  private add(queued: QueuedRequest<Request, Result>): void {
    const isFirst = this.waiting.length === 0;
    if (isFirst) this.firstAt = Date.now();
    this.waiting.push(queued);
    if (this.waiting.length >= this.rules.most()) {
      this.flush();
      return;
    }
    this.beginPause();
    if (!isFirst) return;
    setImmediate(() => {
      this.prepareToSend();
    });
  }

  /** Loads what sends calls while the first batch of a process waits. */
  private prepareToSend(): void {
    const begun = Date.now();
    loadAxios();
    // On a busy machine that takes long, and nothing that comes is heard of meanwhile.
    if (this.pause !== undefined && Date.now() - begun > this.rules.quiet / 2) this.beginPause();
  }

  private beginPause(): void {
    this.endPause();
    this.pause = new AbortController();
    const { quiet, longest } = this.rules;
    const left = Math.max(0, this.firstAt + longest - Date.now());
    void clock.sleep(Math.min(quiet, left), this.pause.signal).then((isOver) => {
      if (isOver) this.flush();
    });
  }

  private endPause(): void {
    this.pause?.abort();
    this.pause = undefined;
  }
}

/** Makes one call for all of these requests: it goes on until all of their operations have to stop. */
export function callFor<T>(
  requests: readonly QueuedRequest<unknown, never>[],
  call: (operation: Operation) => Promise<T>,
): Promise<T> {
  for (const each of requests) each.sent = true;
  return onBehalfOf(
    requests.map(({ operation }) => operation),
    call,
  );
}
