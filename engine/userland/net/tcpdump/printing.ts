/** What becomes of a packet: a line, or a record of a file. */

import type { Blocking, Nanoseconds, Sys } from '../../../kernel/sim';
import { writeAll } from '../../lib/io';
import type { ParsedOptions } from '../../lib/options';
import { calendarOf, strftime } from '../../lib/time';
import type { Services } from '../names';
import { type Captured, fileHeader, fileRecord } from './capture-file';
import type { Frame } from './decode';
import { dumpText } from './dump';
import { PacketPrinter } from './print';

export const defaultSnapshot = 262_144;

/** Where packets go: to standard output, to a file. */
export class Printing {
  readonly #printer: PacketPrinter;
  #number = 0;
  #previous: Nanoseconds | null = null;
  #file: number | null = null;

  constructor(
    private readonly sys: Sys,
    private readonly options: ParsedOptions,
    services: Services,
    names: ReadonlyMap<string, string>,
  ) {
    this.#printer = new PacketPrinter({
      numeric: options.has('n'),
      verbose: options.given.filter(({ name }) => name === 'v').length,
      quiet: options.has('q'),
      linkLevel: options.has('e'),
      absoluteSequence: options.has('S'),
      services,
      hostNames: names,
    });
  }

  *begin(): Blocking<void> {
    const path = this.options.value('w');
    if (path === null) return;
    const flags = 0o1101;
    this.#file = path === '-' ? 1 : yield* this.sys.open(path, flags, 0o644);
    yield* writeAll(this.sys, this.#file, fileHeader(defaultSnapshot));
  }

  *packet(packet: Captured, frame: Frame, where: string): Blocking<void> {
    this.#number++;
    if (this.#file !== null) return yield* writeAll(this.sys, this.#file, fileRecord(packet));
    const number = this.options.has('#') ? `${String(this.#number).padStart(5)}  ` : '';
    const time = this.#time(packet.time);
    const line = `${number}${time}${where}${this.#printer.line(frame)}`;
    yield* writeAll(this.sys, 1, `${line}\n${dumpText(frame, this.options)}`);
  }

  #time(time: Nanoseconds): string {
    const level = this.options.given.filter(({ name }) => name === 't').length;
    const micros = (value: Nanoseconds) => String(Math.floor((value % 1e9) / 1000)).padStart(6, '0');
    const previous = this.#previous ?? time;
    this.#previous ??= time;
    switch (level) {
      case 0:
        return `${strftime('%H:%M:%S', calendarOf(time))}.${micros(time)} `;
      case 1:
        return '';
      case 2:
        return `${Math.floor(time / 1e9)}.${micros(time)} `;
      case 4:
        return `${strftime('%Y-%m-%d %H:%M:%S', calendarOf(time))}.${micros(time)} `;
      default: {
        if (level === 3) this.#previous = time;
        const passed = time - previous;
        return ` ${strftime('%H:%M:%S', calendarOf(passed))}.${micros(passed)} `;
      }
    }
  }
}
