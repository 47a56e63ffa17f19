import type { CheckContext } from "../../contract";
import type { Problem } from "../../schema/validation";
import { grouped } from "../../text/grouped";
import { quoted } from "../../text/text";
import { isKnownText, isMap } from "../inputs";
import { propertiesOf } from "./forms";
import { isListOfKnownTexts } from "./inputs";

/** A server carries one key pair: two bindings of it would take it from each other for ever. */
export function rivalProblems({ declared, record }: CheckContext, inputs: Record<string, unknown>): Problem[] {
  const { region, serverIds, keypairNames } = inputs;
  const named = isMap(keypairNames) ? Object.keys(keypairNames) : serverIds;
  if (!isKnownText(region) || !isListOfKnownTexts(named)) return [];
  record.bindings.declare(declared, region, named);
  const rivals = grouped(named, (serverId) => record.bindings.rivalOf(declared, region, serverId)?.logicalName ?? "");
  const { servers: property } = propertiesOf({ type: isMap(keypairNames) ? "map" : "list" });
  return [...rivals].flatMap(([rival, [first = "", ...others]]) => {
    if (rival === "") return [];
    const more = others.length > 0 ? ` and ${others.length} more` : "";
    const reason = `names server ${quoted(first)}${more}, as "${rival}" does; a server carries one key pair, so one binding may name it`;
    return [{ property, reason }];
  });
}
