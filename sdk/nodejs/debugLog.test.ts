import * as pulumi from "@pulumi/pulumi";
import { privateKeys } from "../../provider/testing/keys";
import { keepSecretsOutOfDebugLog } from "./debugLog";

test("Pulumi's debug log gets its messages without private keys", async () => {
  const debug = jest.spyOn(pulumi.log, "debug").mockResolvedValue();
  keepSecretsOutOfDebugLog();
  await pulumi.log.debug(`resp: privateKey,,,${privateKeys.rsa},name`, undefined, 3, true);
  expect(debug.mock.calls).toEqual([["resp: privateKey,,,[secret]\n,name", undefined, 3, true]]);
});
