import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A file of the page, as it is sent to a browser. */
export interface PageFile {
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** The files of the page in the folder beside this file, by the path at which each is served. */
const files: Readonly<Record<string, { name: string; type: string }>> = {
  "/": { name: "page.html", type: "text/html" },
  "/page.css": { name: "page.css", type: "text/css" },
  "/page.js": { name: "page.js", type: "text/javascript" },
};

/** The page loads nothing from elsewhere, so that it works offline, and runs no script but its own. */
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:";

/** Finds the file of the page at a path; undefined where there is none. */
export function findPageFile(path: string): PageFile | undefined {
  const file = Object.hasOwn(files, path) ? files[path] : undefined;
  return (
    file && {
      headers: { "Content-Type": `${file.type}; charset=utf-8`, "Content-Security-Policy": policy },
      text: readFileSync(join(__dirname, "page", file.name), "utf8"),
    }
  );
}
