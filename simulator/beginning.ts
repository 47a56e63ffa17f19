import type { Cloud, Project } from "./cloud";
import type { ResolvedOptions } from "./options";

/** Puts into an empty cloud what it begins with: the options' users, faults and projects, and the projects that were kept. */
export function fillCloud(cloud: Cloud, options: ResolvedOptions, kept: readonly Project[]): void {
  const { domain, user, password, accessKey, secretKey, projects, users, accessKeys, faults } = options;
  for (const somebody of [{ name: user, password, domain }, ...users]) {
    cloud.identity.addUser(somebody);
  }
  for (const key of [{ accessKey, secretKey, user }, ...accessKeys]) {
    cloud.identity.addAccessKey(key);
  }
  for (const fault of faults) {
    cloud.faults.add(fault);
  }
  for (const project of kept) {
    cloud.projects.set(project.id, project);
  }
  for (const [name, id] of Object.entries(projects)) {
    const project = cloud.projects.get(id);
    if (project === undefined) {
      addProject(cloud, options, name, id, domain);
    } else {
      // The account may have another name than in the run that kept the project.
      cloud.projects.set(id, { ...project, name, domain });
    }
  }
}

/** Adds a project with the usual number of servers. */
export function addProject(cloud: Cloud, options: ResolvedOptions, name: string, id: string, domain: string): void {
  const project = cloud.addProject(name, id, domain);
  for (let number = 0; number < options.servers; number++) {
    cloud.addServer(project);
  }
}
