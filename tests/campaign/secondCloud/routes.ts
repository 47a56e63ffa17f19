/** Which operation a method and a path stand for. The names are those of the vendor's SDKs. */
import type { Operation, Service } from "../../../simulator";
import type { Account } from "./account";
import type { Answer, Call } from "./call";
import { listJobs, listServers, openAccess, showJob, showServer } from "./cph";
import { createToken, listProjects } from "./iam";
import {
  batchImport,
  clearPrivateKey,
  createKeypair,
  deleteKeypair,
  exportPrivateKey,
  importPrivateKey,
  listKeypairs,
  showKeypair,
  updateDescription,
} from "./kps";

type Handler = (account: Account, call: Call) => Answer | Promise<Answer>;

export interface Route {
  readonly operation: Operation;
  readonly service: Service;
  readonly method: string;
  readonly path: RegExp;
  readonly handle: Handler;
}

const routes: readonly Route[] = [
  ...serviceRoutes("kps", "/v3/{project}/keypairs", [
    ["POST", "/batch-import", "BatchImportKeypair", batchImport],
    ["POST", "/private-key/import", "ImportPrivateKey", importPrivateKey],
    ["POST", "/private-key/export", "ExportPrivateKey", exportPrivateKey],
    ["DELETE", "/{target}/private-key", "ClearPrivateKey", clearPrivateKey],
    ["POST", "", "CreateKeypair", createKeypair],
    ["GET", "", "ListKeypairs", listKeypairs],
    ["GET", "/{target}", "ListKeypairDetail", showKeypair],
    ["PUT", "/{target}", "UpdateKeypairDescription", updateDescription],
    ["DELETE", "/{target}", "DeleteKeypair", deleteKeypair],
  ]),
  ...serviceRoutes("cph", "/v1/{project}/cloud-phone", [
    ["PUT", "/servers/open-access", "UpdateKeypair", openAccess],
    ["GET", "/servers", "ListCloudPhoneServers", listServers],
    ["GET", "/servers/{target}", "ShowCloudPhoneServerDetail", showServer],
    ["GET", "/jobs", "ListJobs", listJobs],
    ["GET", "/jobs/{target}", "ShowJob", showJob],
  ]),
  ...serviceRoutes("iam", "/v3", [
    ["POST", "/auth/tokens", "KeystoneCreateUserTokenByPassword", createToken],
    ["GET", "/projects", "KeystoneListProjects", listProjects],
  ]),
];

function serviceRoutes(
  service: Service,
  base: string,
  operations: readonly (readonly [method: string, path: string, operation: Operation, handle: Handler])[],
): Route[] {
  return operations.map(([method, path, operation, handle]) => {
    const pattern = `${base}${path}`.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)");
    return { operation, service, method, path: new RegExp(`^${pattern}$`), handle };
  });
}

export interface Found {
  readonly route: Route;
  /** As they stand in the path; the operations of IAM are about no project. */
  readonly project: string | undefined;
  readonly target: string;
}

export function findRoute(method: string, path: string): Found | undefined {
  const route = routes.find((each) => each.method === method && each.path.test(path));
  if (route === undefined) return undefined;
  const { project, target = "" } = route.path.exec(path)?.groups ?? {};
  return { route, project, target: decodeURIComponent(target) };
}
