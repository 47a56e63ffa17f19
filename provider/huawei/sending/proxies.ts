import { BlockList, isIP } from "node:net";
import { ConfigurationError, withoutCredentials } from "../settings/settingValues";
import { quoted } from "../../text/text";

/** A proxy of HTTP, which is asked to connect to the services. */
export interface Proxy {
  /** The environment variable that names it. */
  variable: string;
  protocol: string;
  host: string;
  port: number;
  auth?: { username: string; password: string };
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for calls to a URL; undefined where they go there directly. Throws {@link ConfigurationError} where the environment names
 * one that cannot be asked.
 */
export function proxyFor(url: string, environment: Environment = process.env): Proxy | undefined {
  const target = new URL(url);
  const named = firstSet([`${target.protocol.replace(":", "")}_proxy`, "all_proxy"], environment);
  if (named === undefined || isExcepted(target, firstSet(["no_proxy"], environment)?.value ?? "")) return undefined;
  const { protocol, hostname, port, username, password } = proxyUrl(named);
  return {
    variable: named.variable,
    protocol,
    host: bare(hostname),
    port: Number(port || defaultPorts[protocol]),
    ...(username !== "" && { auth: { username: decoded(username), password: decoded(password) } }),
  };
}

const defaultPorts: Readonly<Record<string, string>> = { "http:": "80", "https:": "443" };

interface Variable {
  variable: string;
  value: string;
}

/** The small form of a variable's name wins over the large one, as in other tools. */
function firstSet(names: readonly string[], environment: Environment): Variable | undefined {
  return names
    .flatMap((name) => [name, name.toUpperCase()])
    .map((variable) => ({ variable, value: environment[variable]?.trim() ?? "" }))
    .find(({ value }) => value !== "");
}

/** Without a scheme, an address is that of a proxy of HTTP. */
function proxyUrl({ variable, value }: Variable): URL {
  const text = value.includes("://") ? value : `http://${value}`;
  const url = URL.canParse(text) && !/\s/.test(text) ? new URL(text) : undefined;
  if (url !== undefined && url.hostname !== "" && url.protocol in defaultPorts) return url;
  const reason = /^socks/i.test(value) ? "SOCKS proxies are not supported" : "that is no URL of an HTTP proxy";
  throw new ConfigurationError(
    `${variable} names the proxy ${quoted(withoutCredentials(value))}: ${reason}. Name one such as http://proxy.example.com:3128, or name ` +
      "the hosts that need none in NO_PROXY.",
  );
}

/** Whether a list of hosts, domains and subnets, each with or without a port, names the target. */
function isExcepted({ protocol, hostname, port }: URL, list: string): boolean {
  const host = bare(hostname);
  const targetPort = port || defaultPorts[protocol];
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)
    .some((entry) => {
      if (entry === "*") return true;
      if (entry.includes("/")) return isInSubnet(host, entry);
      const [, name = entry, onlyPort = targetPort] = /^(\[.+\]|[^:]+):(\d+)$/.exec(entry) ?? [];
      return onlyPort === targetPort && isNamed(host, bare(name));
    });
}

/** A name stands for its subdomains as well; with a dot or an asterisk before it, for those alone. */
function isNamed(host: string, name: string): boolean {
  if (/^[.*]/.test(name)) return host.endsWith(name.replace("*", ""));
  return host === name || host.endsWith(`.${name}`) || (loopback.test(host) && loopback.test(name));
}

const loopback = /^(localhost|127(\.\d+){3}|::1)$/;

function isInSubnet(host: string, subnet: string): boolean {
  const [base = "", bits = ""] = subnet.split("/");
  const family = isIP(base) === 6 ? "ipv6" : "ipv4";
  if (isIP(base) === 0 || isIP(host) !== isIP(base)) return false;
  if (!/^\d{1,3}$/.test(bits) || Number(bits) > (family === "ipv6" ? 128 : 32)) return false;
  const list = new BlockList();
  list.addSubnet(base, Number(bits), family);
  return list.check(host, family);
}

/** A host as it is without the brackets of an IPv6 address, and without the dot that may end a name. */
function bare(host: string): string {
  return host.replace(/^\[|\]$|\.$/g, "");
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
