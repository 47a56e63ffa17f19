import { endpointOf } from "./endpoints";

test.each([
  ["cn-north-4", "https://kms.cn-north-4.myhuaweicloud.com"],
  ["eu-west-101", "https://kms.eu-west-101.myhuaweicloud.eu"],
  ["eu-west-102", "https://kms.eu-west-102.myhuaweicloud.eu"],
  ["eu-west-0", "https://kms.eu-west-0.myhuaweicloud.com"],
  ["eu-west-1", "https://kms.eu-west-1.myhuaweicloud.com"],
])("a service in %s is at %s", (region, url) => {
  expect(endpointOf({ endpoints: {} }, "kms", region)).toBe(url);
  expect(endpointOf({ endpoints: {}, cloud: "example.com" }, "kms", region)).toBe(`https://kms.${region}.example.com`);
});
