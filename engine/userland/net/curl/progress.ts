/** curl's progress meter on standard error, in its columns of five characters. */
import type { Blocking, Nanoseconds, Sys } from '../../../kernel/sim';
import { writeAll } from '../../lib/io';

const head =
  '  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n' +
  '                                 Dload  Upload   Total   Spent    Left  Speed\n';

export class Progress {
  #begun = false;
  #start: Nanoseconds = 0;
  #shownSeconds = 0;
  received = 0;
  total: number | null = null;
  sent = 0;
  sentTotal: number | null = null;

  constructor(
    private readonly sys: Sys,
    private readonly isOn: boolean,
  ) {}

  *begin(now: Nanoseconds): Blocking<void> {
    this.#start = now;
    this.#shownSeconds = 0;
    if (!this.isOn) return;
    if (!this.#begun) yield* writeAll(this.sys, 2, head);
    this.#begun = true;
    yield* this.#show(now, true);
  }

  /** Once every second. */
  *tick(now: Nanoseconds): Blocking<void> {
    const seconds = Math.floor((now - this.#start) / 1e9);
    if (!this.isOn || seconds <= this.#shownSeconds) return;
    this.#shownSeconds = seconds;
    yield* this.#show(now, false);
  }

  /** When the next second is full; never while nothing is shown. */
  nextTick(): Nanoseconds {
    if (!this.isOn) return Number.POSITIVE_INFINITY;
    return this.#start + (this.#shownSeconds + 1) * 1e9;
  }

  *end(now: Nanoseconds): Blocking<void> {
    if (!this.isOn) return;
    yield* this.#show(now, false);
    yield* writeAll(this.sys, 2, '\n');
  }

  *#show(now: Nanoseconds, isFirst: boolean): Blocking<void> {
    const elapsed = Math.max(1000, now - this.#start) / 1e9;
    const down = isFirst ? 0 : Math.floor(this.received / elapsed);
    const up = isFirst ? 0 : Math.floor(this.sent / elapsed);
    const known = (this.total ?? 0) + (this.sentTotal ?? 0);
    const sum = this.total === null ? this.received : known;
    const done = this.received + this.sent;
    const percent = (part: number, whole: number | null) =>
      whole === null || whole === 0 ? 0 : Math.floor((part * 100) / whole);
    const left = known > 0 && down > 0 ? Math.floor(known / down) : null;
    const cells = [
      `${String(this.total === null ? 0 : percent(done, known)).padStart(3)} ${size(sum)} `,
      `${String(percent(this.received, this.total)).padStart(3)} ${size(this.received)} `,
      `${String(percent(this.sent, this.sentTotal)).padStart(3)} ${size(this.sent)} `,
      `${size(down)} `,
      size(up),
      isFirst || left === null || left === 0 ? '--:--:--' : clock(left),
      elapsed < 1 ? '--:--:--' : clock(Math.floor(elapsed)),
      '--:--:--',
      size(down),
    ];
    yield* writeAll(this.sys, 2, `\r${cells.join(' ')}`);
  }
}

/** Five characters: `12345`, `123k`, `12.3M`. */
function size(bytes: number): string {
  if (bytes < 100_000) return String(bytes).padStart(5);
  if (bytes < 10_000 * 1024) return `${Math.floor(bytes / 1024)}k`.padStart(5);
  if (bytes < 100 * 1_048_576)
    return `${Math.floor(bytes / 1_048_576)}.${Math.floor((bytes % 1_048_576) / 104_858)}M`.padStart(5);
  return `${Math.floor(bytes / 1_048_576)}M`.padStart(5);
}

function clock(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${String(Math.floor(seconds / 3600)).padStart(2)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
