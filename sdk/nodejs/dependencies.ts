import * as pulumi from "@pulumi/pulumi";

/**
 * Ids of the resources that a value comes from or holds. In a preview the id of a resource that is still to be created is unknown, while
 * its outputs may be known already from its inputs.
 */
export function idsOfDependencies(value: unknown): pulumi.Output<pulumi.ID[]> {
  return pulumi.output(dependenciesOf(value).then(idsOf));
}

async function dependenciesOf(value: unknown): Promise<Set<pulumi.Resource>> {
  const resources = new Set<pulumi.Resource>();
  await pulumi.runtime.serializeProperty("dependencies", value, resources);
  return resources;
}

/** What Pulumi's declarations leave out. */
interface Component extends pulumi.Resource {
  /** Settles when an asynchronous construction has ended. */
  __data?: Promise<unknown>;
  __childResources?: Set<pulumi.Resource>;
}

/** A component stands for its children: it has no id, and is registered before them. */
async function idsOf(resources: Iterable<pulumi.Resource>): Promise<pulumi.Output<pulumi.ID>[]> {
  const ids = [...resources].map(async (resource: Component) => {
    if (pulumi.CustomResource.isInstance(resource)) return [resource.id];
    await resource.__data;
    return idsOf(resource.__childResources ?? []);
  });
  return (await Promise.all(ids)).flat();
}
