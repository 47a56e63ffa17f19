import { Acceptance } from "./acceptance";
import { HuaweiCloudError } from "../errors/errors";

afterEach(() => {
  jest.restoreAllMocks();
});

const refused = () =>
  Promise.reject(new HuaweiCloudError({ operation: "IAM CreateTokenWithIdToken", message: "No.", status: 401 }));
const given = () => Promise.resolve("given");
const minutes = [0, 1, 1000];

/** Sets this machine's clock ahead. */
function putForward(milliseconds: number): void {
  const now = new Date().getTime();
  jest.spyOn(Date, "now").mockReturnValue(now + milliseconds);
}

test.each(["signIn", "exchange"] as const)(
  "what was refused before anything was accepted is never tried again (%s)",
  async (by) => {
    const acceptance = new Acceptance();
    await expect(acceptance[by](refused)).rejects.toThrow("No.");
    for (const minute of minutes) {
      putForward(minute * 60_000);
      await expect(acceptance[by](given)).rejects.toThrow("No.");
    }
  },
);

test("a password that was accepted and is refused later is never tried again", async () => {
  const acceptance = new Acceptance();
  expect(await acceptance.signIn(given)).toBe("given");
  await expect(acceptance.signIn(refused)).rejects.toThrow("No.");
  for (const minute of minutes) {
    putForward(minute * 60_000);
    await expect(acceptance.signIn(given)).rejects.toThrow("No.");
  }
});

test("an exchange that is refused after another was accepted is tried again after a while", async () => {
  const acceptance = new Acceptance();
  expect(await acceptance.exchange(given)).toBe("given");
  await expect(acceptance.exchange(refused)).rejects.toThrow("No.");
  putForward(9000);
  await expect(acceptance.exchange(given)).rejects.toThrow("No.");
  putForward(11_000);
  expect(await acceptance.exchange(given)).toBe("given");
});
