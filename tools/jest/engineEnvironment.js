// Where the tests of the jest project `engine` run.
const { TestEnvironment } = require("jest-environment-node");

/** What Pulumi's SDK rejects with in a program whose run the engine has ended, because of another resource or before it began. */
const programsOutlivedTheirRun = [
  "Resource monitor is terminating",
  "14 UNAVAILABLE: No connection established. Last error: Error: connect ECONNREFUSED",
];

module.exports = class EngineEnvironment extends TestEnvironment {
  // A program in a process of its own is ended with its run. One in the test's process is not, and jest would have the file fail for what
  // nobody handles.
  handleTestEvent({ name, error, promise }) {
    if (name !== "error" || typeof error?.message !== "string") return;
    if (programsOutlivedTheirRun.some((beginning) => error.message.startsWith(beginning)))
      promise?.catch(() => undefined);
  }
};
