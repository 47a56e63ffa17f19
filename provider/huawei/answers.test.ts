import fc from "fast-check";
import { Answer } from "./answers";
import { HuaweiCloudError } from "./errors/errors";

const call = "KPS ListKeypairDetail";

function read(fields: unknown): Answer {
  return Answer.of(call, fields);
}

function failureOf(act: () => unknown): HuaweiCloudError {
  try {
    act();
  } catch (error) {
    if (error instanceof HuaweiCloudError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("fields as documented", () => {
  test("texts", () => {
    expect(read({ a: "x" }).text("a")).toBe("x");
    expect(read({ a: "" }).text("a")).toBe("");
    expect(read({ a: "x" }).optionalText("a")).toBe("x");
  });

  test("absent and null fields are undefined", () => {
    const answer = read({ a: null });
    for (const name of ["a", "b", "toString", "__proto__"]) {
      expect(answer.optionalText(name)).toBeUndefined();
      expect(answer.optionalInteger(name)).toBeUndefined();
      expect(answer.optionalBoolean(name)).toBeUndefined();
      expect(answer.descriptiveTime(name)).toBeUndefined();
      expect(answer.descriptiveText(name)).toBeUndefined();
      expect(answer.descriptiveObject(name)).toBeUndefined();
      expect(answer.descriptiveObjects(name)).toEqual([]);
      expect(answer.optionalObject(name)).toBeUndefined();
      expect(answer.optionalObjects(name)).toEqual([]);
      expect(failureOf(() => answer.objects(name)).message).toContain(`${name} is not an array`);
    }
  });

  test("integers, also written as texts", () => {
    expect(read({ a: -1 }).optionalInteger("a")).toBe(-1);
    expect(read({ a: "10" }).optionalInteger("a")).toBe(10);
    expect(read({ a: "" }).optionalInteger("a")).toBeUndefined();
  });

  test("booleans", () => {
    expect(read({ a: false }).optionalBoolean("a")).toBe(false);
  });

  test.each([
    ["milliseconds", 1_700_000_000_000],
    ["seconds", 1_700_000_000],
    ["milliseconds in a text", "1700000000000"],
    ["seconds in a text", "1700000000"],
    ["ISO 8601", "2023-11-14T22:13:20Z"],
    ["ISO 8601 with an offset", "2023-11-15T06:13:20.000+08:00"],
  ])("times in %s", (_, value) => {
    expect(read({ a: value }).descriptiveTime("a")).toBe("2023-11-14T22:13:20.000Z");
  });

  test("ids, which become part of paths", () => {
    expect(read({ a: "0f_-Z" }).id("a")).toBe("0f_-Z");
  });

  test.each([0, "", "0"])("the time %j is none", (value) => {
    expect(read({ a: value }).descriptiveTime("a")).toBeUndefined();
  });

  test("objects and arrays of objects", () => {
    expect(
      read({ a: { b: { c: "x" } } })
        .object("a")
        .object("b")
        .text("c"),
    ).toBe("x");
    expect(
      read({ a: [{ b: "x" }, { b: "y" }] })
        .objects("a")
        .map((item) => item.text("b")),
    ).toEqual(["x", "y"]);
  });
});

describe("fields that only describe are as good as absent where they have another shape", () => {
  test.each<[string, unknown, unknown]>([
    ["a text that is a number", read({ a: 0 }).descriptiveText("a"), "0"],
    ["a text that is an object", read({ a: {} }).descriptiveText("a"), undefined],
    ["an object that is a list", read({ a: [] }).descriptiveObject("a"), undefined],
    ["an object that is a text", read({ a: "x" }).descriptiveObject("a"), undefined],
    ["an array that is an object", read({ a: {} }).descriptiveObjects("a"), []],
    ["an array of anything but objects", read({ a: [null, 1, []] }).descriptiveObjects("a"), []],
    ["a time that is no date", read({ a: "soon" }).descriptiveTime("a"), undefined],
    ["a time out of range", read({ a: 1e300 }).descriptiveTime("a"), undefined],
    ["a time that is a boolean", read({ a: true }).descriptiveTime("a"), undefined],
    ["a time that is an object", read({ a: { toString: 1, valueOf: 1 } }).descriptiveTime("a"), undefined],
  ])("%s", (_, value, expected) => {
    expect(value).toEqual(expected);
  });
});

describe("another shape is an error that names the call and the field", () => {
  test.each<[string, (answer: Answer) => unknown, unknown, string]>([
    ["a text that is missing", (answer) => answer.text("a"), {}, "a is not a text"],
    ["a text that is null", (answer) => answer.text("a"), { a: null }, "a is not a text"],
    ["a text that is a number", (answer) => answer.optionalText("a"), { a: 1 }, "a is not a text"],
    ["an id that leads elsewhere", (answer) => answer.id("a"), { a: "../b" }, "a is not an id"],
    ["an id that is empty", (answer) => answer.id("a"), { a: "" }, "a is not an id"],
    ["an id that is endless", (answer) => answer.id("a"), { a: "f".repeat(65) }, "a is not an id"],
    ["an answer about another thing", (answer) => answer.about("a", "x"), { a: "y" }, 'a is not "x"'],
    ["an integer with a fraction", (answer) => answer.optionalInteger("a"), { a: 1.5 }, "a is not an integer"],
    ["an integer that is no number", (answer) => answer.optionalInteger("a"), { a: "x" }, "a is not an integer"],
    ["an integer of blanks", (answer) => answer.optionalInteger("a"), { a: " " }, "a is not an integer"],
    ["an integer that is a list", (answer) => answer.optionalInteger("a"), { a: [] }, "a is not an integer"],
    ["an integer too large", (answer) => answer.optionalInteger("a"), { a: 1e300 }, "a is not an integer"],
    ["a boolean that is a text", (answer) => answer.optionalBoolean("a"), { a: "true" }, "a is not true or false"],
    ["an object that is missing", (answer) => answer.object("a"), {}, "a is not an object"],
    ["an object that is a list", (answer) => answer.object("a"), { a: [] }, "a is not an object"],
    ["an object that is a text", (answer) => answer.optionalObject("a"), { a: "x" }, "a is not an object"],
    ["an array that is an object", (answer) => answer.objects("a"), { a: {} }, "a is not an array"],
    ["an item that is a text", (answer) => answer.objects("a"), { a: [{}, "x"] }, "a[1] is not an object"],
    [
      "a field inside",
      (answer) => answer.object("a").objects("b")[0]?.text("c"),
      { a: { b: [{}] } },
      "a.b[0].c is not a text",
    ],
  ])("%s", (_, act, fields, message) => {
    const error = failureOf(() => act(read(fields)));
    expect(error.message).toBe(`${call} failed: the answer is not as documented: ${message}.`);
    expect(error.operation).toBe(call);
    // The service has answered: what was asked for may have been done.
    expect(error.outcomeUnknown).toBe(true);
  });

  test.each([[undefined], [null], [""], ["text"], [7], [true], [[]]])("the whole answer: %j", (body) => {
    expect(failureOf(() => read(body)).message).toContain("the answer is not an object");
  });
});

test("any JSON is read, or refused with an error that names the call and the field, without its value", () => {
  const readers: ((answer: Answer, name: string) => unknown)[] = [
    (answer, name) => answer.text(name),
    (answer, name) => answer.optionalText(name),
    (answer, name) => answer.optionalInteger(name),
    (answer, name) => answer.optionalBoolean(name),
    (answer, name) => answer.descriptiveTime(name),
    (answer, name) => answer.descriptiveText(name),
    (answer, name) => answer.descriptiveObject(name)?.descriptiveText("inner"),
    (answer, name) => answer.descriptiveObjects(name).map((item) => item.descriptiveTime("inner")),
    (answer, name) => answer.object(name).text("inner"),
    (answer, name) => answer.optionalObject(name),
    (answer, name) => answer.objects(name).map((item) => item.text("inner")),
  ];
  const odd = fc.constantFrom<unknown>(
    { toString: 1, valueOf: 1 },
    { toString: null },
    [[1]],
    [{}],
    "\u0000",
    -0,
    8.64e15,
  );
  const json = fc.oneof(fc.jsonValue(), odd);
  const name = fc.constantFrom("field", "toString", "constructor", "hasOwnProperty");
  fc.assert(
    fc.property(json, name, fc.constantFrom(...readers), (value, field, reader) => {
      try {
        reader(read({ [field]: value }), field);
      } catch (error) {
        expect(error).toBeInstanceOf(HuaweiCloudError);
        expect(String(error)).toContain(call);
        expect(String(error)).toContain(field);
      }
      try {
        reader(Answer.of(call, value), field);
      } catch (error) {
        expect(error).toBeInstanceOf(HuaweiCloudError);
        expect(String(error)).toContain(call);
      }
    }),
    { numRuns: 2000 },
  );
});
