import { HuaweiCloudError, type CallName } from "./errors";
import { percentEncode } from "./signer";

/** A name as one segment of a call's path. Throws for those that no encoding keeps in their place: nothing, `.` and `..`. */
export function pathSegment(operation: CallName, name: string): string {
  if (/^\.{0,2}$/.test(name)) {
    throw new HuaweiCloudError({ operation, message: `there can be nothing named "${name}"` });
  }
  return percentEncode(name);
}
