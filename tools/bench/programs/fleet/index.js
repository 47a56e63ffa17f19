// Makes the resources that data.json lists.
const resources = require("pulumi-huaweicloud-cph");

for (const { kind, name, args } of require("./data.json")) new resources[kind](name, args);
