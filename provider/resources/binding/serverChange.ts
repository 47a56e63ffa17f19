import type { ServerKeypair } from "../../huawei/cph";
import type { Server } from "../../schema/types";

/** A server, the key pair that it is to get, and what for. */
export interface ServerChange extends ServerKeypair {
  /** The key pair that it carries so far; empty for none. */
  carried: string;
  purpose: Purpose;
}

/** Why a server gets a key pair. */
export type Purpose =
  | {
      type: "bind";
      /** Whether the name stands for another key than the server was bound with: then what it shows is no sign. */
      isNewKey: boolean;
      /** Whether it showed the name before the earlier changes of it that are awaited: then it shows no difference after them. */
      hadName: boolean;
    }
  | {
      type: "restore";
      /** The key pairs that the binding gave it, or tried to: only these are taken back. */
      given: readonly string[];
    }
  | {
      type: "rebind";
      /** The key pair that a job of another binding gave it last: nothing else is taken away, for it may be what somebody wants by now. */
      instead: string;
    };

/** What became of one server. */
export interface ServerOutcome {
  /** The job that did it, where one was started. */
  jobId?: string;
  /** Why the server does not carry the key pair, or is not known to. */
  error?: Error;
  /** True where it failed, and may have taken effect all the same, or may yet. */
  mayTakeEffect?: boolean;
  /** True where the service knows no such job, so that only the server can tell. */
  jobUnknown?: boolean;
  /** The server as it was right before the change, where an earlier one had ended since it was looked at. */
  seen?: Server;
  /** True where nothing was sent: after an earlier change nothing was wanted any more, or its end was waited for in vain. */
  unsent?: boolean;
}

/** Whether a server carried a key pair of the same name before, perhaps with another key: then it shows no difference. */
export function isOfSameName({ carried, keypairName }: ServerChange): boolean {
  return carried === keypairName;
}

/** Whether a change was sent, and nothing is known to have failed. */
export function isDone({ error, unsent }: ServerOutcome = {}): boolean {
  return error === undefined && !unsent;
}

/** Whether there is nothing left to do for a change once its server carries this key pair. */
export function isNeedless({ keypairName, purpose }: ServerChange, carried: string): boolean {
  switch (purpose.type) {
    case "bind":
      return carried === keypairName && !purpose.isNewKey;
    case "restore":
      return carried === keypairName || !purpose.given.includes(carried);
    case "rebind":
      return carried !== purpose.instead;
  }
}
