// Loaded before all else into the processes of dynamic providers (`node --require`): what Pulumi's SDK serialises functions with, the
// TypeScript compiler and more, is loaded where it is used, instead of at every start, most of whose time it takes. The package's resources
// serialise none.
const Module = require("node:module");

const load = Module._load;

Module._load = function (request, parent, isMain) {
  const exportsOf = () => load.call(Module, request, parent, isMain);
  const isLate = request.startsWith("./closure/") && parent.filename.endsWith("/@pulumi/pulumi/runtime/index.js");
  return isLate
    ? new Proxy(
        {},
        {
          get:
            (_, name) =>
            (...args) =>
              exportsOf()[name](...args),
        },
      )
    : exportsOf();
};
