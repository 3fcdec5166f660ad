/** comm: what two sorted files have in common (comm(1)). */
import { type Blocking, isSysError, strerror } from '../../kernel/sim';
import { binaryOf } from '../lib/binary';
import { UsageError } from '../lib/options';
import { type Line, Lines } from './common/lines';
import { extraOperand } from './common/operands';
import { Fatal, makeTool, type Tool } from './common/tool';

export const comm = makeTool({
  name: 'comm',
  options: [
    { short: '1' },
    { short: '2' },
    { short: '3' },
    { long: 'check-order' },
    { long: 'nocheck-order' },
    { long: 'output-delimiter', value: 'required' },
    { long: 'total' },
    { short: 'z', long: 'zero-terminated' },
  ],
  help: `[OPTION]... FILE1 FILE2
Print three columns: lines only in FILE1, only in FILE2, and in both. Both are sorted.

  -1, -2, -3              without that column
      --check-order       see that they are sorted        --nocheck-order   do not
      --output-delimiter=STR   instead of tabs
      --total             a summary at the end
  -z, --zero-terminated   lines end with NUL`,
  *run(tool) {
    const { operands } = tool;
    if (operands.length > 2) throw extraOperand(tool, operands[2] ?? '');
    if (operands.length < 2) {
      const [only] = operands;
      throw new UsageError(only === undefined ? 'missing operand' : `missing operand after ${tool.word(only)}`);
    }
    const sides = [yield* open(tool, operands[0] ?? ''), yield* open(tool, operands[1] ?? '')] as const;
    return yield* new Comparison(tool, sides).run();
  },
});

function* open(tool: Tool, name: string): Blocking<Lines> {
  try {
    const fd = name === '-' ? 0 : yield* tool.sys.open(name, 0);
    return new Lines(tool.sys, fd, tool.has('zero-terminated') ? 0 : 10);
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new Fatal(`${tool.bare(name)}: ${strerror(error.errno)}`);
  }
}

class Comparison {
  readonly #totals = [0, 0, 0];
  readonly #last: Array<string | null> = [null, null];
  readonly #complained = [false, false];
  readonly #delimiter: string;
  readonly #end: string;
  #hasUnpaired = false;
  #isUnsorted = false;

  constructor(
    private readonly tool: Tool,
    private readonly sides: readonly [Lines, Lines],
  ) {
    const given = tool.value('output-delimiter');
    this.#delimiter = given === null ? '\t' : given === '' ? '\0' : binaryOf(given);
    this.#end = tool.has('zero-terminated') ? '\0' : '\n';
  }

  *run(): Blocking<number> {
    const { tool } = this;
    let [left, right] = [yield* this.#next(0), yield* this.#next(1)];
    while (left !== null || right !== null) {
      const order: number = left === null ? 1 : right === null ? -1 : left < right ? -1 : left > right ? 1 : 0;
      if (order !== 0) this.#hasUnpaired = true;
      if (order < 0) yield* this.#print(0, left ?? '');
      else yield* this.#print(order > 0 ? 1 : 2, right ?? '');
      if (order <= 0) left = yield* this.#next(0);
      if (order >= 0) right = yield* this.#next(1);
      yield* tool.sys.checkpoint();
    }
    if (tool.has('total')) {
      yield* tool.writeBinary(`${[...this.#totals, 'total'].join(this.#delimiter)}${this.#end}`);
    }
    if (!this.#isUnsorted) return 0;
    if (!tool.has('check-order')) yield* tool.fail('input is not in sorted order');
    return 1;
  }

  *#next(side: 0 | 1): Blocking<string | null> {
    const { tool } = this;
    const name = tool.operands[side] ?? '';
    const text = (yield* this.#read(side, name))?.text ?? null;
    const last = this.#last[side] ?? null;
    this.#last[side] = text;
    if (text === null || last === null || last <= text || tool.has('nocheck-order')) return text;
    if (!tool.has('check-order') && !this.#hasUnpaired) return text;
    this.#isUnsorted = true;
    if (!this.#complained[side]) {
      this.#complained[side] = true;
      const message = `file ${side + 1} is not in sorted order`;
      if (tool.has('check-order')) throw new Fatal(message);
      yield* tool.warn(message);
    }
    return text;
  }

  *#read(side: 0 | 1, name: string): Blocking<Line | null> {
    try {
      return yield* this.sides[side].next();
    } catch (error) {
      if (!isSysError(error)) throw error;
      throw new Fatal(`${this.tool.bare(name)}: ${strerror(error.errno)}`);
    }
  }

  *#print(column: 0 | 1 | 2, text: string): Blocking<void> {
    const { tool } = this;
    this.#totals[column] = (this.#totals[column] ?? 0) + 1;
    if (tool.has(String(column + 1))) return;
    const before = [0, 1, 2].filter((other) => other < column && !tool.has(String(other + 1))).length;
    yield* tool.writeBinary(this.#delimiter.repeat(before) + text + this.#end);
  }
}
