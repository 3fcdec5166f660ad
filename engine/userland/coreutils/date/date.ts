/** date: prints and sets the time (date(1)). */
import { type Blocking, isSysError, strerror } from '../../../kernel/sim';
import { LineReader } from '../../lib/io';
import { UsageError } from '../../lib/options';
import { calendar, calendarOf, strftime } from '../../lib/time';
import { offsetText, zoneAt } from '../../lib/zone';
import { chooseWord, Fatal, makeTool, type Tool } from '../common/tool';
import { type Instant, parseDate } from './parse';
import { parsePosixTime } from './posix-time';

const isoFormats = {
  hours: '%Y-%m-%dT%H%:z',
  minutes: '%Y-%m-%dT%H:%M%:z',
  date: '%Y-%m-%d',
  seconds: '%Y-%m-%dT%H:%M:%S%:z',
  ns: '%Y-%m-%dT%H:%M:%S,%N%:z',
} as const;
const rfcFormats = { date: '%Y-%m-%d', seconds: '%Y-%m-%d %H:%M:%S%:z', ns: '%Y-%m-%d %H:%M:%S.%N%:z' } as const;
const isoWords = { hours: 'hours', minutes: 'minutes', date: 'date', seconds: 'seconds', ns: 'ns' } as const;
const rfcWords = { date: 'date', seconds: 'seconds', ns: 'ns' } as const;

export const date = makeTool({
  name: 'date',
  options: [
    { short: 'd', long: 'date', value: 'required' },
    { long: 'debug' },
    { short: 'f', long: 'file', value: 'required' },
    { short: 'I', long: 'iso-8601', value: 'optional' },
    { short: 'r', long: 'reference', value: 'required' },
    { long: 'resolution' },
    { short: 'R', long: 'rfc-email' },
    { long: 'rfc-822', as: 'rfc-email' },
    { long: 'rfc-2822', as: 'rfc-email' },
    { long: 'rfc-3339', value: 'required' },
    { short: 's', long: 'set', value: 'required' },
    { short: 'u', long: 'utc' },
    { long: 'universal', as: 'utc' },
    { long: 'uct', as: 'utc' },
  ],
  help: `[OPTION]... [+FORMAT]
  or:  date [-u|--utc|--universal] [MMDDhhmm[[CC]YY][.ss]]
Print the time as FORMAT says, or set it.

  -d, --date=STRING        the time STRING describes: "tomorrow", "2 days ago", @0, 2024-01-02 ...
  -f, --file=DATEFILE      as -d for each line
  -I[FMT], --iso-8601[=FMT]  date, hours, minutes, seconds or ns
  -R, --rfc-email          Mon, 14 Aug 2006 02:34:56 -0600
      --rfc-3339=FMT       date, seconds or ns
  -r, --reference=FILE     when FILE was changed
  -s, --set=STRING         set the time
  -u, --utc, --universal   Coordinated Universal Time`,
  *run(tool) {
    if (tool.has('debug')) throw new Fatal('the option --debug is not there in a simulated Machine');
    const printer = new Printer(tool);
    const sources = ['date', 'file', 'reference', 'resolution'].filter((name) => tool.has(name));
    if (sources.length > 1) throw new UsageError('the options to specify dates for printing are mutually exclusive');
    if (sources.length > 0 && tool.has('set')) {
      throw new UsageError('the options to print and set the time may not be used together');
    }
    const setting = printer.readOperands(sources.length > 0);
    if (tool.has('file')) return yield* printer.file(tool.value('file') ?? '');
    if (tool.has('resolution')) return yield* printer.print({ seconds: 0, nanosecond: 1 });
    const instant = setting ?? printer.instant();
    if (setting !== null || tool.has('set')) {
      try {
        tool.sys.clockSettime('realtime', instant.seconds * 1e9 + instant.nanosecond);
      } catch (error) {
        if (!isSysError(error)) throw error;
        yield* tool.fail(`cannot set date: ${strerror(error.errno)}`);
      }
    }
    yield* printer.print(instant);
  },
});

class Printer {
  #format: string;
  readonly #zone: string | undefined;

  constructor(private readonly tool: Tool) {
    this.#format = this.#formatOption() ?? '';
    this.#zone = tool.has('utc') ? undefined : tool.env.TZ;
  }

  #formatOption(): string | null {
    const { tool } = this;
    const given = tool.options.given.filter(({ name }) => /^(iso-8601|rfc-email|rfc-3339)$/.test(name));
    if (given.length > 1) throw new Fatal('multiple output formats specified');
    const [option] = given;
    if (option === undefined) return null;
    if (option.name === 'rfc-email') return '%a, %d %b %Y %H:%M:%S %z';
    const value = option.value ?? 'date';
    if (option.name === 'rfc-3339') return rfcFormats[chooseWord(tool, value, '--rfc-3339', rfcWords)];
    return isoFormats[chooseWord(tool, value, '--iso-8601', isoWords)];
  }

  /** The format, or a time to set. */
  readOperands(hasSource: boolean): Instant | null {
    const { tool } = this;
    const [first, extra] = tool.operands;
    if (extra !== undefined) throw new UsageError(`extra operand ${tool.word(extra)}`);
    if (first === undefined) return null;
    if (first.startsWith('+')) {
      if (this.#format !== '') throw new Fatal('multiple output formats specified');
      this.#format = first.slice(1);
      this.#hasFormat = true;
      return null;
    }
    if (hasSource || tool.has('set')) {
      throw new UsageError(
        `the argument ${tool.word(first)} lacks a leading '+';\nwhen using an option to specify date(s), any non-option\nargument must be a format string beginning with '+'`,
      );
    }
    const time = parsePosixTime(first, this.#now(), 'date');
    if (time === null) throw new Fatal(`invalid date ${tool.word(first)}`);
    return time;
  }
  #hasFormat = false;

  #now(): Instant {
    const now = this.tool.sys.clockGettime('realtime');
    const seconds = Math.floor(now / 1e9);
    return { seconds, nanosecond: now - seconds * 1e9 };
  }

  instant(): Instant {
    const { tool } = this;
    const reference = tool.value('reference');
    if (reference !== null) return this.#changeOf(reference);
    const text = tool.value('date') ?? tool.value('set');
    if (text === null) return this.#now();
    const instant = parseDate(text, this.#now(), this.#zone);
    if (instant === null) throw new Fatal(`invalid date ${tool.word(text)}`);
    return instant;
  }

  #changeOf(name: string): Instant {
    const { tool } = this;
    try {
      const { mtime } = tool.sys.stat(name);
      const { epoch, nanosecond } = calendarOf(mtime);
      return { seconds: epoch, nanosecond };
    } catch (error) {
      if (!isSysError(error)) throw error;
      throw new Fatal(`${tool.bare(name)}: ${strerror(error.errno)}`);
    }
  }

  *print({ seconds, nanosecond }: Instant): Blocking<void> {
    const zone = zoneAt(this.#zone, seconds);
    const usual = this.tool.has('resolution') ? '%s.%N' : '%a %b %e %H:%M:%S %Z %Y';
    const format = this.#format === '' && !this.#hasFormat ? usual : this.#format;
    const time = { ...calendar(seconds + zone.offset, nanosecond), epoch: seconds };
    const shown = { name: zone.name, offset: (colons: number) => offsetText(zone.offset, colons) };
    yield* this.tool.line(strftime(format, time, shown));
  }

  *file(name: string): Blocking<void> {
    const { tool } = this;
    const fd = name === '-' ? 0 : yield* tool.attempt(tool.bare(name), () => tool.sys.open(name, 0));
    if (fd === null) return;
    const lines = new LineReader(tool.sys, fd);
    for (let line = yield* lines.next(); line !== null; line = yield* lines.next()) {
      const text = line.replace(/\n$/, '');
      const instant = parseDate(text, this.#now(), this.#zone);
      if (instant === null) yield* tool.fail(`invalid date ${tool.word(text)}`);
      else yield* this.print(instant);
    }
  }
}
