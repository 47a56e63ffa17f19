import { resourceNameOf } from "./urn";

test.each([
  ["urn:pulumi:s::p::huaweicloud-cph:index:Keypair::key", "key"],
  ["urn:pulumi:s::p::my:Component$other:index:Thing$huaweicloud-cph:index:Keypair::key", "key"],
  ["urn:pulumi:s::p::huaweicloud-cph:index:Keypair::a::b$c", "a::b$c"],
])("%s tells type and name", (urn, logicalName) => {
  expect(resourceNameOf(urn)).toEqual({ token: "huaweicloud-cph:index:Keypair", logicalName });
});
