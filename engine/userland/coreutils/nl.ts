/** nl: numbers lines (nl(1)). */
import type { Blocking } from '../../kernel/sim';
import { binaryOf } from '../lib/binary';
import { parseNumber, parseSigned } from '../lib/numbers';
import { UsageError } from '../lib/options';
import { compile, type Regex, RegexError } from '../regex';
import { eachInput } from './common/input';
import { Lines } from './common/lines';
import { Fatal, makeTool, type Tool } from './common/tool';

type Section = 'header' | 'body' | 'footer';
type Style = { kind: 'all' | 'nonempty' | 'none' } | { kind: 'pattern'; regex: Regex };

export const nl = makeTool({
  name: 'nl',
  options: [
    { short: 'b', long: 'body-numbering', value: 'required' },
    { short: 'd', long: 'section-delimiter', value: 'required' },
    { short: 'f', long: 'footer-numbering', value: 'required' },
    { short: 'h', long: 'header-numbering', value: 'required' },
    { short: 'i', long: 'line-increment', value: 'required' },
    { short: 'l', long: 'join-blank-lines', value: 'required' },
    { short: 'n', long: 'number-format', value: 'required' },
    { short: 'p', long: 'no-renumber' },
    { short: 's', long: 'number-separator', value: 'required' },
    { short: 'v', long: 'starting-line-number', value: 'required' },
    { short: 'w', long: 'number-width', value: 'required' },
  ],
  help: `[OPTION]... [FILE]...
Print each FILE with line numbers.

  -b, -f, -h STYLE        which lines of body, footer, header: a all, t not empty, n none, pREGEX
  -d CC                   what separates sections (\\:)
  -i NUMBER, -v NUMBER    increment and first number
  -l NUMBER               so many empty lines count as one
  -n FORMAT               ln left, rn right, rz right with zeros
  -p                      go on counting from section to section
  -s STRING, -w NUMBER    what follows the number, and its width (6)`,
  *run(tool) {
    const numberer = new Numberer(tool);
    yield* eachInput(tool, ({ fd }) => numberer.file(fd));
  },
});

class Numberer {
  readonly #styles: Record<Section, Style>;
  readonly #increment: number;
  readonly #start: number;
  readonly #blanks: number;
  readonly #width: number;
  readonly #format: string;
  readonly #separator: string;
  readonly #delimiter: string;
  #section: Section = 'body';
  #number: number;
  #emptyLines = 0;

  constructor(private readonly tool: Tool) {
    this.#styles = {
      body: this.#style('body-numbering', 't', 'body'),
      header: this.#style('header-numbering', 'n', 'header'),
      footer: this.#style('footer-numbering', 'n', 'footer'),
    };
    this.#increment = this.#integer('line-increment', 1, 'line number increment');
    this.#start = this.#integer('starting-line-number', 1, 'starting line number');
    this.#blanks = this.#positive('join-blank-lines', 1, 'line number of blank lines');
    this.#width = this.#positive('number-width', 6, 'line number field width');
    this.#format = tool.value('number-format') ?? 'rn';
    if (!/^(ln|rn|rz)$/.test(this.#format))
      throw new UsageError(`invalid line numbering format: ${tool.word(this.#format)}`);
    this.#separator = binaryOf(tool.value('number-separator') ?? '\t');
    const delimiter = binaryOf(tool.value('section-delimiter') ?? '\\:');
    this.#delimiter = delimiter.length === 1 ? `${delimiter}:` : delimiter;
    this.#number = this.#start;
  }

  #style(option: string, usual: string, section: Section): Style {
    const { tool } = this;
    const text = tool.value(option) ?? usual;
    if (text === 'a') return { kind: 'all' };
    if (text === 't') return { kind: 'nonempty' };
    if (text === 'n') return { kind: 'none' };
    if (!text.startsWith('p')) throw new UsageError(`invalid ${section} numbering style: ${tool.word(text)}`);
    try {
      return { kind: 'pattern', regex: compile(binaryOf(text.slice(1))) };
    } catch (error) {
      if (error instanceof RegexError) throw new Fatal(error.message);
      throw error;
    }
  }

  #integer(option: string, usual: number, what: string): number {
    const text = this.tool.value(option);
    if (text === null) return usual;
    const parsed = parseSigned(text);
    if (!parsed.ok) throw new Fatal(`invalid ${what}: ${this.tool.word(text)}`);
    return parsed.value;
  }

  #positive(option: string, usual: number, what: string): number {
    const text = this.tool.value(option);
    if (text === null) return usual;
    const parsed = parseNumber(text);
    if (!parsed.ok || parsed.value < 1) {
      const why = parsed.ok ? ': Numerical result out of range' : '';
      throw new Fatal(`invalid ${what}: ${this.tool.word(text)}${why}`);
    }
    return parsed.value;
  }

  *file(fd: number): Blocking<void> {
    const lines = new Lines(this.tool.sys, fd);
    for (let line = yield* lines.next(); line !== null; line = yield* lines.next()) {
      yield* this.tool.writeBinary(`${this.#line(line.text)}\n`);
      if (!lines.hasOne) yield* this.tool.flush();
    }
  }

  #line(text: string): string {
    const section = this.#sectionOf(text);
    if (section === null) return this.#isNumbered(text) ? this.#numbered() + text : this.#blank(text);
    this.#section = section;
    if (!this.tool.has('no-renumber')) this.#number = this.#start;
    return '';
  }

  #sectionOf(text: string): Section | null {
    const delimiter = this.#delimiter;
    if (delimiter === '') return null;
    if (text === delimiter.repeat(3)) return 'header';
    if (text === delimiter.repeat(2)) return 'body';
    return text === delimiter ? 'footer' : null;
  }

  #isNumbered(text: string): boolean {
    const style = this.#styles[this.#section];
    if (style.kind === 'none') return false;
    if (style.kind === 'nonempty') return text !== '';
    if (style.kind === 'pattern') return style.regex.test(text);
    if (this.#blanks === 1 || text !== '') {
      this.#emptyLines = 0;
      return true;
    }
    if (++this.#emptyLines < this.#blanks) return false;
    this.#emptyLines = 0;
    return true;
  }

  #numbered(): string {
    const number = this.#number;
    this.#number += this.#increment;
    const digits = String(Math.abs(number));
    const sign = number < 0 ? '-' : '';
    if (this.#format === 'ln') return (sign + digits).padEnd(this.#width) + this.#separator;
    if (this.#format === 'rz') return sign + digits.padStart(this.#width - sign.length, '0') + this.#separator;
    return (sign + digits).padStart(this.#width) + this.#separator;
  }

  #blank(text: string): string {
    return ' '.repeat(this.#width + this.#separator.length) + text;
  }
}
