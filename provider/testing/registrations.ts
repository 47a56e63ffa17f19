import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";

/** A resource as the SDK hands it to the engine. */
export interface Registration {
  type: string;
  name: string;
  /** Id of a resource that is only read. */
  id?: string;
  inputs: Record<string, unknown>;
  secretInputs: string[];
  secretOutputs: string[];
}

/** The part of the engine's protocol that mocks are not told. */
interface RegisterRequest {
  getName(): string;
  getAdditionalsecretoutputsList(): string[];
}

/**
 * Has programs run without an engine: what they register is noted, and has no outputs but its inputs. To this package the mocks are an
 * engine, so that functions call the service.
 */
export async function recordRegistrations({ preview = false } = {}): Promise<Registration[]> {
  const registrations: Registration[] = [];
  const spies = [
    jest.spyOn(MockMonitor.prototype, "registerResource"),
    jest.spyOn(MockMonitor.prototype, "readResource"),
  ];
  const requestOf = (name: string) =>
    spies
      .flatMap(({ mock }) => mock.calls.map(([request]) => request as RegisterRequest))
      .find((request) => request.getName() === name);
  jest.spyOn(pulumi.runtime, "getMonitor").mockReturnValue({} as ReturnType<typeof pulumi.runtime.getMonitor>);
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, id, inputs }) => {
        const given = Object.entries(inputs as Record<string, unknown>);
        registrations.push({
          type,
          name,
          ...(id !== undefined && id !== "" && { id }),
          inputs: Object.fromEntries(given.map(([key, value]) => [key, pulumi.runtime.unwrapRpcSecret(value)])),
          secretInputs: given.filter(([, value]) => pulumi.runtime.isRpcSecret(value)).map(([key]) => key),
          secretOutputs: requestOf(name)?.getAdditionalsecretoutputsList() ?? [],
        });
        // A resource that is created comes with an empty id, and has none before the update.
        const ownId = preview ? undefined : `${name}-id`;
        return { id: id === "" ? ownId : id, state: inputs as object };
      },
      call: () => ({}),
    },
    "project",
    "stack",
    preview,
  );
  return registrations;
}

/** The value of an output that is known. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply((value) => {
      resolve(value);
    });
  });
}
