// Where the tests of the jest project `native` run: programs take their classes from the native SDK (tests/engine/host.ts).
const EngineEnvironment = require("./engineEnvironment");

module.exports = class NativeEnvironment extends EngineEnvironment {
  constructor(...args) {
    super(...args);
    // That of the tests: the worker's own has other test files after this one.
    this.global.process.env.HOST = "native";
  }
};
