import { ServerClaims } from "./serverClaims";

test("a server is claimed by the binding that claimed it last, and by no other before that", () => {
  const claims = new ServerClaims();
  expect(claims.isClaimedByOther("one", "server")).toBe(false);
  claims.claim("one", ["server"]);
  expect(claims.isClaimedByOther("one", "server")).toBe(false);
  expect(claims.isClaimedByOther("two", "server")).toBe(true);
  expect(claims.isClaimedByOther("two", "another server")).toBe(false);
  claims.claim("two", ["server"]);
  expect(claims.isClaimedByOther("one", "server")).toBe(true);
});
