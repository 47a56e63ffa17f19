/** What every call that one operation (a create, a read, …) makes has in common. */
export interface Operation {
  /** Aborted when the operation has to stop: its deadline passed or the engine is gone. */
  readonly signal: AbortSignal;
  /** When the operation must have ended, in milliseconds since the epoch. */
  readonly deadline: number;
  /** Tells what concerns the whole account, such as throttling: a call may serve many resources. */
  readonly log: Logger;
}

/** Where an operation tells the user what it does. */
export interface Logger {
  /** How far something is, which the next such message outdates. */
  status(message: string): void;
  info(message: string): void;
  warn(message: string): void;
}
