// The order of jest's suites: those on the engine take longest, and begin. What is left for the end is short, so that no core stands idle.
const { default: TestSequencer } = require("@jest/test-sequencer");

module.exports = class EngineFirst extends TestSequencer {
  sort(tests) {
    const isOnEngine = ({ context }) => context.config.displayName?.name !== "unit";
    const sorted = super.sort(tests);
    return [...sorted.filter(isOnEngine), ...sorted.filter((test) => !isOnEngine(test))];
  }
};
