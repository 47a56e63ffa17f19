// The order of jest's suites: those on the engine take longest, and begin. What is left for the end is short, so that no core stands idle.
const { default: TestSequencer } = require("@jest/test-sequencer");

/** Files that take longer than others of their size, by which jest orders those that it has not seen run. */
const takesLong = /\/(unseenJobs|kills|campaign\/.*|examples|fleetInLanguages|packagingVersions)\.test\.ts$/;

module.exports = class EngineFirst extends TestSequencer {
  sort(tests) {
    const turnOf = ({ path, context }) => {
      const isOnEngine = context.config.displayName?.name !== "unit";
      return (isOnEngine ? 0 : 2) + (takesLong.test(path) ? 0 : 1);
    };
    return super.sort(tests).sort((a, b) => turnOf(a) - turnOf(b));
  }
};
