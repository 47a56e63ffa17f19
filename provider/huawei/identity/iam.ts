import { Answer } from "../answers";
import type { CallName } from "../errors/calls";
import type { IamUser } from "../settings/credentials";
import { HuaweiCloudError } from "../errors/errors";
import type { HttpResponse } from "../sending/http";
import type { Operation } from "../../operation/operation";
import { keepSecrets } from "../../text/redaction";
import type { Transport } from "../sending/transport";
import { percentEncode } from "../sending/urlEncoding";

/** A token for one project. */
export interface ProjectToken {
  token: string;
  projectId: string;
  /** How long the token is valid from its issue, in milliseconds. */
  lifetime: number;
}

/**
 * Signs a user in: IAM `POST /v3/auth/tokens`. Throws {@link HuaweiCloudError}; one of status 401 must not be tried again,
 * because repeated wrong passwords lock the user.
 * Vendor's API: KeystoneCreateUserTokenByPassword.
 */
export async function createProjectToken(
  transport: Transport,
  endpoint: string,
  user: IamUser,
  password: string,
  project: { id: string } | { name: string },
  operation: Operation,
): Promise<ProjectToken> {
  const name = "IAM KeystoneCreateUserTokenByPassword";
  const response = await transport.send(
    {
      service: "iam",
      operation: name,
      method: "POST",
      url: `${endpoint}/v3/auth/tokens?nocatalog=true`,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        auth: { identity: { methods: ["password"], password: { user: { ...user, password } } }, scope: { project } },
      }),
      idempotent: true,
    },
    operation,
    (request) => Promise.resolve(request.headers),
  );
  const token = subjectTokenOf(name, response);
  const details = Answer.of(name, response.body).object("token");
  const issued = Date.parse(details.descriptiveTime("issued_at") ?? new Date().toISOString());
  const expires = details.descriptiveTime("expires_at");
  return {
    token,
    projectId: details.object("project").id("id"),
    lifetime: expires === undefined ? shortestLifetime : Date.parse(expires) - issued,
  };
}

/** The token that an answer of IAM carries. */
export function subjectTokenOf(operation: CallName, { headers }: HttpResponse): string {
  const token = headers["x-subject-token"];
  if (typeof token !== "string" || token === "")
    throw new HuaweiCloudError({ operation, message: "the answer carries no X-Subject-Token header" });

  keepSecrets([token]);
  return token;
}

/** Of a token that does not say when it expires, in milliseconds; the service's are valid for a day. */
const shortestLifetime = 3_600_000;

/**
 * Path and query of IAM's project list by name: `GET /v3/projects?name=`.
 * Vendor's API: KeystoneListProjects.
 */
export function projectsPath(name: string): string {
  return `/v3/projects?name=${percentEncode(name)}`;
}

/** Path of IAM's list of all projects that the caller has access to. */
export const allProjectsPath = "/v3/projects";

/** Whether IAM's answer shows the project. */
export function showsProject(body: unknown, id: string): boolean {
  return Answer.of("IAM KeystoneListProjects", body)
    .objects("projects")
    .some((project) => project.id("id") === id);
}

/** The id of the one project in IAM's answer. Throws where there is none, or more than one. */
export function projectIdOf(body: unknown, name: string): string {
  const operation = "IAM KeystoneListProjects";
  const projects = Answer.of(operation, body)
    .objects("projects")
    .filter((project) => (project.optionalText("name") ?? name) === name);
  const [project] = projects;
  if (project === undefined || projects.length > 1) {
    throw new HuaweiCloudError({
      operation,
      message: `${projects.length === 0 ? "there is no project" : `there are ${projects.length} projects`} named "${name}"`,
      hint: "Set huaweicloud-cph:projectId, or correct the region or projectName.",
    });
  }
  return project.id("id");
}
