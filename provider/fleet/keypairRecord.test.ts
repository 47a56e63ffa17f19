import type { KeypairState } from "../schema/types";
import type { Declared } from "./claims";
import { KeypairRecord } from "./keypairRecord";

const region = "cn-north-4";
const [one, two]: [Declared, Declared] = [{ logicalName: "one" }, { logicalName: "two" }];

let record: KeypairRecord;

beforeEach(() => {
  record = new KeypairRecord();
});

function stateOf(name: string): KeypairState {
  return {
    name,
    region,
    publicKey: `key of ${name}`,
    fingerprint: "f",
    type: "ssh",
    scope: "user",
    adoptExisting: false,
    keyProtected: false,
    frozenState: 0,
  };
}

function declare(
  resource: Declared,
  name: string,
  { isNew = false, adoptExisting = false, isDeletedFirst = true } = {},
): void {
  record.declare(resource, { region, name, ...(adoptExisting && { adopted: {} }), isDeletedFirst }, isNew);
}

/** An existing resource of the program, as the engine checks and compares it. */
function existing(resource: Declared, from: string, to = from, isDeletedFirst = true): void {
  declare(resource, to, { isDeletedFirst });
  compare(resource, from, from !== to);
  if (from !== to) declare(resource, to, { isNew: true, isDeletedFirst });
}

function compare(resource: Declared, name: string, isReplaced: boolean, isChanged = isReplaced): void {
  record.compare(resource, stateOf(name), { isChanged, isReplaced, isLost: false });
}

function create(resource: Declared, name: string, error?: Error): Promise<unknown> {
  const run = record.whileCreating(
    resource,
    { region, name },
    () => (error === undefined ? Promise.resolve() : Promise.reject(error)),
    () => false,
  );
  return run.catch(() => undefined);
}

function deletionOf(name: string): string {
  return record.askToDelete(stateOf(name)).kind;
}

describe("a deletion", () => {
  test("of what nobody wants is free", () => {
    existing(two, "b");
    expect(deletionOf("a")).toBe("free");
  });

  test("of what another resource has leaves it to that one", async () => {
    existing(one, "a");
    expect(record.askToDelete(stateOf("a"))).toEqual({ kind: "held", by: one });
    declare(two, "b", { isNew: true });
    await create(two, "b");
    expect(record.askToDelete(stateOf("b"))).toEqual({ kind: "held", by: two });
  });

  test("of what a resource still to be created wants is left to that one", () => {
    declare(one, "a", { isNew: true });
    expect(deletionOf("a")).toBe("left");
    expect(record.replacedBy(one, { region, name: "a" })).toEqual({ own: stateOf("a"), isOwnTaken: false, others: [] });
  });

  test("is doubtful where the resource that wanted the name failed", async () => {
    declare(one, "a", { isNew: true });
    await create(one, "a", new Error("refused"));
    expect(record.askToDelete(stateOf("a"))).toEqual({ kind: "doubtful", by: one });
  });

  test("of the predecessor under another name is left to the replacement, and free after it", async () => {
    existing(one, "a", "b");
    expect(deletionOf("a")).toBe("left");
    expect(record.replacedBy(one, { region, name: "b" })).toEqual({ own: stateOf("a"), isOwnTaken: false, others: [] });
    await create(one, "b");
    expect(deletionOf("a")).toBe("free");
  });

  test("of what is replaced for another reason than a difference is not held by itself", () => {
    declare(one, "a");
    compare(one, "a", false);
    declare(one, "a", { isNew: true });
    expect(deletionOf("a")).toBe("left");
    expect(record.keptBy(one)).toBeUndefined();
  });

  test("does not count in another region", () => {
    declare(one, "a", { isNew: true });
    expect(record.askToDelete({ ...stateOf("a"), region: "cn-south-1" }).kind).toBe("free");
  });
});

describe("a creation", () => {
  test("goes on with what the state has where only an earlier edit asked for a replacement", () => {
    existing(one, "a");
    declare(one, "a", { isNew: true });
    expect(record.keptBy(one)).toEqual(stateOf("a"));
  });

  test("makes another one where the engine, for a reason of its own, has it made before the old one goes", async () => {
    declare(one, "a", { isDeletedFirst: false });
    compare(one, "a", false, true);
    declare(one, "b", { isNew: true, isDeletedFirst: false });
    expect(record.keptBy(one)).toBeUndefined();
    await create(one, "b");
    expect(deletionOf("a")).toBe("free");
  });

  test("takes what another resource gives up, and that one takes nothing twice", async () => {
    existing(one, "a", "b");
    existing(two, "b", "a");
    expect([deletionOf("a"), deletionOf("b")]).toEqual(["left", "left"]);
    expect(record.replacedBy(one, { region, name: "b" })).toEqual({
      own: stateOf("a"),
      isOwnTaken: true,
      others: [stateOf("b")],
    });
    await create(one, "b");
    expect(record.replacedBy(two, { region, name: "a" })).toMatchObject({ isOwnTaken: true, others: [stateOf("a")] });
  });

  test("leaves its own pair where another resource has it as well", async () => {
    existing(one, "a");
    compare(one, "a", true);
    expect(record.replacedBy(one, { region, name: "a" })).toMatchObject({ own: stateOf("a"), isOwnTaken: false });
    existing(two, "a");
    expect(record.replacedBy(one, { region, name: "a" })).toMatchObject({ own: stateOf("a"), isOwnTaken: true });
    await create(two, "a", new Error("refused"));
    expect(record.replacedBy(one, { region, name: "a" })).toMatchObject({ isOwnTaken: true });
  });

  test("with a made-up name replaces nothing: its predecessor is deleted at the end", async () => {
    existing(one, "made-1", "made-2", false);
    expect(record.replacedBy(one, { region, name: "made-2" })).toMatchObject({ own: undefined, others: [] });
    await create(one, "made-2");
    expect(deletionOf("made-1")).toBe("free");
  });
});

describe("a name", () => {
  test("has a rival where two resources want it, unless both take over what exists", () => {
    declare(one, "a", { adoptExisting: true });
    declare(two, "a", { adoptExisting: true });
    expect(record.rivalOf(two)).toBeUndefined();
    declare(two, "a");
    expect(record.rivalOf(two)).toBe(one);
    declare(two, "b");
    expect(record.rivalOf(one)).toBeUndefined();
  });

  test("is made anew where its resource is new or replaced, and not where it is found unchanged", async () => {
    const place = { region, name: "a" };
    expect(record.isRemade(place)).toBe(false);
    declare(one, "a");
    expect(record.isRemade(place)).toBe(true);
    expect(record.comingAt(place)).toEqual({ resource: one, hasBegun: false });
    compare(one, "a", false);
    expect(record.isRemade(place)).toBe(false);
    expect(record.comingAt(place)).toBeUndefined();
    compare(one, "a", true);
    expect(record.isRemade(place)).toBe(true);
    await create(one, "a");
    expect(record.isRemade(place)).toBe(true);
    expect(record.comingAt(place)).toBeUndefined();
  });
});
