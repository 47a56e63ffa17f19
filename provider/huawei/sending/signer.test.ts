import { AKSKSigner } from "@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner";
import type { ICredential } from "@huaweicloud/huaweicloud-sdk-core/auth/ICredential";
import type { IHttpRequest } from "@huaweicloud/huaweicloud-sdk-core/http/IHttpRequest";
import fc from "fast-check";
import { signRequest, type SignableRequest } from "./signer";
import { percentEncode } from "./urlEncoding";

const key = { accessKey: "AccessKey", secretKey: "SecretKey" };
const date = new Date("2006-01-02T15:04:05Z");

function signatureOf(request: SignableRequest): string | undefined {
  return /Signature=(\w+)$/.exec(signRequest(request, key, date).Authorization ?? "")?.[1];
}

describe("the reference's vectors", () => {
  test("GET with a query", () => {
    const request = { method: "GET", url: "https://example.com/path?limit=1", headers: {}, body: "" };
    expect(signatureOf(request)).toBe("5a2ce64c865e0e6046321c6f3d5a77ba8413eeaf355c3166c03d58d02ac79624");
  });

  test("POST with a query and a body", () => {
    const body = '{"Name":"test","Id":1}\n';
    const request = { method: "POST", url: "https://example.com/path?key=value", headers: {}, body };
    expect(signatureOf(request)).toBe("cecc2af119b18ab70b4d094c0750f3b42c02f254903179a0fc2cc72fc9db4f59");
  });

  test("POST with signed headers", () => {
    const project = "0123456789abcdef0123456789abcdef";
    const host = "kms.cn-north-4.myhuaweicloud.com";
    const request = {
      method: "POST",
      url: `https://${host}/v3/${project}/keypairs`,
      headers: { "Content-Type": "application/json", Host: host, "X-Project-Id": project },
      body: '{"keypair":{"name":"demo2"}}',
    };
    expect(signatureOf(request)).toBe("4ce001434e94e0386dc880e459f911b7040fbe4653e0f7bc5c93089cfa0f237c");
  });

  test("percent-encoding", () => {
    expect(percentEncode("一 (&=?!#%.*)")).toBe("%E4%B8%80%20%28%26%3D%3F%21%23%25.%2A%29");
  });
});

test("the headers carry everything that was signed, and nothing that was not asked for", () => {
  const request = { method: "GET", url: "https://example.com/", headers: { Host: "example.com" }, body: "" };
  expect(signRequest(request, key, date)).toEqual({
    Host: "example.com",
    "X-Sdk-Date": "20060102T150405Z",
    Authorization: expect.stringMatching(
      /^SDK-HMAC-SHA256 Access=AccessKey, SignedHeaders=host;x-sdk-date, Signature=[0-9a-f]{64}$/,
    ) as string,
  });
});

test("a temporary key's security token is sent and signed", () => {
  const request = { method: "GET", url: "https://example.com/", headers: {}, body: "" };
  const headers = signRequest(request, { ...key, securityToken: "token" }, date);
  expect(headers["X-Security-Token"]).toBe("token");
  expect(headers.Authorization).toContain("SignedHeaders=x-sdk-date;x-security-token,");
  const other = signRequest(request, { ...key, securityToken: "other" }, date);
  expect(other.Authorization).not.toBe(headers.Authorization);
});

describe("the vendor's own signer", () => {
  const characters = fc.constantFrom(...Array.from("abcXYZ019-_.~ !#$%&'()*+,/:;=?@[]{}|\"<>^`\\éß一二😀"));
  const text = fc.string({ unit: characters, maxLength: 12 });
  // Characters that the vendor's signer encodes twice are left out of the path.
  const segment = fc.string({
    unit: fc.constantFrom(...Array.from("abcXYZ019-_.~!$&()*+,:;=@é一😀")),
    minLength: 1,
    maxLength: 12,
  });
  const headerName = fc.stringMatching(/^x-[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/);
  const headerValue = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/);

  const cases = fc.record({
    method: fc.constantFrom("GET", "POST", "PUT", "DELETE"),
    segments: fc.array(
      segment.filter((name) => !/^\.{1,2}$/.test(name)),
      { maxLength: 5 },
    ),
    query: fc.dictionary(
      text.filter((name) => name !== ""),
      fc.array(text, { minLength: 1, maxLength: 3 }),
      { maxKeys: 4, noNullPrototype: true },
    ),
    headers: fc.dictionary(headerName, headerValue, { maxKeys: 4, noNullPrototype: true }),
    data: fc.option(fc.dictionary(text, fc.jsonValue(), { noNullPrototype: true }), { nil: undefined }),
    when: fc.date({ min: new Date("1980-01-01"), max: new Date("2100-01-01"), noInvalidDate: true }),
    secretKey: fc.stringMatching(/^[!-~]{1,40}$/),
    securityToken: fc.option(headerValue, { nil: undefined }),
  });

  test("gives the same signature for any request", () => {
    fc.assert(
      fc.property(cases, ({ method, segments, query, headers, data, when, secretKey, securityToken }) => {
        const path = segments.map((name) => `/${name}`).join("") || "/";
        const signed = signRequest(
          {
            method,
            url: `https://kms.example.com${encodePath(path)}?${encodeQuery(query)}`,
            headers: { ...headers, host: "kms.example.com" },
            body: data === undefined ? "" : JSON.stringify(data),
          },
          { accessKey: "AK", secretKey, securityToken },
          when,
        );
        const request = {
          method,
          endpoint: `https://kms.example.com${path}`,
          queryParams: structuredClone(query),
          headers: {
            ...headers,
            ...(securityToken !== undefined && { "X-Security-Token": securityToken }),
            "X-Sdk-Date": signed["X-Sdk-Date"],
          },
          data,
        } as unknown as IHttpRequest;
        const credential = { getAk: () => "AK", getSk: () => secretKey } as unknown as ICredential;
        const expected = AKSKSigner.sign(request, credential) as Record<string, string>;
        expect(signed.Authorization).toBe(expected.Authorization);
      }),
      { numRuns: 300 },
    );
  });

  function encodePath(path: string): string {
    return path.split("/").map(percentEncode).join("/");
  }

  /** In any order: the last name first. */
  function encodeQuery(query: Record<string, string[]>): string {
    return Object.entries(query)
      .flatMap(([name, values]) => values.map((value) => `${percentEncode(name)}=${percentEncode(value)}`))
      .reverse()
      .join("&");
  }
});
