// Where the tests of the jest project `native` run: programs take their classes from the native SDK (tests/engine/host.ts).
const { TestEnvironment } = require("jest-environment-node");

/** What Pulumi's SDK rejects an output with that a program registers after the engine has ended the run, because of another resource. */
const programsOutlivedTheirRun = "Resource monitor is terminating";

module.exports = class NativeEnvironment extends TestEnvironment {
  constructor(...args) {
    super(...args);
    // That of the tests: the worker's own has other test files after this one.
    this.global.process.env.HOST = "native";
  }

  // A program in a process of its own is ended with its run. One in the test's process is not, and jest would have the file fail for what
  // nobody handles.
  handleTestEvent({ name, error, promise }) {
    if (name === "error" && error?.message === programsOutlivedTheirRun) promise?.catch(() => undefined);
  }
};
