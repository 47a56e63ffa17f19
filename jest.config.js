// Three projects: `unit` needs nothing but Node; `engine` runs the real Pulumi CLI, which tools/engine provides; `native` runs those of the
// same tests again that are true of both hosts, with the plugin in place of the dynamic resources (tests/engine/host.ts).
const transform = { "^.+\\.ts$": ["ts-jest", { tsconfig: "tsconfig.json", diagnostics: false }] };
const common = {
  testEnvironment: "node",
  transform,
  modulePathIgnorePatterns: ["<rootDir>/dist/"],
  setupFiles: ["<rootDir>/tools/jest/smallKeys.js"],
};
const onEngine = {
  ...common,
  roots: ["<rootDir>/tests/engine"],
  globalSetup: "<rootDir>/tests/setup.ts",
  testEnvironment: "<rootDir>/tools/jest/engineEnvironment.js",
  // Protobuf's classes are a global of a test file, which jest would have them lose at its end: what a run of the engine still sends then
  // finds them deleted, and jest warns of it (JEST-01).
  testEnvironmentOptions: { globalsCleanup: "off" },
};

/**
 * Tests of tests/engine that run on both hosts: of what a host has a part in, such as what it checks, compares, records and hides, the
 * account that it makes for all resources, and what it has the engine record of what failed halfway. `answers`, `servers` and `throttling`
 * are about what the service answers to a call, which the same code meets under each host.
 */
const onBothHosts = [
  "keypair",
  "keypairSet",
  "cloudPhoneKeypairBinding",
  "identity",
  "autonaming",
  "replaceOnChanges",
  "badInput",
  "secrets",
  "secretOutputs",
  "faults/(accounts|credentials|deadlines|foreignAnswers|jobs|keypairs|kills|lists|refresh|unseenJobs)",
  "campaign/.*",
];

module.exports = {
  // On a busy machine a test may take seconds.
  testTimeout: 30_000,
  testSequencer: "<rootDir>/tools/jest/engineFirst.js",
  projects: [
    {
      ...common,
      displayName: "unit",
      roots: ["provider", "sdk", "simulator", "tools", "tests/campaign"].map((folder) => `<rootDir>/${folder}`),
    },
    { ...onEngine, displayName: "engine" },
    {
      ...onEngine,
      displayName: "native",
      testRegex: `tests/engine/(${onBothHosts.join("|")})\\.test\\.ts$`,
      testEnvironment: "<rootDir>/tools/jest/nativeEnvironment.js",
    },
  ],
};
