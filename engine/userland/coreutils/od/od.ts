/** od: files as octal numbers, characters and so on (od(1)). */
import { type Blocking, bare, concat } from '../../../kernel/sim';
import { parseNumber, sizeSuffixes } from '../../lib/numbers';
import { chunkBytes, closeInput, inputNames, openInput } from '../common/input';
import { chooseWord, Fatal, makeTool, type Tool } from '../common/tool';
import { type OdFormat, parseFormats } from './formats';

const shortTypes: Readonly<Record<string, string>> = bare({
  a: 'a',
  b: 'o1',
  c: 'c',
  d: 'u2',
  f: 'fF',
  h: 'x2',
  i: 'dI',
  l: 'dL',
  o: 'o2',
  s: 'd2',
  x: 'x2',
  B: 'o2',
  D: 'u4',
  F: 'fD',
  H: 'x4',
  I: 'dL',
  L: 'dL',
  O: 'o4',
  X: 'x4',
  e: 'fD',
});
const endians = { big: 'big', little: 'little' } as const;

export const od = makeTool({
  name: 'od',
  options: [
    { short: 'A', long: 'address-radix', value: 'required' },
    { long: 'endian', value: 'required' },
    { short: 'j', long: 'skip-bytes', value: 'required' },
    { short: 'N', long: 'read-bytes', value: 'required' },
    { short: 'S', long: 'strings', value: 'optional' },
    { short: 't', long: 'format', value: 'required' },
    { short: 'v', long: 'output-duplicates' },
    { short: 'w', long: 'width', value: 'optional' },
    { long: 'traditional' },
    ...Object.keys(shortTypes).map((short) => ({ short })),
  ],
  help: `[OPTION]... [FILE]...
Print the FILEs as octal numbers, or otherwise.

  -A, --address-radix=RADIX   d, o, x, or n for no addresses
      --endian={big|little}   order of the bytes
  -j, --skip-bytes=BYTES      leave out so many          -N, --read-bytes=BYTES   no more than so many
  -t, --format=TYPE           a names, c characters, d[SIZE] u[SIZE] o[SIZE] x[SIZE] f[SIZE]; z with text
  -v, --output-duplicates     lines that repeat, too
  -w[BYTES], --width[=BYTES]  bytes a line (16)
  -a -b -c -d -f -i -l -o -s -x   as -t a, o1, c, u2, fF, dI, dL, o2, d2, x2`,
  *run(tool) {
    if (tool.has('strings')) throw new Fatal('the option --strings is not there in a simulated Machine');
    const dump = new Dump(tool);
    yield* dump.run();
  },
});

class Dump {
  readonly #formats: OdFormat[];
  readonly #perLine: number;
  readonly #radix: string;
  readonly #isLittle: boolean;
  #skip: number;
  readonly #limit: number;
  #address = 0;
  #last: Uint8Array | null = null;
  #hasStar = false;
  #warning: string | null = null;

  constructor(private readonly tool: Tool) {
    this.#radix = tool.value('address-radix') ?? 'o';
    if (!/^[doxn]/.test(this.#radix)) {
      throw new Fatal(
        `invalid output address radix '${this.#radix.slice(0, 1)}'; it must be one character from [doxn]`,
      );
    }
    const endian = tool.value('endian');
    this.#isLittle = endian === null || chooseWord(tool, endian, '--endian', endians) === 'little';
    this.#skip = this.#size('skip-bytes') ?? 0;
    this.#limit = this.#size('read-bytes') ?? Number.POSITIVE_INFINITY;
    const types = tool.options.given.flatMap(({ name, value }) => {
      if (name === 'format') return parseFormats(tool, value ?? '');
      const type = shortTypes[name];
      return type === undefined ? [] : parseFormats(tool, type);
    });
    this.#formats = types.length > 0 ? types : parseFormats(tool, 'o2');
    this.#perLine = this.#lineWidth();
  }

  #size(option: 'skip-bytes' | 'read-bytes'): number | null {
    const text = this.tool.value(option);
    if (text === null) return null;
    const hex = /^0[xX][0-9a-fA-F]+$/.test(text) || /^0[0-7]+$/.test(text);
    const parsed = hex
      ? { ok: true as const, value: Number(text.replace(/^0(?=[0-7])/, '0o')) }
      : parseNumber(text, sizeSuffixes);
    if (parsed.ok) return parsed.value;
    const spelled = this.tool.options.given.findLast(({ name }) => name === option)?.spelled ?? '';
    const problem = /^\d/.test(text) ? 'invalid suffix in' : 'invalid';
    throw new Fatal(`${problem} ${spelled} argument ${this.tool.quote(text)}`);
  }

  #lineWidth(): number {
    const { tool } = this;
    const common = this.#formats.reduce((all, { size }) => leastCommonMultiple(all, size), 1);
    if (!tool.has('width')) return common < 16 ? Math.floor(16 / common) * common : common;
    const text = tool.value('width');
    const given = text === null ? { ok: true as const, value: 32 } : parseNumber(text);
    if (!given.ok) throw new Fatal(`invalid -w argument ${tool.quote(text ?? '')}`);
    if (given.value > 0 && given.value % common === 0) return given.value;
    this.#warning = `warning: invalid width ${given.value}; using ${common} instead`;
    return common;
  }

  *run(): Blocking<void> {
    const { tool } = this;
    if (this.#warning !== null) yield* tool.warn(this.#warning);
    let held: Uint8Array = new Uint8Array();
    let left = this.#limit;
    let hasInput = false;
    for (const name of inputNames(tool)) {
      const input = yield* openInput(tool, name);
      if (input === null) continue;
      hasInput = true;
      while (left > 0) {
        const want = Math.min(chunkBytes, this.#skip > 0 ? this.#skip : left);
        const data = yield* tool.attempt(tool.bare(name === '-' ? 'standard input' : name), () =>
          tool.sys.read(input.fd, want),
        );
        if (data === null || data.length === 0) break;
        if (this.#skip > 0) {
          this.#skip -= data.length;
          this.#address += data.length;
          continue;
        }
        left -= data.length;
        held = yield* this.#lines(concat([held, data]));
      }
      closeInput(tool.sys, input);
    }
    if (this.#skip > 0) throw new Fatal('cannot skip past end of combined input');
    if (held.length > 0) {
      yield* this.#line(held);
      this.#address += held.length;
    }
    if (hasInput && !this.#radix.startsWith('n')) yield* tool.line(this.#addressText());
  }

  /** Answers what is not a whole line yet. */
  *#lines(data: Uint8Array): Blocking<Uint8Array> {
    let at = 0;
    for (; at + this.#perLine <= data.length; at += this.#perLine) {
      yield* this.#line(data.subarray(at, at + this.#perLine));
      this.#address += this.#perLine;
    }
    yield* this.tool.sys.checkpoint();
    return data.slice(at);
  }

  *#line(data: Uint8Array): Blocking<void> {
    const { tool } = this;
    const repeats =
      this.#last !== null && this.#last.length === data.length && data.every((byte, at) => byte === this.#last?.[at]);
    this.#last = data;
    if (repeats && !tool.has('output-duplicates') && data.length === this.#perLine) {
      if (!this.#hasStar) yield* tool.line('*');
      this.#hasStar = true;
      return;
    }
    this.#hasStar = false;
    for (const [number, format] of this.#formats.entries()) {
      const address = this.#addressText();
      yield* tool.line((number === 0 ? address : ' '.repeat(address.length)) + this.#items(data, format));
    }
  }

  #addressText(): string {
    switch (this.#radix.slice(0, 1)) {
      case 'n':
        return '';
      case 'd':
        return String(this.#address).padStart(7, '0');
      case 'x':
        return this.#address.toString(16).padStart(6, '0');
      default:
        return this.#address.toString(8).padStart(7, '0');
    }
  }

  /** Items of several types stand below each other. */
  #items(data: Uint8Array, format: OdFormat): string {
    const { size, show, hasText } = format;
    const widest = Math.max(...this.#formats.map((other) => ((other.width + 1) * this.#perLine) / other.size));
    const fields = this.#perLine / size;
    let text = '';
    let position = 0;
    const count = Math.ceil(data.length / size);
    for (let at = 0; at < count; at++) {
      const bytes = new Uint8Array(size);
      bytes.set(data.subarray(at * size, Math.min(data.length, (at + 1) * size)));
      const end = Math.floor(((at + 1) * widest) / fields);
      text += show(bytes, this.#isLittle).padStart(end - position);
      position = end;
    }
    if (!hasText) return text;
    const missing = widest - position;
    const shown = [...data].map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');
    return `${text}${' '.repeat(Math.max(0, missing))}  >${shown}<`;
  }
}

function leastCommonMultiple(a: number, b: number): number {
  let [one, other] = [a, b];
  while (other > 0) [one, other] = [other, one % other];
  return (a * b) / one;
}
