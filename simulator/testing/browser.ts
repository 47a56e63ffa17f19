import { Script, createContext } from "node:vm";
import type { Simulator } from "../index";
import { send } from "./client";

/** As much of a browser's element as the page needs. */
class PageElement {
  className = "";
  title = "";
  hidden = false;
  value = "";
  readonly style: Record<string, unknown> = {
    setProperty: (name: string, value: string) => (this.style[name] = value),
  };
  children: PageElement[] = [];
  private readonly listeners: [string, () => void][] = [];
  private parent: PageElement | undefined;
  private text = "";

  get textContent(): string {
    return this.text + this.children.map(({ textContent }) => textContent).join("");
  }

  set textContent(text: string) {
    this.text = text;
  }

  append(...added: PageElement[]): void {
    for (const child of added) this.insertBefore(child, null);
  }

  appendChild(child: PageElement): PageElement {
    this.append(child);
    return child;
  }

  insertBefore(child: PageElement, next: PageElement | null): void {
    child.remove();
    child.parent = this;
    this.children.splice(next === null ? this.children.length : this.children.indexOf(next), 0, child);
  }

  addEventListener(type: string, listener: () => void): void {
    this.listeners.push([type, listener]);
  }

  /** Does what a person does to it. */
  dispatch(type: "click" | "input"): void {
    for (const [known, listener] of this.listeners) if (known === type) listener();
  }

  remove(): void {
    if (this.parent !== undefined) this.parent.children = this.parent.children.filter((child) => child !== this);
  }
}

/** The page of a simulator, as a browser shows it. */
export interface ShownPage {
  /** The element that has this id in the page's HTML. */
  find(id: string): PageElement;
  /** What a list shows: of each item, the texts of its parts. */
  textsIn(id: string): string[][];
  /** Has the page look again, as it does after a second. */
  refresh(): Promise<void>;
  /** What was copied, oldest first. */
  readonly copied: readonly string[];
}

/** Opens the page of a simulator, and waits until it shows what is there. */
export async function openPage(simulator: Simulator): Promise<ShownPage> {
  const html = (await send(simulator, "GET /")).text;
  const script = (await send(simulator, `GET /${/<script defer src="(.+)">/.exec(html)?.[1] ?? ""}`)).text;
  const elements = new Map([...html.matchAll(/ id="(.+?)"/g)].map(([, id = ""]) => [id, new PageElement()]));
  const find = (id: string) => {
    const element = elements.get(id);
    if (element === undefined) throw new Error(`The page has no ${id}.`);

    return element;
  };
  const copied: string[] = [];
  let lookAgain = (): void => undefined;
  let shown = (): void => undefined;
  const context = createContext({
    document: { getElementById: find, createElement: () => new PageElement() },
    location: new URL(simulator.url),
    navigator: {
      clipboard: {
        writeText: (text: string) => {
          copied.push(text);
          return Promise.resolve();
        },
      },
    },
    fetch: (path: string) => fetch(simulator.url + path),
    // The page sets its timer when it shows what it found.
    setTimeout: (callback: () => void) => {
      lookAgain = callback;
      shown();
    },
  });
  const look = (start: () => void) =>
    new Promise<void>((resolve) => {
      shown = resolve;
      start();
    });
  await look(() => {
    new Script(script).runInContext(context);
  });
  return {
    find,
    textsIn: (id) => find(id).children.map(({ children }) => children.map(({ textContent }) => textContent)),
    refresh: () => look(lookAgain),
    copied,
  };
}
