import { stoppedError } from "../huawei/errors";
import { batchImportLimit, type CreatedKeypair, type CreateKeypairRequest, type Kps } from "../huawei/kps";
import { isRefusedContent } from "../huawei/refusals";
import type { Operation } from "../operation/operation";
import { raceWithAbort } from "../operation/abort";
import { Gathering } from "./gathering";
import { onBehalfOf } from "../operation/sharedCall";

interface Waiting {
  request: CreateKeypairRequest;
  operation: Operation;
  /** Whether it may have been imported. */
  sent: boolean;
  accept: (keypair: CreatedKeypair) => void;
  reject: (error: unknown) => void;
}

/** Gathers key pairs that are to be imported at the same moment into batches; a lone one is a plain call. */
export class ImportQueue {
  private readonly gathering = new Gathering<Waiting>(
    { quiet: 120, longest: 1_000 },
    () => batchImportLimit,
    (imports) => {
      void this.send(imports);
    },
  );

  /** Imports that are asked for and not answered. */
  private open = 0;
  /** The most of them that there ever were when some were sent. */
  private mostOpen = 0;

  constructor(private readonly kps: (operation: Operation) => Kps) {}

  /** Imports a key pair once: after a lost answer it is not sent again. Throws the service's error for this key pair. */
  import(request: CreateKeypairRequest, operation: Operation): Promise<CreatedKeypair> {
    let waiting: Waiting | undefined;
    // Before it is added: a full batch is sent at once.
    this.open++;
    const imported = new Promise<CreatedKeypair>((accept, reject) => {
      waiting = { request, operation, sent: false, accept, reject };
      this.gathering.add(waiting);
    });
    // The engine runs so many operations at a time: before some of these are done no more will come.
    if (this.open === this.mostOpen) this.gathering.end();
    const stopped = () => stoppedError("KPS CreateKeypair", operation, waiting?.sent ?? false);
    return raceWithAbort(imported, operation, stopped).finally(() => {
      this.open--;
    });
  }

  private async send(imports: Waiting[]): Promise<void> {
    this.mostOpen = Math.max(this.mostOpen, this.open);
    const wanted = imports.filter(({ operation }) => !operation.signal.aborted);
    const batch = wanted.filter(isFirstOfItsName);
    for (const another of wanted) if (!batch.includes(another)) this.gathering.add(another);
    if (batch.length <= 1) return this.sendSingly(batch);
    for (const each of batch) each.sent = true;
    try {
      const outcomes = await onBehalfOf(
        batch.map(({ operation }) => operation),
        (operation) => this.kps(operation).batchImportKeypairs(batch.map(({ request }) => request)),
      );
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

  private async sendSingly(imports: Waiting[]): Promise<void> {
    await Promise.all(
      imports.map((each) => {
        each.sent = true;
        return this.kps(each.operation).createKeypair(each.request).then(each.accept, each.reject);
      }),
    );
  }
}

function isFirstOfItsName({ request }: Waiting, index: number, imports: Waiting[]): boolean {
  return imports.findIndex((other) => other.request.name === request.name) === index;
}
