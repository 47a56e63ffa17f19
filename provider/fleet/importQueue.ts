import { batchImportLimit, type CreatedKeypair, type CreateKeypairRequest, type Kps } from "../huawei/kps";
import { isRefusedContent } from "../huawei/errors/refusals";
import type { Operation } from "../operation/operation";
import { BatchQueue, callFor, type QueuedRequest } from "./batchQueue";

type QueuedImport = QueuedRequest<CreateKeypairRequest, CreatedKeypair>;

/** Batches key pairs that are to be imported at the same moment; a lone one is a plain call. */
export class ImportQueue {
  private readonly queue = new BatchQueue<CreateKeypairRequest, CreatedKeypair>(
    { call: "KPS CreateKeypair", most: () => batchImportLimit, quiet: 120, longest: 1_000, keyOf: ({ name }) => name },
    (batch) => {
      void this.send(batch);
    },
  );

  /** Imports that are asked for and not answered. */
  private open = 0;
  /** The most of them that there ever were when some were sent. */
  private mostOpen = 0;

  constructor(private readonly kps: (operation: Operation) => Kps) {}

  /** Imports a key pair once: after a lost answer it is not sent again. Throws the service's error for this key pair. */
  import(request: CreateKeypairRequest, operation: Operation): Promise<CreatedKeypair> {
    // Before it is submitted: a full batch is sent at once.
    this.open++;
    const imported = this.queue.submit(request, operation);
    // The engine runs so many operations at a time: before some of these are done no more will come.
    if (this.open === this.mostOpen) this.queue.flush();
    return imported.finally(() => {
      this.open--;
    });
  }

  private async send(batch: QueuedImport[]): Promise<void> {
    this.mostOpen = Math.max(this.mostOpen, this.open);
    if (batch.length <= 1) return this.sendSingly(batch);
    try {
      const requests = batch.map(({ request }) => request);
      const outcomes = await callFor(batch, (operation) => this.kps(operation).batchImportKeypairs(requests));
      outcomes.forEach((outcome, index) => {
        if ("error" in outcome) batch[index]?.reject(outcome.error);
        else batch[index]?.accept(outcome.keypair);
      });
    } catch (error) {
      // One key pair may be why the service refused them all; or it takes no batches, from this account at least.
      if (isRefusedContent(error)) await this.sendSingly(batch);
      else for (const { reject } of batch) reject(error);
    }
  }

  private async sendSingly(batch: QueuedImport[]): Promise<void> {
    await Promise.all(
      batch.map((each) =>
        callFor([each], (operation) => this.kps(operation).createKeypair(each.request)).then(each.accept, each.reject),
      ),
    );
  }
}
