/** `gzip -l`: sizes of packed files and of what is in them. */
import type { Blocking, Sys } from '../../../kernel/sim';
import { writeAll } from '../../lib/io';
import { calendar, months } from '../../lib/time';
import { ratio } from './ratio';
import type { GzipFlags } from './settings';
import { frameBytes, type Moved } from './streams';

export class Listing {
  #rows = 0;
  #packed = 0;
  #plain = 0;
  #frame = 0;

  constructor(
    private readonly sys: Sys,
    private readonly flags: GzipFlags,
  ) {}

  *row(name: string, { read, written, header, trailer }: Moved): Blocking<void> {
    if (this.#rows++ === 0 && !this.flags.quiet) {
      const more = this.flags.verbose ? 'method  crc     date  time  ' : '';
      yield* writeAll(this.sys, 1, `${more}         compressed        uncompressed  ratio uncompressed_name\n`);
    }
    this.#packed += read;
    this.#plain += written;
    this.#frame = frameBytes + (header?.name == null ? 0 : header.name.length + 1);
    const shown = this.flags.names === true && header?.name != null ? header.name : name;
    const crc = (trailer?.crc ?? 0).toString(16).padStart(8, '0');
    const more = this.flags.verbose ? `defla ${crc} ${dateOf(header?.mtime ?? 0)} ` : '';
    yield* this.#line(more, read, written, shown);
  }

  *end(): Blocking<void> {
    if (this.#rows < 2) return;
    yield* this.#line(this.flags.verbose ? ' '.repeat(28) : '', this.#packed, this.#plain, '(totals)');
  }

  *#line(more: string, packed: number, plain: number, name: string): Blocking<void> {
    const sizes = `${String(packed).padStart(19)} ${String(plain).padStart(19)}`;
    yield* writeAll(this.sys, 1, `${more}${sizes} ${ratio(plain - (packed - this.#frame), plain)} ${name}\n`);
  }
}

function dateOf(mtime: number): string {
  const { month, day, hour, minute } = calendar(mtime);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${(months[month - 1] ?? '').slice(0, 3)} ${String(day).padStart(2)} ${two(hour)}:${two(minute)}`;
}
