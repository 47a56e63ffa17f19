import type { ServerKeypair } from "../../huawei/cph";
import type { Server } from "../../schema/types";

/** A server and the key pair that it is to get. */
export interface WantedServer extends ServerKeypair {
  /** The key pair that it carries so far; empty for none. */
  carried: string;
  /** Whether the change is still wanted where an earlier one has ended meanwhile and the server carries this key pair. */
  isWanted: (carried: string) => boolean;
}

/** What became of one server. */
export interface BindingOutcome {
  /** The job that did it, where one was started. */
  jobId?: string;
  /** Why the server does not carry the key pair, or is not known to. */
  error?: Error;
  /** True where the service knows no such job, so that only the server can tell. */
  jobUnknown?: boolean;
  /** The server as it was right before the change, where an earlier one had ended since it was looked at. */
  seen?: Server;
  /** True where nothing was sent: after an earlier change nothing was wanted any more, or its end was waited for in vain. */
  unsent?: boolean;
}
