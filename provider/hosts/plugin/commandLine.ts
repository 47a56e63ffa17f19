import packageSchema from "../../../schema.json";

const texts: Readonly<Record<string, string>> = {
  "--version": packageSchema.version,
  "--help":
    `The plugin of ${packageSchema.displayName} for Pulumi, ${packageSchema.version}. Pulumi starts it by itself: ` +
    "`pulumi plugin install resource` installs it.",
};

/** What a person who starts the plugin asks about it, if that is what the arguments say: the engine gives others, or none. */
export function answerTo(args: readonly string[]): string | undefined {
  const [first = "", ...more] = args;
  return more.length === 0 && Object.hasOwn(texts, first) ? texts[first] : undefined;
}
