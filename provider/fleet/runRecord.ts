import { BindingRecord } from "./bindingRecord";
import { KeypairRecord } from "./keypairRecord";
import { KeypairUsers } from "./keypairUsers";
import { Members } from "./members";

/** What one run of the engine (a preview, an update, …) knows of the resources of its program. */
export class RunRecord {
  readonly keypairs = new KeypairRecord();
  readonly members = new Members();
  readonly keypairUsers = new KeypairUsers();
  readonly bindings = new BindingRecord();
}
