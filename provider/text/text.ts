import { redactSecrets } from "./redaction";

/** Text from elsewhere as messages show it: without secrets, printable and not endless. */
export function presentable(text: string, longest: number): string {
  const redacted = redactSecrets(text);
  return printable(redacted.length > longest ? `${redacted.slice(0, longest)}…` : redacted);
}

/** Text from the cloud without the characters that would steer a terminal, turn its direction, or are half of one. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]+/gu, " ").replace(/\p{Surrogate}/gu, "\ufffd");
}

/** A value as a message may show it: whoever mixes up properties may have put anything into it. */
export function quoted(value: string): string {
  return JSON.stringify(presentable(value, longestQuotation));
}

/** A text as a sentence: one full stop ends it, unless a question or an exclamation mark does. */
export function asSentence(text: string): string {
  const ended = text.replace(/[.。:;,]+$/u, "");
  return /[?!？！]$/u.test(ended) ? ended : `${ended}.`;
}

/** A sentence that is to go on: without its full stop. */
export function withoutFullStop(text: string): string {
  return text.trim().replace(/[.。]$/u, "");
}

/** As many items as a line is to name, and how many more there are. */
export function enumerated<T>(items: readonly T[], most: number, show: (item: T) => string): string {
  const named = items.slice(0, most).map(show).join(", ");
  return items.length > most ? `${named} and ${items.length - most} more` : named;
}

const longestQuotation = 300;
