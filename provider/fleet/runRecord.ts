import { BindingRecord } from "./bindingRecord";
import { KeypairRecord } from "./keypairRecord";
import { KeypairUsers } from "./keypairUsers";

/** What one run of the engine (a preview, an update, …) knows of the resources of its program. */
export class RunRecord {
  readonly keypairs = new KeypairRecord();
  readonly keypairUsers = new KeypairUsers();
  readonly bindings = new BindingRecord();
}
