import type { CallName } from "./errors/calls";
import { HuaweiCloudError } from "./errors/errors";

/** An object in an answer, read field by field: what has another shape than the vendor's pages say is an error that names it. */
export class Answer {
  private constructor(
    private readonly operation: CallName,
    private readonly path: string,
    private readonly fields: Record<string, unknown>,
  ) {}

  static of(operation: CallName, body: unknown, path = ""): Answer {
    if (typeof body !== "object" || body === null || Array.isArray(body))
      throw unexpectedShape(operation, path || "the answer", "an object");

    return new Answer(operation, path, body as Record<string, unknown>);
  }

  /** A text that must be there. */
  text(name: string): string {
    return this.optionalText(name) ?? this.fail(name, "a text");
  }

  /** A text that must be there and say something. */
  filledText(name: string): string {
    return nonEmpty(this.optionalText(name)) ?? this.fail(name, "a text");
  }

  /** The answer itself, unless it is about another thing than was asked for. Services may tell names apart by case or not. */
  about(name: string, asked: string): this {
    return this.text(name).toLowerCase() === asked.toLowerCase() ? this : this.fail(name, `"${asked}"`);
  }

  /** A text, or undefined where the field is absent or null. */
  optionalText(name: string): string | undefined {
    const value = this.field(name);
    return value === undefined || typeof value === "string" ? value : this.fail(name, "a text");
  }

  /** A text that becomes part of a path, where other characters would lead elsewhere. */
  id(name: string): string {
    const value = this.text(name);
    return /^[A-Za-z0-9_-]{1,64}$/.test(value) ? value : this.fail(name, "an id");
  }

  /** A text that only describes: a number becomes one, and anything else is as good as absent. */
  descriptiveText(name: string): string | undefined {
    const value = this.field(name);
    return typeof value === "number" ? String(value) : typeof value === "string" ? value : undefined;
  }

  /** An integer; the services write some of them as texts. Undefined where the field is absent, null or empty. */
  optionalInteger(name: string): number | undefined {
    const value = this.field(name);
    if (value === undefined || value === "") return undefined;
    const number = typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : value;
    return typeof number === "number" && Number.isSafeInteger(number) ? number : this.fail(name, "an integer");
  }

  /** A boolean, or undefined where the field is absent or null. */
  optionalBoolean(name: string): boolean | undefined {
    const value = this.field(name);
    return value === undefined || typeof value === "boolean" ? value : this.fail(name, "true or false");
  }

  object(name: string): Answer {
    return Answer.of(this.operation, this.field(name), this.pathOf(name));
  }

  optionalObject(name: string): Answer | undefined {
    return this.field(name) === undefined ? undefined : this.object(name);
  }

  /** An object that only describes: anything else is as good as absent. */
  descriptiveObject(name: string): Answer | undefined {
    const value = this.field(name);
    return typeof value === "object" && !Array.isArray(value) ? this.object(name) : undefined;
  }

  /** The objects of an array that only describes: anything else is as good as absent. */
  descriptiveObjects(name: string): Answer[] {
    const value = this.field(name);
    if (!Array.isArray(value)) return [];
    const objects = value.filter((item: unknown) => typeof item === "object" && item !== null && !Array.isArray(item));
    return objects.map((item: unknown) => Answer.of(this.operation, item, this.pathOf(name)));
  }

  /** The objects of an array; none where the field is absent or null. */
  optionalObjects(name: string): Answer[] {
    return this.field(name) === undefined ? [] : this.objects(name);
  }

  /** The objects of an array that must be there: a list without one does not say that it is empty. */
  objects(name: string): Answer[] {
    const value = this.field(name);
    if (!Array.isArray(value)) return this.fail(name, "an array");
    return value.map((item, index) => Answer.of(this.operation, item, `${this.pathOf(name)}[${index}]`));
  }

  /** A moment that only describes, as ISO 8601. The services write milliseconds, although a page says seconds, or a text. */
  descriptiveTime(name: string): string | undefined {
    const value = this.field(name);
    if (typeof value !== "string" && typeof value !== "number") return undefined;
    const number = Number(value);
    if (number === 0) return undefined;
    const moment = Number.isNaN(number) ? value : number < earliestMilliseconds ? number * 1000 : number;
    const date = new Date(moment);
    return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
  }

  private field(name: string): unknown {
    return Object.hasOwn(this.fields, name) ? (this.fields[name] ?? undefined) : undefined;
  }

  private pathOf(name: string): string {
    return this.path === "" ? name : `${this.path}.${name}`;
  }

  private fail(name: string, expected: string): never {
    throw unexpectedShape(this.operation, this.pathOf(name), expected);
  }
}

/** Undefined for an empty text, which the services write where they have nothing to say. */
export function nonEmpty(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}

/** A number of milliseconds below this would lie in 1973, so it is a number of seconds. */
const earliestMilliseconds = 1e11;

function unexpectedShape(operation: CallName, path: string, expected: string): HuaweiCloudError {
  return new HuaweiCloudError({
    operation,
    message: `the answer is not as documented: ${path} is not ${expected}`,
    // Whatever it says, the service has answered: the call may have had its effect.
    outcomeUnknown: true,
  });
}
