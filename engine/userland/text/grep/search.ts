/** Looks for the patterns in one file and prints what the settings ask for. */
import type { Blocking, Sys } from '../../../kernel/sim';
import type { Output } from '../../lib/io';
import { decodeLossless, encodeLossless } from '../common/lossless';
import { Records } from '../common/records';
import { type Colors, paint } from './colors';
import type { LineMatcher, Span } from './pattern';
import type { Settings } from './settings';

export interface SearchContext {
  sys: Sys;
  settings: Settings;
  matcher: LineMatcher;
  output: Output;
  colors: Colors | null;
  /** Something was printed before: groups are separated from it. */
  hasPrinted: boolean;
}

interface Line {
  text: string;
  number: number;
  offset: number;
}

/** The number of selected lines. */
export function* searchFile(context: SearchContext, fd: number, name: string, withName: boolean): Blocking<number> {
  const search = new FileSearch(context, fd, name, withName);
  return yield* search.run();
}

class FileSearch {
  readonly #records: Records;
  readonly #before: Line[] = [];
  #count = 0;
  #trailing = 0;
  #lastPrinted = 0;
  #isBinary = false;

  constructor(
    private readonly context: SearchContext,
    fd: number,
    private readonly name: string,
    private readonly withName: boolean,
  ) {
    this.#records = new Records(context.sys, fd, context.settings.nullData ? 0 : 10);
  }

  get #printsLines(): boolean {
    const { quiet, count, list } = this.context.settings;
    return !quiet && !count && list === null;
  }

  *run(): Blocking<number> {
    const { settings, sys } = this.context;
    if (settings.maxCount === 0) return 0;
    if (settings.binary !== 'text' && !settings.nullData) {
      this.#isBinary = (yield* this.#records.peek(32_768)).includes(0);
    }
    if (this.#isBinary && settings.binary === 'without-match') return 0;
    for (let number = 1; ; number++) {
      const offset = this.#records.offset;
      const record = yield* this.#records.next();
      if (record === null) break;
      yield* sys.checkpoint();
      if (!this.#isBinary && settings.binary !== 'text' && !settings.nullData && record.bytes.includes(0))
        this.#isBinary = true;
      if (!(yield* this.#take({ text: decodeLossless(record.bytes), number, offset }))) break;
    }
    return this.#count;
  }

  /** False when no more lines are wanted. */
  *#take(line: Line): Blocking<boolean> {
    const { settings, matcher } = this.context;
    const isDone = this.#count >= settings.maxCount;
    const isSelected = !isDone && this.#selects(line.text, matcher) !== settings.invert;
    if (isSelected) {
      this.#count++;
      if (settings.quiet || settings.list !== null) return false;
      if (this.#printsLines) {
        if (yield* this.#endsAsBinary(line)) return false;
        yield* this.#printSelected(line);
      }
      return this.#count < settings.maxCount || (this.#printsLines && settings.after > 0);
    }
    if (this.#trailing > 0) {
      this.#trailing--;
      yield* this.#print(line, '-');
    } else if (isDone) return false;
    else if (settings.before > 0 && this.#printsLines) {
      this.#before.push(line);
      if (this.#before.length > settings.before) this.#before.shift();
    }
    return !isDone || this.#trailing > 0;
  }

  #selects(text: string, matcher: LineMatcher): boolean {
    // In binary files a NUL ends a line, too.
    return this.#isBinary && text.includes('\0')
      ? text.split('\0').some((part) => matcher.test(part))
      : matcher.test(text);
  }

  /** Of binary files is only said that they match. */
  *#endsAsBinary(line: Line): Blocking<boolean> {
    const { settings, sys, output } = this.context;
    if (settings.binary === 'text') return false;
    if (!this.#isBinary && !/[\udc80-\udcff]/.test(line.text.replaceAll(/[\ud800-\udbff][\udc00-\udfff]/g, '')))
      return false;
    if (settings.binary === 'without-match') {
      this.#count = 0;
      return true;
    }
    yield* output.flush();
    yield* sys.write(2, encodeLossless(`grep: ${this.name}: binary file matches\n`));
    return true;
  }

  *#printSelected(line: Line): Blocking<void> {
    const { settings } = this.context;
    for (const earlier of this.#before) yield* this.#print(earlier, '-');
    this.#before.length = 0;
    yield* this.#print(line, ':');
    this.#trailing = Math.max(0, settings.after);
  }

  *#print(line: Line, mark: ':' | '-'): Blocking<void> {
    const { context } = this;
    const { settings, colors, output } = context;
    const hasContext = settings.before >= 0 || settings.after >= 0;
    if (hasContext && settings.separator !== null && context.hasPrinted && line.number !== this.#lastPrinted + 1) {
      yield* output.line(paint(colors, colors?.separator ?? '', settings.separator));
    } else if (hasContext && settings.separator !== null && context.hasPrinted && this.#lastPrinted === 0) {
      yield* output.line(paint(colors, colors?.separator ?? '', settings.separator));
    }
    context.hasPrinted = true;
    this.#lastPrinted = line.number;
    const end = settings.nullData ? '\0' : '\n';
    if (settings.onlyMatching) yield* this.#printMatches(line, mark, end);
    else
      yield* output.write(
        encodeLossless(`${this.#prefix(line.number, line.offset, mark)}${this.#body(line.text, mark)}${end}`),
      );
    if (settings.lineBuffered) yield* output.flush();
  }

  *#printMatches(line: Line, mark: ':' | '-', end: string): Blocking<void> {
    const { settings, colors, output } = this.context;
    if (settings.invert || mark === '-') return;
    for (const { start, end: stop } of this.#spans(line.text)) {
      const before = settings.byteOffset ? encodeLossless(line.text.slice(0, start)).length : 0;
      const text = paint(colors, colors?.selectedMatch ?? '', line.text.slice(start, stop));
      yield* output.write(encodeLossless(`${this.#prefix(line.number, line.offset + before, mark)}${text}${end}`));
    }
  }

  *#spans(text: string): Generator<Span> {
    for (let from = 0; from <= text.length; ) {
      const span = this.context.matcher.find(text, from);
      if (span === null) return;
      if (span.end > span.start) yield span;
      from = span.end > span.start ? span.end : span.end + 1;
    }
  }

  #body(text: string, mark: ':' | '-'): string {
    const { settings, colors } = this.context;
    if (colors === null) return text;
    const isSelected = mark === ':';
    const lineColor = isSelected ? colors.selectedLine : colors.contextLine;
    const matchColor = isSelected ? colors.selectedMatch : colors.contextMatch;
    // With -v it is the context that matches.
    if (isSelected === settings.invert) return paint(colors, lineColor, text);
    if (!isSelected) return paint(colors, lineColor, text);
    let out = '';
    let at = 0;
    for (const { start, end } of this.#spans(text)) {
      out += paint(colors, lineColor, text.slice(at, start)) + paint(colors, matchColor, text.slice(start, end));
      at = end;
    }
    return out + paint(colors, lineColor, text.slice(at));
  }

  #prefix(number: number, offset: number, mark: string): string {
    const { settings, colors } = this.context;
    const separator = paint(colors, colors?.separator ?? '', mark);
    let out = '';
    if (this.withName) {
      out += paint(colors, colors?.fileName ?? '', this.name) + (settings.nullNames ? '\0' : separator);
    }
    const width = settings.initialTab ? 2 : 0;
    if (settings.lineNumber) out += paint(colors, colors?.lineNumber ?? '', `${number}`.padStart(width)) + separator;
    if (settings.byteOffset) out += paint(colors, colors?.byteNumber ?? '', `${offset}`.padStart(width)) + separator;
    return settings.initialTab && out !== '' ? `${out}\t` : out;
  }
}
