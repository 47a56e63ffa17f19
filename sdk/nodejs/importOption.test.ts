import * as pulumi from "@pulumi/pulumi";
import { recordRegistrations, valueOf, type Registration } from "../../provider/testing/registrations";
import { CloudPhoneKeypairBinding } from "./cloudPhoneKeypairBinding";
import { Keypair } from "./keypair";

const bindingArgs = { keypairName: "key", serverIds: ["id"] };
let registrations: Registration[];

beforeEach(async () => {
  registrations = await recordRegistrations();
});

afterEach(() => {
  jest.restoreAllMocks();
});

describe("the option import, with which a dynamic host crashes,", () => {
  const options = { import: "id" };

  test("is refused, with the ways out", () => {
    expect(() => new Keypair("it", { name: "given" }, options)).toThrow(
      '"it" cannot be imported (option `import`), because it is a dynamic resource: create the key pair with its name, its publicKey and ' +
        "adoptExisting: true, or read it with Keypair.get.",
    );
    expect(() => new CloudPhoneKeypairBinding("it", bindingArgs, options)).toThrow(
      '"it" cannot be imported (option `import`), because it is a dynamic resource: create the binding for its servers, or read what they ' +
        "carry with CloudPhoneKeypairBinding.get.",
    );
    expect(() => new Keypair("it", {}, options)).toThrow(pulumi.RunError);
    expect(registrations).toEqual([]);
  });

  test("may be there without an id", async () => {
    const key = new Keypair("key", {}, { import: undefined });
    const binding = new CloudPhoneKeypairBinding("binding", bindingArgs, { import: null as never });
    await Promise.all([key, binding].map(({ urn }) => valueOf(urn)));
    expect(registrations).toHaveLength(2);
  });
});
