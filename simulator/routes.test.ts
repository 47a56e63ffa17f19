import { findRoute } from "./routes";

const routes = [
  { method: "GET", path: "/phones/all" },
  { method: "GET", path: "/phones/{id}" },
  { method: "PUT", path: "/phones/{id}/keys/{name}" },
];

function find(method: string, path: string): unknown {
  const found = findRoute(routes, method, path.split("/").slice(1));
  return found && [found.route.path, found.parameters];
}

test("a route is found by method and path, and tells the parts in braces by name", () => {
  expect(find("GET", "/phones/7")).toEqual(["/phones/{id}", { id: "7" }]);
  expect(find("PUT", "/phones/7/keys/blue")).toEqual(["/phones/{id}/keys/{name}", { id: "7", name: "blue" }]);
});

test("the first of two that fit is found", () => {
  expect(find("GET", "/phones/all")).toEqual(["/phones/all", {}]);
});

test.each([
  ["PUT", "/phones/7"],
  ["GET", "/phones"],
  ["GET", "/phones/"],
  ["GET", "/phones/7/keys"],
  ["GET", "/tablets/7"],
])("there is none for %s %s", (method, path) => {
  expect(find(method, path)).toBeUndefined();
});
