import { operation, stoppable } from "../testing/simulatedCloud";
import { SingleLooks } from "./singleLooks";

let looked: { id: string; answer: (seen: string | undefined) => void; fail: (error: Error) => void }[];
let looks: SingleLooks<string>;
let time = 0;

beforeEach(() => {
  looked = [];
  time = 0;
  jest.spyOn(performance, "now").mockImplementation(() => time);
  looks = new SingleLooks(
    (id) =>
      new Promise((answer, fail) => {
        looked.push({ id, answer, fail });
      }),
    () => new Error("stopped"),
  );
});

afterEach(() => {
  jest.restoreAllMocks();
});

const settled = () => new Promise(setImmediate);

async function answer(index: number, seen?: string): Promise<void> {
  await settled();
  looked[index]?.answer(seen);
  await settled();
}

test("who asked before a look began shares it, who asks later does not", async () => {
  const first = looks.at("a", operation());
  await settled();
  const same = looks.at("a", operation(), -1);
  time = 1;
  const later = looks.at("a", operation());
  await answer(0, "one");
  await answer(1, "two");
  expect(await Promise.all([first, same, later])).toEqual(["one", "one", "two"]);
});

test("a look that is under way, however long, is shared by who takes that of others, until it is over for a second", async () => {
  const first = looks.at("a", operation());
  await settled();
  time = 60_000;
  void looks.at("b", operation());
  const other = looks.shownToOthers("a", operation());
  await answer(0, "one");
  expect(await Promise.all([first, other])).toEqual(["one", "one"]);
  time += 1_000;
  expect(await looks.shownToOthers("a", operation())).toBe("one");
  time += 1;
  expect(await looks.shownToOthers("a", operation())).toBeUndefined();
  expect(looked.map(({ id }) => id)).toEqual(["a", "b"]);
});

test("a look that is forgotten while it is under way is nothing to others", async () => {
  const first = looks.at("a", operation());
  const other = looks.shownToOthers("a", operation());
  looks.forget("a");
  await answer(0, "one");
  expect(await Promise.all([first, other])).toEqual(["one", undefined]);
  expect(await looks.shownToOthers("a", operation())).toBeUndefined();
});

test("a look that fails is an error to who asked for it alone, and is not kept", async () => {
  const first = looks.at("a", operation());
  const other = looks.shownToOthers("a", operation());
  await settled();
  looked[0]?.fail(new Error("no answer"));
  await expect(first).rejects.toThrow("no answer");
  expect(await other).toBeUndefined();
  const again = looks.at("a", operation(), -1);
  await answer(1, "one");
  expect(await again).toBe("one");
});

test("a look goes on for the others where who began it stops", async () => {
  const stopping = stoppable();
  const first = looks.at("a", stopping);
  const other = looks.at("a", operation(), -1);
  await settled();
  stopping.stop();
  await expect(first).rejects.toThrow("stopped");
  await answer(0, "one");
  expect(await other).toBe("one");
});
