// Answers with what data.json recorded, at once.
const resources = require("./data.json");

// A key pair has a name, no two bindings have the same first server, and there is one set, or one map.
const keyOf = ({ name, serverIds }) => name ?? serverIds?.[0] ?? "the only one";
const recordedBy = new Map(resources.map((resource) => [keyOf(resource.inputs), resource]));

module.exports.recorded = {
  check: async (_olds, inputs) => ({ inputs }),
  diff: async () => ({ changes: false }),
  create: async (inputs) => {
    const { id, outputs } = recordedBy.get(keyOf(inputs));
    return { id, outs: outputs };
  },
  read: async (id, props) => ({ id, props, inputs: recordedBy.get(keyOf(props)).inputs }),
};
