/**
 * Who has seen how much of a terminal's output, and whether the terminal must wait for them.
 *
 * Each page gets at most a window of bytes ahead of what it acknowledged. The terminal is paused before the ring would
 * overwrite bytes that a page still needs. A page that leaves its window full for too long holds back nobody any more;
 * what it misses is counted as `skipped` when it wakes. With no page left to wait for, the terminal waits for the one that
 * was farthest, so that output nobody saw is not lost.
 */
import type { Disposable, KernelTerminal } from '../../engine/kernel';
import { outputWindowBytes } from '../windows';
import type { Clock } from './clock';
import { OutputRing } from './output-ring';
import type { Page } from './page';

export const ringBytes = 1024 * 1024;
/** Output that may wait for the slowest page. More would only make Ctrl-C feel late. */
const pauseAtBytes = 384 * 1024;
/** With nobody attached: the ring without room for what is already on its way from the terminal. */
const pauseUnseenAtBytes = ringBytes - 192 * 1024;
/** A page whose window stayed full this long is not waited for. */
const patienceMs = 5000;
const largestMessageBytes = 64 * 1024;

interface Cursor {
  sent: number;
  acknowledged: number;
  /** Since when the window is full while there is more to send; null while it is not. */
  fullSince: number | null;
}

export class OutputFlow implements Disposable {
  readonly #ring = new OutputRing(ringBytes);
  readonly #cursors = new Map<Page, Cursor>();
  /** The farthest byte any page has acknowledged. */
  #seen = 0;
  #paused = false;
  #recheck: Disposable | null = null;
  #flushedThisTurn = false;
  #disposed = false;

  constructor(
    private readonly terminal: string,
    private readonly clock: Clock,
    private source: Pick<KernelTerminal, 'pause' | 'resume'>,
    /** Called when a page has been sent everything there is. */
    private readonly onDrained: (page: Page) => void,
  ) {}

  get start(): number {
    return this.#ring.start;
  }
  get end(): number {
    return this.#ring.end;
  }
  get pages(): Iterable<Page> {
    return this.#cursors.keys();
  }

  /** Goes on with another terminal's output under the same numbers. */
  replaceSource(source: Pick<KernelTerminal, 'pause' | 'resume'>): void {
    this.source = source;
    this.#paused = false;
    this.#regulate();
  }

  /** The first piece of a turn of the event loop goes out at once, the rest of the turn's in one message. */
  append(data: Uint8Array): void {
    this.#ring.append(data);
    if (!this.#flushedThisTurn) {
      this.#flushedThisTurn = true;
      this.clock.soon(() => {
        this.#flushedThisTurn = false;
        this.#flush();
      });
      this.#flush();
    }
    this.#regulate();
  }

  attach(page: Page, from: number): void {
    const at = Math.min(from, this.#ring.end);
    this.#cursors.set(page, { sent: at, acknowledged: at, fullSince: null });
    this.#flush();
    this.#regulate();
  }

  detach(page: Page): void {
    if (this.#cursors.delete(page)) this.#regulate();
  }

  isDrained(page: Page): boolean {
    const cursor = this.#cursors.get(page);
    return !cursor || cursor.sent === this.#ring.end;
  }

  acknowledge(page: Page, offset: number): void {
    const cursor = this.#cursors.get(page);
    if (!cursor) return;
    cursor.acknowledged = Math.max(cursor.acknowledged, Math.min(offset, cursor.sent));
    cursor.fullSince = null;
    this.#seen = Math.max(this.#seen, cursor.acknowledged);
    this.#send(page, cursor);
    this.#regulate();
  }

  dispose(): void {
    this.#disposed = true;
    this.#recheck?.dispose();
    this.#cursors.clear();
  }

  #flush(): void {
    for (const [page, cursor] of this.#cursors) this.#send(page, cursor);
  }

  #send(page: Page, cursor: Cursor): void {
    if (this.#disposed || cursor.sent === this.#ring.end) return;
    while (cursor.sent < this.#ring.end) {
      const window = cursor.acknowledged + outputWindowBytes - cursor.sent;
      if (window <= 0) {
        cursor.fullSince ??= this.clock.now();
        return;
      }
      const offset = Math.max(cursor.sent, this.#ring.start);
      const skipped = offset - cursor.sent;
      const data = this.#ring.read(offset, Math.min(window, largestMessageBytes));
      cursor.sent = offset + data.byteLength;
      // Skipped bytes will never be drawn: they must not fill the window.
      cursor.acknowledged += skipped;
      page.send({ type: 'terminal.output', terminal: this.terminal, offset, skipped, data });
    }
    this.onDrained(page);
  }

  #regulate(): void {
    const unseen = this.#ring.end - this.#floor();
    const limit = this.#cursors.size > 0 ? pauseAtBytes : pauseUnseenAtBytes;
    if (!this.#paused && unseen >= limit) {
      this.#paused = true;
      this.source.pause();
    } else if (this.#paused && unseen < limit / 2) {
      this.#paused = false;
      this.source.resume();
    }
    this.#planRecheck();
  }

  /** Bytes before this number need not be kept for anybody. */
  #floor(): number {
    const now = this.clock.now();
    const responsive = [...this.#cursors.values()].filter((cursor) => !isStuck(cursor, now));
    if (responsive.length === 0) return this.#seen;
    return Math.min(...responsive.map(({ acknowledged }) => acknowledged));
  }

  /** While paused, a page that is waited for may turn out to be stuck; nothing else would tell. */
  #planRecheck(): void {
    this.#recheck?.dispose();
    this.#recheck = null;
    if (!this.#paused || this.#disposed) return;
    const now = this.clock.now();
    const waits = [...this.#cursors.values()].flatMap((cursor) =>
      cursor.fullSince === null || isStuck(cursor, now) ? [] : [cursor.fullSince + patienceMs - now],
    );
    if (waits.length > 0) this.#recheck = this.clock.after(Math.ceil(Math.min(...waits)), () => this.#regulate());
  }
}

function isStuck(cursor: Cursor, now: number): boolean {
  return cursor.fullSince !== null && now - cursor.fullSince >= patienceMs;
}
