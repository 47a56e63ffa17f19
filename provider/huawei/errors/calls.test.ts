import { operations } from "../../../simulator/operations";
import { calls, permissionFor } from "./calls";

test("calls have the names of the vendor's operations, which the simulator plays", () => {
  const nameOf = (service: string) => (service === "metadata" ? "ECS" : service.toUpperCase());
  const names = Object.entries(operations).map(([operation, { service }]) => `${nameOf(service)} ${operation}`);
  expect(Object.keys(calls).filter((call) => !names.includes(call))).toEqual([]);
});

test("what is no call needs no permission that is known", () => {
  expect(permissionFor("CPH UpdateKeypair")).toBe(calls["CPH UpdateKeypair"]);
  for (const operation of ["CPH job 1", "IAM sign-in", "IAM KeystoneCreateUserTokenByPassword"] as const)
    expect(permissionFor(operation)).toBeUndefined();
});
