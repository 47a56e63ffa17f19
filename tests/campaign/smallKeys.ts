/**
 * Stands in for `node:crypto`, so that the simulated service has RSA keys at hand instead of making each for a tenth of a second:
 * `jest.mock("node:crypto", () => jest.requireActual<object>("./smallKeys"))`.
 */
import { promisify } from "node:util";

const actual = jest.requireActual<typeof import("node:crypto")>("node:crypto");
const generate = promisify(actual.generateKeyPair);

/** More than one scenario has at a time; then they come round again. */
const stock = Array.from({ length: 20 }, () => generate("rsa", { modulusLength: 1024 }));
let taken = 0;

function takeKeyPair(): Promise<object> | undefined {
  return stock[taken++ % stock.length];
}

module.exports = {
  ...actual,
  generateKeyPair: Object.assign(actual.generateKeyPair.bind(undefined), { [promisify.custom]: takeKeyPair }),
};
