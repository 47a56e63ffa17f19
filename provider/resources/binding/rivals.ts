import type { CheckContext } from "../../contract";
import type { Problem } from "../../schema/validation";
import { grouped } from "../../text/grouped";
import { quoted } from "../../text/text";
import { isKnownText } from "../inputs";
import { isListOfKnownTexts } from "./inputs";

/** A server carries one key pair: two bindings of it would take it from each other for ever. */
export function rivalProblems(
  { declared, record }: CheckContext,
  { region, serverIds }: { region?: unknown; serverIds?: unknown },
): Problem[] {
  if (!isKnownText(region) || !isListOfKnownTexts(serverIds)) return [];
  record.bindings.declare(declared, region, serverIds);
  const rivals = grouped(
    serverIds,
    (serverId) => record.bindings.rivalOf(declared, region, serverId)?.logicalName ?? "",
  );
  return [...rivals].flatMap(([rival, [first = "", ...others]]) => {
    if (rival === "") return [];
    const more = others.length > 0 ? ` and ${others.length} more` : "";
    const reason = `names server ${quoted(first)}${more}, as "${rival}" does; a server carries one key pair, so one binding may name it`;
    return [{ property: "serverIds", reason }];
  });
}
