import { AKSKSigner } from "@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner";
import { BasicCredentials } from "@huaweicloud/huaweicloud-sdk-core/auth/BasicCredentials";
import { isSignedWith, parseAuthorization, percentEncode, sign, type SignedRequest } from "./signature";

const project = "0123456789abcdef0123456789abcdef";

function request(method: string, path: string, headers: Record<string, string>, body = ""): SignedRequest {
  const [pathname = "", query = ""] = path.split("?");
  return {
    method,
    segments: pathname.slice(1).split("/"),
    query: new URLSearchParams(query),
    headers: { "x-sdk-date": "20060102T150405Z", ...headers },
    body: Buffer.from(body),
  };
}

describe("the known signatures", () => {
  test("a GET with a query", () => {
    expect(sign(request("GET", "/path?limit=1", {}), ["x-sdk-date"], "SecretKey")).toBe(
      "5a2ce64c865e0e6046321c6f3d5a77ba8413eeaf355c3166c03d58d02ac79624",
    );
  });

  test("a POST with a query and a body", () => {
    const post = request("POST", "/path?key=value", {}, '{"Name":"test","Id":1}\n');
    expect(sign(post, ["x-sdk-date"], "SecretKey")).toBe(
      "cecc2af119b18ab70b4d094c0750f3b42c02f254903179a0fc2cc72fc9db4f59",
    );
  });

  test("a key pair's creation with four signed headers", () => {
    const headers = {
      "content-type": "application/json",
      host: "kms.cn-north-4.myhuaweicloud.com",
      "x-project-id": project,
      "user-agent": "not signed",
    };
    const post = request("POST", `/v3/${project}/keypairs`, headers, '{"keypair":{"name":"demo2"}}');
    expect(sign(post, ["content-type", "host", "x-project-id", "x-sdk-date"], "SecretKey")).toBe(
      "4ce001434e94e0386dc880e459f911b7040fbe4653e0f7bc5c93089cfa0f237c",
    );
  });

  test("percent-encoding", () => {
    expect(percentEncode("一 (&=?!#%.*)")).toBe("%E4%B8%80%20%28%26%3D%3F%21%23%25.%2A%29");
    expect(percentEncode("aZ09-_.~'")).toBe("aZ09-_.~%27");
  });
});

test("the vendor's own signer gives signatures that fit", () => {
  const body = { keypair: { name: "demo" } };
  const credentials = new BasicCredentials().withAk("AccessKey").withSk("SecretKey");
  const headers = { "content-type": "application/json", "x-project-id": project };
  const signed = AKSKSigner.sign(
    {
      method: "POST",
      endpoint: `http://127.0.0.1:8080/v3/${project}/keypairs`,
      queryParams: { marker: "b c/ü", limit: 5 },
      data: body,
      headers,
    },
    credentials,
  ) as Record<string, string>;
  const sent = Object.fromEntries(
    Object.entries({ ...headers, ...signed }).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const authorization = parseAuthorization(sent.authorization ?? "");
  const query = "limit=5&marker=b%20c%2F%C3%BC";
  const received = request("POST", `/v3/${project}/keypairs?${query}`, sent, JSON.stringify(body));
  expect(authorization?.accessKey).toBe("AccessKey");
  expect(authorization && isSignedWith(received, authorization, "SecretKey")).toBe(true);
  expect(authorization && isSignedWith(received, authorization, "AnotherKey")).toBe(false);
});

test("a signature is for one method, path, query, header and body", () => {
  const headers = { "x-project-id": project };
  const original = request("PUT", "/v1/a/b?limit=1", headers, "{}");
  const signedHeaders = ["x-project-id", "x-sdk-date"];
  const authorization = {
    accessKey: "AccessKey",
    signedHeaders,
    signature: sign(original, signedHeaders, "SecretKey"),
  };
  expect(isSignedWith(original, authorization, "SecretKey")).toBe(true);
  const altered: SignedRequest[] = [
    { ...original, method: "POST" },
    { ...original, segments: ["v1", "a", "c"] },
    { ...original, query: new URLSearchParams("limit=2") },
    { ...original, headers: { ...original.headers, "x-project-id": "another" } },
    { ...original, headers: { ...original.headers, "x-sdk-date": "20060102T150406Z" } },
    { ...original, body: Buffer.from("[]") },
  ];
  for (const request of altered) expect(isSignedWith(request, authorization, "SecretKey")).toBe(false);
});

test("the query is sorted by name, then by value", () => {
  const unsorted = request("GET", "/p?b=2&a=2&a=10&A=1", {});
  const sorted = request("GET", "/p?A=1&a=10&a=2&b=2", {});
  expect(sign(unsorted, ["x-sdk-date"], "k")).toBe(sign(sorted, ["x-sdk-date"], "k"));
});

test.each([
  "",
  "Bearer abc",
  "SDK-HMAC-SHA256 Access=AK, SignedHeaders=x-sdk-date, Signature=zz",
  `SDK-HMAC-SHA256 SignedHeaders=x-sdk-date, Signature=${"0".repeat(64)}`,
])("a malformed header is none: %s", (header) => {
  expect(parseAuthorization(header)).toBeUndefined();
});
