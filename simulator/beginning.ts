import type { Cloud, Project } from "./cloud";
import type { NewAgency, NewIdentityProvider, NewMachineAgency, ResolvedOptions } from "./options";

/** Puts into an empty cloud what it begins with: all that the options name, and the projects that were kept. */
export function fillCloud(cloud: Cloud, options: ResolvedOptions, kept: readonly Project[]): void {
  addCredentials(cloud, options);
  const { domain, projects, faults } = options;
  for (const fault of faults) cloud.faults.add(fault);

  for (const project of kept) cloud.projects.set(project.id, project);

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

/** Adds those who can act, and all that they can prove it with. */
function addCredentials(cloud: Cloud, options: ResolvedOptions): void {
  const { domain, user, password, accessKey, secretKey, users, accessKeys } = options;
  for (const somebody of [{ name: user, password, domain }, ...users]) cloud.identity.addUser(somebody);

  for (const key of [{ accessKey, secretKey, user }, ...accessKeys]) cloud.identity.addAccessKey(key);

  for (const agency of options.agencies) addAgency(cloud, options, agency);

  for (const provider of options.identityProviders) addIdentityProvider(cloud, options, provider);

  setMachineAgency(cloud, options, options.machineAgency);
}

/** Adds a project with the usual number of servers. */
export function addProject(cloud: Cloud, options: ResolvedOptions, name: string, id: string, domain: string): void {
  const project = cloud.addProject(name, id, domain);
  for (let number = 0; number < options.servers; number++) cloud.addServer(project);
}

/** Adds an agency that trusts the first account, unless it says otherwise. */
export function addAgency(cloud: Cloud, { domain: trustedDomain }: ResolvedOptions, agency: NewAgency): void {
  cloud.agencies.add({ trustedDomain, ...agency });
}

/** Adds an identity provider whose id tokens stand for the first user, unless it says otherwise. */
export function addIdentityProvider(cloud: Cloud, { user }: ResolvedOptions, provider: NewIdentityProvider): void {
  const whole = { user, ...provider };
  if (cloud.identity.userOfName(whole.user) === undefined) throw new Error(`There is no user "${whole.user}".`);

  cloud.identityProviders.add(whole);
}

/** Gives the machine an agency of the first account, unless it says otherwise, or takes it away. */
export function setMachineAgency(cloud: Cloud, { domain }: ResolvedOptions, agency?: NewMachineAgency): void {
  cloud.machine.setAgency(agency && { domain, ...agency });
}
