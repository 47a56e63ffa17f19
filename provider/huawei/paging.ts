import type { CallName } from "./errors/calls";
import { HuaweiCloudError } from "./errors/errors";

/** Far more than any account's lists have. */
const mostPages = 1000;

/** So many pages in a row may lead no further, because the list changes too much while it is read. */
const mostInVain = 5;

/** Most pages of a list that are read side by side. */
const pagesAtOnce = 5;

/** A page of a list that is paged by offset. */
export interface OffsetPage<T> {
  items: T[];
  /** The length of the whole list, or of the page, where the service tells it. */
  count?: number;
}

/** A list that is paged by offset. */
export interface OffsetList<T> {
  operation: CallName;
  /** How many items a page is asked for; the service may give fewer. */
  limit: number;
  read(offset: number): Promise<OffsetPage<T>>;
  keyOf: (item: T) => string;
  /** Whether nothing more is wanted, although the list may go on: less likely so where the last page was not full. */
  isEnough?(items: readonly T[], isFull: boolean): boolean;
}

/**
 * All items of a list that is paged by offset, proven complete: each page begins with the last item of the page before. An item that is
 * deleted meanwhile lets others move to a page that was read already; then a page shows nothing that is known, and is read again from
 * further ahead.
 */
export async function readByOffset<T>(list: OffsetList<T>): Promise<T[]> {
  const reading = new OffsetReading(list);
  for (let pagesRead = 0; ;) {
    const offsets = reading.nextOffsets();
    const pages = await Promise.all(offsets.map((offset) => list.read(offset)));
    const hasEnded = pages.some((page, index) => reading.take(page, offsets[index] ?? 0));
    const isFull = (pages.at(-1)?.items.length ?? 0) >= list.limit;
    const items = [...reading.items.values()];
    if (hasEnded || list.isEnough?.(items, isFull)) return items;
    pagesRead += pages.length;
    requireEnd(list.operation, pagesRead);
  }
}

/** How far a list that is paged by offset was read. */
class OffsetReading<T> {
  /** All that there are up to the last of them. */
  readonly items = new Map<string, T>();
  private readonly counts = new Set<number | undefined>();
  /** What the service puts on a page: the length of the first. */
  private size?: number;
  private next = 0;
  private inVain = 0;

  constructor(private readonly list: OffsetList<T>) {}

  /** Where the list says how long it is, pages are read side by side. */
  nextOffsets(): number[] {
    const { total = 0, size = this.list.limit } = this;
    const step = Math.max(1, size - 1);
    const pagesLeft = total > size ? Math.ceil((total - 1 - this.next) / step) : 1;
    const length = Math.min(pagesAtOnce, Math.max(1, pagesLeft));
    return Array.from({ length }, (_, index) => this.next + index * step);
  }

  /** Takes a page, unless it does not go on where the one before ended. Tells whether the list ends with it. */
  take({ items, count }: OffsetPage<T>, offset: number): boolean {
    if (offset !== this.next) return false;
    const { keyOf, operation } = this.list;
    const isConnected = offset === 0 || items.some((item) => this.items.has(keyOf(item)));
    const known = this.items.size;
    if (isConnected) for (const item of items) this.items.set(keyOf(item), item);
    const added = this.items.size - known;
    this.counts.add(count);
    if (isConnected && this.isEnd(items.length, added)) return true;
    this.size ??= items.length;
    if (added === 0) this.inVain++;
    else if (offset > 0) this.inVain = 0;
    if (this.inVain > mostInVain) throw unsettled(operation);
    this.next = isConnected ? offset + items.length - 1 : Math.max(0, offset - this.inVain * (this.size - 1));
    return false;
  }

  /** How long the list is, as long as all pages agree on it. */
  private get total(): number | undefined {
    const [total] = this.counts;
    return this.counts.size === 1 ? total : undefined;
  }

  private isEnd(length: number, added: number): boolean {
    const { total, size } = this;
    const { limit } = this.list;
    const known = this.items.size;
    // A count of as many as a page takes may be that of the page.
    if (length === 0 || (known === total && known !== limit)) return true;
    // The first page may be shorter than was asked for because the service gives no more at a time.
    if (size === undefined) return false;
    if (added > 0) return length < size && (total === undefined || known >= total);
    // The last item alone; or all items once more, from a service that pays no heed to the offset.
    return length <= 1 || length < size || (length === known && length !== limit);
  }
}

/** A page of a list whose pages are told by markers. */
export interface MarkedPage<T> {
  items: T[];
  /** Of the next page. */
  marker?: string;
}

/** A list whose pages are told by markers. */
export interface MarkedList<T> {
  operation: CallName;
  read(marker: string | undefined): Promise<MarkedPage<T>>;
  keyOf: (item: T) => string;
  /** Whether the service does not know a marker that it gave. */
  isRefusedMarker(error: unknown): boolean;
}

/**
 * All items of a list whose pages are told by markers. A marker may stand for an item that is deleted meanwhile; where the service does
 * not know it any more, or shows nothing behind it, the list is read anew.
 */
export async function readByMarker<T>(list: MarkedList<T>): Promise<T[]> {
  for (let readings = 0; readings <= mostInVain; readings++) {
    const items = await readOnce(list);
    if (items !== undefined) return items;
  }
  throw unsettled(list.operation);
}

/** Undefined where a marker has become void. */
async function readOnce<T>(list: MarkedList<T>): Promise<T[] | undefined> {
  const items = new Map<string, T>();
  const seen = new Set<string>();
  let before: MarkedPage<T> | undefined;
  let askedBefore: string | undefined;
  for (let marker: string | undefined; ;) {
    const page = await list.read(marker).catch((error: unknown) => {
      if (marker === undefined || !list.isRefusedMarker(error)) throw error;
      return undefined;
    });
    if (page === undefined) return undefined;
    if (page.items.length === 0 && before !== undefined && before.items.length > 0) {
      const again = await list.read(askedBefore);
      if (!isSamePage(before, again, list.keyOf)) return undefined;
    }
    for (const item of page.items) items.set(list.keyOf(item), item);
    if (page.marker === undefined || seen.has(page.marker)) return [...items.values()];
    seen.add(page.marker);
    requireEnd(list.operation, seen.size);
    before = page;
    askedBefore = marker;
    marker = page.marker;
  }
}

function isSamePage<T>(one: MarkedPage<T>, other: MarkedPage<T>, keyOf: (item: T) => string): boolean {
  const keys = new Set(other.items.map(keyOf));
  return one.marker === other.marker && one.items.every((item) => keys.has(keyOf(item)));
}

function unsettled(operation: CallName): HuaweiCloudError {
  return new HuaweiCloudError({
    operation,
    message: "the list changed so much while it was read that it cannot be told whether it is complete",
    hint: "Run again later.",
  });
}

/** Throws where a list still goes on after so many pages: it would never end. */
function requireEnd(operation: CallName, pagesRead: number): void {
  if (pagesRead >= mostPages)
    throw new HuaweiCloudError({ operation, message: `the list goes on after ${mostPages} pages` });
}
