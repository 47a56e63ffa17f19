import { Answer } from "../answers";
import { HuaweiCloudError } from "../errors/errors";
import { percentEncode } from "../sending/urlEncoding";

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
