import type { IncomingMessage, ServerResponse } from "node:http";
import type { KeypairChange, KeypairReplacement, ServerChange } from "./changes";
import type { NewServer } from "./cloud";
import type { Controls } from "./controls";
import { messageOf } from "./errors";
import { parseFaultRule } from "./faultRule";
import { checkFields, flag, listOf, nullable, number, oneOf, optional, text, type Fields } from "./fields";
import { parseJson, readBody, readTarget, send } from "./http";
import type { AccessKey, User } from "./identity";
import { isObject, type JsonObject } from "./json";
import { operations } from "./operations";
import type { NewAgency, NewIdentityProvider, NewMachineAgency } from "./options";
import { findRoute, type PathParameters } from "./routes";
import { parseVariants, variantTable } from "./variants";

interface AdminCall {
  readonly body: JsonObject;
  readonly parameters: PathParameters;
  readonly query: URLSearchParams;
}

type Handler = (controls: Controls, call: AdminCall) => unknown;

/** Carries out each admin call, by its method and path. */
const handlers: Readonly<Record<string, Handler>> = {
  "GET /_admin": () => ({ calls: Object.keys(handlers), variants: variantTable, operations }),
  "GET /_admin/calls": (controls, { query }) => controls.calls(Number(query.get("latest") ?? Infinity)),
  "DELETE /_admin/calls": (controls) => {
    controls.clearCalls();
  },
  "GET /_admin/faults": (controls) => controls.faults(),
  "POST /_admin/faults": (controls, { body }) => ({ id: controls.addFault(parseFaultRule(body)) }),
  "DELETE /_admin/faults": (controls) => {
    controls.clearFaults();
  },
  "DELETE /_admin/faults/{id}": (controls, { parameters: { id } }) => ({ removed: controls.removeFault(Number(id)) }),
  "GET /_admin/variants": (controls) => controls.variants(),
  "PATCH /_admin/variants": (controls, { body }) => {
    controls.setVariants(parseVariants(body));
    return controls.variants();
  },
  "GET /_admin/state": (controls) => controls.state(),
  "POST /_admin/reset": (controls) => {
    controls.reset();
  },
  "POST /_admin/clock": (controls, { body }) => {
    const { advanceSeconds } = readClock(body);
    controls.advanceClock(advanceSeconds);
  },
  "PUT /_admin/keypairs/{project}/{name}": (controls, { body, parameters: { project = "", name = "" } }) =>
    controls.replaceKeypair(project, name, readReplacement(body)),
  "PATCH /_admin/keypairs/{project}/{name}": (controls, { body, parameters: { project = "", name = "" } }) => {
    controls.changeKeypair(project, name, readKeypairChange(body));
  },
  "DELETE /_admin/keypairs/{project}/{name}": (controls, { parameters: { project = "", name = "" } }) => ({
    removed: controls.deleteKeypair(project, name),
  }),
  "POST /_admin/servers/{project}": (controls, { body, parameters: { project = "" } }) =>
    controls.addServer(project, readNewServer(body)),
  "PATCH /_admin/servers/{project}/{id}": (controls, { body, parameters: { project = "", id = "" } }) => {
    controls.changeServer(project, id, readServerChange(body));
  },
  "DELETE /_admin/servers/{project}/{id}": (controls, { parameters: { project = "", id = "" } }) => ({
    removed: controls.removeServer(project, id),
  }),
  "POST /_admin/projects": (controls, { body }) => {
    const { name, id, domain } = readProject(body);
    controls.addProject(name, id, domain);
  },
  "POST /_admin/users": (controls, { body }) => {
    const { domain } = controls.credentials;
    controls.addUser({ domain, ...readUser(body) });
  },
  "POST /_admin/access-keys": (controls, { body }) => {
    const { user } = controls.credentials;
    controls.addAccessKey({ user, ...readAccessKey(body) });
  },
  "DELETE /_admin/access-keys/{accessKey}": (controls, { parameters: { accessKey = "" } }) => ({
    removed: controls.revokeAccessKey(accessKey),
  }),
  "POST /_admin/tokens/expire": (controls) => {
    controls.expireTokens();
  },
  "POST /_admin/access-keys/expire": (controls) => {
    controls.expireTemporaryKeys();
  },
  "POST /_admin/agencies": (controls, { body }) => {
    controls.addAgency(readAgency(body));
  },
  "DELETE /_admin/agencies/{domain}/{name}": (controls, { parameters: { domain = "", name = "" } }) => ({
    removed: controls.removeAgency(name, domain),
  }),
  "POST /_admin/identity-providers": (controls, { body }) => {
    controls.addIdentityProvider(readIdentityProvider(body));
  },
  "PUT /_admin/machine-agency": (controls, { body }) => {
    controls.setMachineAgency(readMachineAgency(body));
  },
  "DELETE /_admin/machine-agency": (controls) => {
    controls.setMachineAgency();
  },
};

const routes = Object.entries(handlers).map(([call, handler]) => {
  const [method = "", path = ""] = call.split(" ");
  return { method, path, handler };
});

const serverFields: Fields<keyof ServerChange> = {
  name: optional(text),
  status: optional(number),
  keypairName: optional(text),
  trustedKey: optional(nullable(text)),
  scalingUp: optional(flag),
  phoneModelName: optional(text),
  networkVersion: optional(oneOf("v1", "v2")),
};

const readServerChange = reader<ServerChange>(serverFields);

const readNewServer = reader<NewServer>({
  ...serverFields,
  id: optional(text),
  availabilityZone: optional(text),
  serverModelName: optional(text),
});

const readKeypairChange = reader<KeypairChange>({
  publicKey: optional(text),
  description: optional(text),
  scope: optional(oneOf("user", "domain")),
  userId: optional(text),
  frozenState: optional(number),
  privateKey: optional(nullable(text)),
});

const readReplacement = reader<KeypairReplacement>({
  publicKey: optional(text),
  type: optional(oneOf("ssh", "x509")),
  scope: optional(oneOf("user", "domain")),
  description: optional(text),
});

const readProject = reader<{ name: string; id: string; domain?: string }>({
  name: text,
  id: text,
  domain: optional(text),
});

const readUser = reader<Omit<User, "domain"> & { domain?: string }>({
  name: text,
  password: text,
  domain: optional(text),
});

const readAccessKey = reader<Omit<AccessKey, "user"> & { user?: string }>({
  accessKey: text,
  secretKey: text,
  user: optional(text),
  securityToken: optional(text),
});

const readAgency = reader<NewAgency>({ name: text, domain: text, trustedDomain: optional(text) });

const readIdentityProvider = reader<NewIdentityProvider>({
  id: text,
  user: optional(text),
  idTokens: listOf({ text, seconds: optional(number) }),
});

const readMachineAgency = reader<NewMachineAgency>({ name: text, domain: optional(text) });

const readClock = reader<{ advanceSeconds: number }>({ advanceSeconds: number });

/** Answers a call of the admin API: JSON in, JSON out; 204 where there is nothing to tell. */
export async function answerAdminCall(
  controls: Controls,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { segments = [], query } = readTarget(request);
  const found = findRoute(routes, request.method ?? "", segments);
  if (found === undefined) {
    sendJson(response, 404, { error: "There is no such admin call. GET /_admin lists them all." });
    return;
  }
  const body = await readBody(request);
  const json = body === undefined ? { valid: false } : parseJson(body);
  if (!json.valid || !(json.value === undefined || isObject(json.value))) {
    sendJson(response, 400, { error: "The body must be a JSON object." });
    return;
  }
  try {
    const result: unknown = await found.route.handler(controls, {
      body: json.value ?? {},
      parameters: found.parameters,
      query,
    });
    if (result === undefined) send(response, 204, {}, "");
    else sendJson(response, 200, result);
  } catch (error) {
    sendJson(response, 400, { error: messageOf(error) });
  }
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  send(response, status, { "Content-Type": "application/json; charset=utf-8" }, JSON.stringify(body));
}

/** Makes what reads the body of a call, and throws where a field is not what the type says. */
function reader<T extends object>(fields: Fields<keyof T & string>): (body: JsonObject) => T {
  return (body) => {
    checkFields("the body", body, fields);
    return body as T;
  };
}
