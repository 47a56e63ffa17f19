// Which file may import which: `make lint` checks it.

/** The floors of provider/, from the ground up: a file imports from its own floor and from those below it. */
const floors = [
  "^provider/text/",
  "^provider/operation/",
  "^provider/schema/",
  "^provider/huawei/",
  "^provider/fleet/",
  "^provider/contract[.]ts$",
  "^provider/resources/[^/]+[.]ts$",
  "^provider/(resources/[^/]+|functions)/",
  "^provider/hosts/[^/]+[.]ts$",
  "^provider/hosts/[^/]+/",
  "^sdk/",
];

const notTests = "[.]test[.]ts$|/testing/";

module.exports = {
  forbidden: [
    {
      name: "no-circle",
      comment: "Types that Pulumi generates import themselves.",
      severity: "error",
      from: { pathNot: "^sdk/nodejs/native/generated/" },
      to: { circular: true },
    },
    ...floors.slice(0, -1).map((floor, index) => ({
      name: `nothing-above: ${floor}`,
      severity: "error",
      from: { path: floor, pathNot: notTests },
      to: { path: floors.slice(index + 1) },
    })),
    {
      name: "rooms-of-resources-are-apart",
      severity: "error",
      from: { path: "^provider/resources/([^/]+)/", pathNot: `${notTests}|^provider/resources/keypairSet/` },
      to: { path: "^provider/resources/[^/]+/", pathNot: "^provider/resources/$1/" },
    },
    {
      name: "a-set-is-made-of-key-pairs",
      severity: "error",
      from: { path: "^provider/resources/keypairSet/", pathNot: notTests },
      to: { path: "^provider/resources/[^/]+/", pathNot: "^provider/resources/(keypairSet|keypair)/" },
    },
    {
      name: "simulator-is-independent",
      comment: "It is written from the vendor's pages, so that a misreading is not shared.",
      severity: "error",
      from: { path: "^(simulator|tests/campaign/secondCloud)/", pathNot: notTests },
      to: { path: "^(provider|sdk)/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    // Types count as well: who needs another's types knows of it.
    tsPreCompilationDeps: true,
  },
};
