/** The ends of the names of split's pieces: `aa`, `ab`, and longer ones when those are used up. */
import { parseNumber } from '../../lib/numbers';
import { UsageError } from '../../lib/options';
import { Fatal, type Tool } from '../common/tool';
import type { Plan } from './plan';

export class Suffixes {
  readonly #alphabet: string;
  readonly #isGrowing: boolean;
  #next: number[] | null;
  #lead = '';
  readonly #tail: string;

  constructor(tool: Tool, plan: Plan) {
    const last = tool.options.given.findLast(({ name }) => /^(d|x|numeric-suffixes|hex-suffixes)$/.test(name));
    const isHex = last?.name === 'x' || last?.name === 'hex-suffixes';
    this.#alphabet = last === undefined ? 'abcdefghijklmnopqrstuvwxyz' : isHex ? '0123456789abcdef' : '0123456789';
    const given = tool.value('suffix-length');
    const length = given === null ? null : parseNumber(given);
    if (length !== null && !length.ok) throw new Fatal(`invalid suffix length: ${tool.word(given ?? '')}`);
    this.#tail = tool.value('additional-suffix') ?? '';
    if (this.#tail.includes('/'))
      throw new Fatal(`invalid suffix ${tool.quote(this.#tail)}, contains directory separator`);
    const from = last?.value ?? null;
    if (from !== null && !/^[0-9a-f]+$/.test(from)) {
      throw new UsageError(
        `${tool.quote(from)}: invalid start value for ${isHex ? 'hexadecimal' : 'numerical'} suffix`,
      );
    }
    const needed =
      plan.kind === 'chunks'
        ? digitsFor(plan.count + (from === null ? 0 : Number.parseInt(from, isHex ? 16 : 10)), this.#alphabet.length)
        : 0;
    const wanted = length?.ok && length.value > 0 ? length.value : Math.max(2, needed, from?.length ?? 0);
    if (length?.ok && length.value > 0 && needed > length.value) {
      throw new Fatal(`the suffix length needs to be at least ${needed}`);
    }
    this.#isGrowing = (length === null || (length.ok && length.value === 0)) && plan.kind !== 'chunks' && from === null;
    this.#next = new Array<number>(wanted).fill(0);
    if (from !== null) this.#next = Array.from(from.padStart(wanted, '0'), (digit) => this.#alphabet.indexOf(digit));
  }

  take(): string {
    const digits = this.#next;
    if (digits === null) throw new Fatal('output file suffixes exhausted');
    const text = this.#lead + digits.map((digit) => this.#alphabet[digit]).join('') + this.#tail;
    this.#next = this.#following(digits);
    return text;
  }

  /** Before the first letter is the last of the alphabet, it is kept and the rest gets longer: `yz`, `zaaa`. */
  #following(digits: readonly number[]): number[] | null {
    const last = this.#alphabet.length - 1;
    const next = [...digits];
    let at = next.length - 1;
    while (at >= 0 && next[at] === last) next[at--] = 0;
    if (at < 0) return null;
    next[at] = (next[at] ?? 0) + 1;
    if (!this.#isGrowing || next[0] !== last) return next;
    this.#lead += this.#alphabet[last];
    return new Array<number>(next.length + 1).fill(0);
  }
}

function digitsFor(count: number, base: number): number {
  let [digits, rest] = [0, Math.max(1, count - 1)];
  while (rest > 0) {
    digits++;
    rest = Math.floor(rest / base);
  }
  return digits;
}
