import { redactSecrets } from "../text/redaction";
import { keepSecretInputs } from "./secretInputs";

const keypairs = {
  alice: { publicKey: "ssh-ed25519 keyOfAlice", description: "words of alice" },
  bob: { publicKey: "ssh-ed25519 keyOfBob", description: "words of bob" },
};

test("what is secret within a map is kept out of messages by its path, and the rest of the map is shown", () => {
  keepSecretInputs({ keypairs }, ["keypairs/alice/description", "keypairs/nobody/description"]);
  expect(redactSecrets("words of alice, words of bob")).toBe("[secret], words of bob");
});

test("of a map that is secret as a whole everything is kept out of messages but the public keys", () => {
  keepSecretInputs({ keypairs }, ["keypairs"]);
  expect(redactSecrets("words of bob, keyOfBob")).toBe("[secret], keyOfBob");
  expect(redactSecrets(keypairs.bob.publicKey)).toBe(keypairs.bob.publicKey);
});

test("a public key that is an argument by itself is kept out of messages where it is secret", () => {
  keepSecretInputs({ publicKey: "ssh-ed25519 keyOfCarol" }, ["publicKey"]);
  expect(redactSecrets("it is ssh-ed25519 keyOfCarol")).toBe("it is [secret]");
});
