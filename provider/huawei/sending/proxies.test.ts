import { proxyFor } from "./proxies";
import { ConfigurationError } from "../settings/settingValues";

const url = "https://kms.cn-north-4.myhuaweicloud.com/v3";

describe("the proxy", () => {
  test.each<[Record<string, string>, string, string | undefined]>([
    [{}, url, undefined],
    [{ HTTPS_PROXY: "http://a:1" }, url, "HTTPS_PROXY"],
    [{ https_proxy: "http://a:1", HTTPS_PROXY: "http://b:1" }, url, "https_proxy"],
    [{ HTTPS_PROXY: " ", ALL_PROXY: "http://a:1" }, url, "ALL_PROXY"],
    [{ HTTPS_PROXY: "http://a:1", all_proxy: "http://b:1" }, url, "HTTPS_PROXY"],
    [{ HTTP_PROXY: "http://a:1" }, url, undefined],
    [{ HTTP_PROXY: "http://a:1", HTTPS_PROXY: "http://b:1" }, "http://kms.example.com", "HTTP_PROXY"],
  ])("of %j for %s is that of %s", (environment, target, variable) => {
    expect(proxyFor(target, environment)?.variable).toBe(variable);
  });

  test.each([
    ["http://proxy.example.com:3128", { protocol: "http:", host: "proxy.example.com", port: 3128 }],
    ["http://proxy.example.com", { protocol: "http:", host: "proxy.example.com", port: 80 }],
    ["https://proxy.example.com/", { protocol: "https:", host: "proxy.example.com", port: 443 }],
    ["proxy.example.com:3128", { protocol: "http:", host: "proxy.example.com", port: 3128 }],
    ["10.0.0.1:3128", { protocol: "http:", host: "10.0.0.1", port: 3128 }],
    ["http://[::1]:3128", { protocol: "http:", host: "::1", port: 3128 }],
    [
      "http://user%40corp:pass%20word%@proxy:1",
      { protocol: "http:", host: "proxy", port: 1, auth: { username: "user@corp", password: "pass%20word%" } },
    ],
    [
      "user:p%40ss@proxy:1",
      { protocol: "http:", host: "proxy", port: 1, auth: { username: "user", password: "p@ss" } },
    ],
  ])("%s is asked at its address", (address, proxy) => {
    expect(proxyFor(url, { HTTPS_PROXY: address })).toEqual({ variable: "HTTPS_PROXY", ...proxy });
  });

  test.each([
    ["socks5://user:s3cret@proxy:1080", '"socks5://…@proxy:1080": SOCKS proxies are not supported.'],
    ["socks5h://proxy:1080", '"socks5h://proxy:1080": SOCKS proxies are not supported.'],
    ["http://user:s3cret@[", '"http://…@[": that is no URL of an HTTP proxy.'],
    ["user:s3cret@proxy:port", '"…@proxy:port": that is no URL of an HTTP proxy.'],
    ["ftp://proxy:21", '"ftp://proxy:21": that is no URL of an HTTP proxy.'],
    ["http://", '"http://": that is no URL of an HTTP proxy.'],
    ["proxy host:1", '"proxy host:1": that is no URL of an HTTP proxy.'],
  ])("that is %s is refused under the name of its variable, without its password", (address, reason) => {
    for (const variable of ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"]) {
      const refused = () => proxyFor(url, { [variable]: address });
      expect(refused).toThrow(ConfigurationError);
      expect(refused).toThrow(
        `${variable} names the proxy ${reason} Name one such as http://proxy.example.com:3128, or name the hosts that need none in NO_PROXY.`,
      );
    }
    expect(proxyFor(url, { HTTPS_PROXY: address, NO_PROXY: "*" })).toBeUndefined();
  });
});

describe("NO_PROXY", () => {
  test.each([
    ["myhuaweicloud.com", url, true],
    ["MYHUAWEICLOUD.COM", url, true],
    [".myhuaweicloud.com", url, true],
    ["*.myhuaweicloud.com", url, true],
    ["huaweicloud.com", url, false],
    ["kms.cn-north-4.myhuaweicloud.com", url, true],
    ["cph.cn-north-4.myhuaweicloud.com", url, false],
    [".example.com", "https://example.com", false],
    ["example.com", "https://example.com", true],
    ["example.com.", "https://example.com./", true],
    ["a.example, example.com b.example", "https://x.example.com", true],
    ["example.com:443", "https://x.example.com", true],
    ["example.com:8443", "https://x.example.com", false],
    ["example.com:8443", "https://x.example.com:8443", true],
    ["*", url, true],
    ["", url, false],
    ["127.0.0.1", "https://127.0.0.1:8443", true],
    ["localhost", "https://127.0.0.1", true],
    ["10.0.0.0/8", "https://10.1.2.3", true],
    ["10.0.0.0/8", "https://11.1.2.3", false],
    ["10.0.0.0/8", "https://ten.example.com", false],
    ["10.0.0.0/33", "https://10.0.0.0", false],
    ["10.0.0.0/x", "https://10.0.0.0", false],
    ["fd00::/8", "https://[fd00::1]", true],
    ["[fd00::1]:443", "https://[fd00::1]", true],
    ["fd00::1", "https://[fd00::1]", true],
  ])("%j and %s", (list, target, isExcepted) => {
    for (const name of ["NO_PROXY", "no_proxy"]) {
      const proxy = proxyFor(target, { HTTPS_PROXY: "http://proxy", [name]: list });
      expect(proxy === undefined).toBe(isExcepted);
    }
  });
});
