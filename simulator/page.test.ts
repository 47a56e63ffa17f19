import { Script } from "node:vm";
import { page } from "./page";
import { send, withSimulator } from "./testing/client";

const script = /<script>(.*)<\/script>/s.exec(page)?.[1] ?? "";

test("the page is served, and allowed to load nothing from elsewhere", async () => {
  await withSimulator({}, async (simulator) => {
    const answer = await send(simulator, "GET /");
    expect([answer.status, answer.text]).toEqual([200, page]);
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(simulator.calls()).toEqual([]);
  });
});

test("its script is JavaScript", () => {
  expect(script.length).toBeGreaterThan(1000);
  expect(() => new Script(script)).not.toThrow();
});

test("nothing that a client wrote becomes HTML", () => {
  expect(page).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|https?:/);
});
