import { meaningOf, type Meaning } from "../huawei/errors/codes";
import { HuaweiCloudError } from "../huawei/errors/errors";

/** What the user can do with the inputs of a resource about what the service says. */
export type InputAdvice = Readonly<Partial<Record<Meaning, string>>>;

/** An error of a resource's own, with advice on its inputs where there is some. */
export function advised<T>(error: T, advice: InputAdvice): T | HuaweiCloudError {
  if (!(error instanceof HuaweiCloudError)) return error;
  const meaning = meaningOf(error.code);
  const hint = meaning && advice[meaning];
  return hint === undefined ? error : error.withHint(hint);
}
