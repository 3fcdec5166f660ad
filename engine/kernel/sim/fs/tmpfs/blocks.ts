/**
 * The bytes of a file, in pages. A page that was never written is a hole; one of zeros is counted, but not kept; any
 * other is a piece of a buffer that may be shared with whoever wrote it, with readers and with copies of the file.
 */
export const pageBytes = 4096;
/** Pages are kept by the hundreds, so that a large file of zeros takes next to nothing. */
const groupPages = 512;

/** A page of zeros. */
const zero = new Uint8Array(pageBytes);
const zeros = new Uint8Array(1 << 20);

type Page = Uint8Array | undefined;

class Group {
  readonly pages: Page[] = [];
  used = 0;
  zeros = 0;
}

/** Every page of it is of zeros. */
const allZeros = Symbol('zeros');

/** Bytes of zeros that may be shared by everybody. */
export function zeroBytes(count: number): Uint8Array {
  return count <= zeros.length ? zeros.subarray(0, count) : new Uint8Array(count);
}

function isZero(bytes: Uint8Array): boolean {
  if (bytes.buffer === zeros.buffer || bytes.buffer === zero.buffer) return true;
  for (let at = 0; at < bytes.length; at++) if (bytes[at] !== 0) return false;
  return true;
}

/** Counts pages against what the filesystem may hold. */
export interface PageBudget {
  /** False when there is none left. */
  takePage(): boolean;
  givePages(count: number): void;
}

export class Blocks {
  #groups = new Map<number, Group | typeof allZeros>();
  #count = 0;
  /**
   * The page at the end of the file, as long as it is this file's alone: what is appended goes into it in place, for
   * nobody has seen the bytes behind the end.
   */
  #tail: { page: number; bytes: Uint8Array; filled: number } | null = null;

  constructor(private readonly budget: PageBudget) {}

  /** How many pages it holds. */
  get pages(): number {
    return this.#count;
  }

  /** Never changed afterwards: it may be part of the file itself. */
  read(offset: number, count: number): Uint8Array {
    const first = Math.floor(offset / pageBytes);
    const within = offset - first * pageBytes;
    if (within + count <= pageBytes) return this.#piece(first, within, count);
    let bytes: Uint8Array | null = null;
    for (let done = 0; done < count; ) {
      const at = offset + done;
      const page = Math.floor(at / pageBytes);
      const from = at - page * pageBytes;
      const length = Math.min(pageBytes - from, count - done);
      const piece = this.#get(page);
      if (piece && piece !== zero) {
        bytes ??= new Uint8Array(count);
        bytes.set(piece.subarray(from, from + length), done);
      }
      done += length;
    }
    return bytes ?? zeroBytes(count);
  }

  /** How many bytes found room. `data` must not change afterwards. `size`: how long the file is. */
  write(data: Uint8Array, offset: number, size: number): number {
    for (let done = 0; done < data.length; ) {
      const at = offset + done;
      const page = Math.floor(at / pageBytes);
      const from = at - page * pageBytes;
      const length = Math.min(pageBytes - from, data.length - done);
      const piece = data.subarray(done, done + length);
      done += length;
      if (this.#appended(page, piece, from)) continue;
      const old = this.#get(page);
      if (!old && !this.budget.takePage()) return done - length;
      const bytes = length === pageBytes ? whole(piece) : patched(old, piece, from);
      this.#set(page, bytes);
      const isOwn = length < pageBytes && bytes !== zero && offset >= size;
      this.#tail = isOwn ? { page, bytes, filled: from + length } : null;
    }
    return data.length;
  }

  /** Takes over whole pages of another file; both offsets are multiples of a page. How many pages. */
  share(from: Blocks, fromPage: number, toPage: number, count: number): number {
    from.#tail = null;
    this.#tail = null;
    for (let done = 0; done < count; done++) {
      const page = from.#get(fromPage + done) ?? zero;
      if (!this.#get(toPage + done) && !this.budget.takePage()) return done;
      this.#set(toPage + done, page);
    }
    return count;
  }

  /** Makes sure that the pages are there. False when there is no room for them all; then none is taken. */
  reserve(fromPage: number, count: number): boolean {
    const taken: number[] = [];
    for (let page = fromPage; page < fromPage + count; page++) {
      if (this.#get(page)) continue;
      if (!this.budget.takePage()) {
        for (const one of taken) this.#drop(one);
        return false;
      }
      this.#set(page, zero);
      taken.push(page);
    }
    return true;
  }

  /** The first byte from `offset` on that lies in a page; null when there is none. */
  nextData(offset: number): number | null {
    const first = Math.floor(offset / pageBytes);
    if (this.#get(first)) return offset;
    let best: number | null = null;
    for (const [number, group] of this.#groups) {
      const start = number * groupPages;
      if (start + groupPages <= first || (best !== null && start >= best)) continue;
      const slot =
        group === allZeros
          ? Math.max(0, first - start)
          : group.pages.findIndex((page, at) => page && start + at >= first);
      if (slot >= 0) best = Math.min(best ?? Number.POSITIVE_INFINITY, start + slot);
    }
    return best === null ? null : Math.max(offset, best * pageBytes);
  }
  /** The first byte from `offset` on that lies in no page. */
  nextHole(offset: number): number {
    let page = Math.floor(offset / pageBytes);
    if (!this.#get(page)) return offset;
    while (this.#get(page)) {
      const number = Math.floor(page / groupPages);
      page = this.#groups.get(number) === allZeros ? (number + 1) * groupPages : page + 1;
    }
    return page * pageBytes;
  }

  /** Forgets what lies from `size` on. */
  truncate(size: number): void {
    this.#tail = null;
    const kept = Math.ceil(size / pageBytes);
    const within = size % pageBytes;
    const last = within === 0 ? undefined : this.#get(kept - 1);
    if (last && last !== zero) this.#set(kept - 1, whole(cut(last, within)));
    for (const [number, group] of [...this.#groups]) {
      const first = number * groupPages;
      if (first >= kept) this.#dropGroup(number, group);
      else if (first + groupPages > kept) for (let page = kept; page < first + groupPages; page++) this.#drop(page);
    }
  }

  #appended(page: number, piece: Uint8Array, from: number): boolean {
    const tail = this.#tail;
    if (tail?.page !== page || tail.filled !== from) return false;
    tail.bytes.set(piece, from);
    tail.filled += piece.length;
    return true;
  }

  #piece(page: number, from: number, count: number): Uint8Array {
    const found = this.#get(page);
    return found && found !== zero ? found.subarray(from, from + count) : zeroBytes(count);
  }

  #get(page: number): Page {
    const group = this.#groups.get(Math.floor(page / groupPages));
    return group === allZeros ? zero : group?.pages[page % groupPages];
  }

  #set(page: number, bytes: Uint8Array): void {
    const number = Math.floor(page / groupPages);
    const known = this.#groups.get(number);
    if (known === allZeros && bytes === zero) return;
    const group = known === allZeros ? full() : (known ?? new Group());
    if (group !== known) this.#groups.set(number, group);
    const slot = page % groupPages;
    const old = group.pages[slot];
    if (!old) {
      group.used++;
      this.#count++;
    }
    group.zeros += Number(bytes === zero) - Number(old === zero);
    group.pages[slot] = bytes;
    if (group.zeros === groupPages) this.#groups.set(number, allZeros);
  }

  #drop(page: number): void {
    const number = Math.floor(page / groupPages);
    const known = this.#groups.get(number);
    if (!known) return;
    const group = known === allZeros ? full() : known;
    if (known === allZeros) this.#groups.set(number, group);
    const slot = page % groupPages;
    const old = group.pages[slot];
    if (!old) return;
    group.pages[slot] = undefined;
    group.used--;
    if (old === zero) group.zeros--;
    this.#count--;
    this.budget.givePages(1);
    if (group.used === 0) this.#groups.delete(number);
  }

  #dropGroup(number: number, group: Group | typeof allZeros): void {
    const pages = group === allZeros ? groupPages : group.used;
    this.#groups.delete(number);
    this.#count -= pages;
    this.budget.givePages(pages);
  }
}

function full(): Group {
  const group = new Group();
  for (let slot = 0; slot < groupPages; slot++) group.pages.push(zero);
  group.used = groupPages;
  group.zeros = groupPages;
  return group;
}

/** A piece that fills a page. */
function whole(piece: Uint8Array): Uint8Array {
  return isZero(piece) ? zero : piece;
}

function cut(page: Uint8Array, size: number): Uint8Array {
  const bytes = new Uint8Array(pageBytes);
  bytes.set(page.subarray(0, size));
  return bytes;
}

function patched(old: Page, piece: Uint8Array, from: number): Uint8Array {
  if ((!old || old === zero) && isZero(piece)) return zero;
  const bytes = new Uint8Array(pageBytes);
  if (old) bytes.set(old);
  bytes.set(piece, from);
  return bytes;
}
