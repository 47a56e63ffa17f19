import * as pulumi from "@pulumi/pulumi";
import { privateKeys } from "../../provider/testing/keys";
import { keepSecretsOutOfDebugLog } from "./debugLog";

test("Pulumi's debug log gets its messages without private keys", async () => {
  const debug = jest.spyOn(pulumi.log, "debug").mockResolvedValue();
  keepSecretsOutOfDebugLog();
  await pulumi.log.debug(`resp: privateKey,,,${privateKeys.rsa},name`, undefined, 3, true);
  expect(debug.mock.calls).toEqual([["resp: privateKey,,,[secret]\n,name", undefined, 3, true]]);
});

test.each([
  ["resource:key[huaweicloud-cph:index:Keypair]; err: null", "resp: [secret]"],
  ["resource:key[pulumi-nodejs:dynamic/huaweicloud-cph:Keypair]; err: null", "resp: [secret]"],
  ["resource:bucket[aws:s3:Bucket]; err: null", "resp: id,\nsecret of a program"],
])("an answer for %s is noted as %s", async (whose, expected) => {
  const debug = jest.spyOn(pulumi.log, "debug").mockResolvedValue();
  keepSecretsOutOfDebugLog();
  await pulumi.log.debug(`RegisterResource RPC finished: ${whose}, resp: id,\nsecret of a program`);
  expect(debug.mock.calls).toEqual([[`RegisterResource RPC finished: ${whose}, ${expected}`]]);
});
