/** tr: translates, squeezes and deletes bytes (tr(1)). */
import { binaryOf } from '../../lib/binary';
import { UsageError } from '../../lib/options';
import { chunkBytes } from '../common/input';
import { extraOperand } from '../common/operands';
import { Fatal, makeTool, type Tool } from '../common/tool';
import { parseSet, type TrSet } from './sets';

export const tr = makeTool({
  name: 'tr',
  options: [
    { short: 'c', long: 'complement' },
    { short: 'C', as: 'complement' },
    { short: 'd', long: 'delete' },
    { short: 's', long: 'squeeze-repeats' },
    { short: 't', long: 'truncate-set1' },
  ],
  stopAtOperand: true,
  help: `[OPTION]... STRING1 [STRING2]
Translate, squeeze or delete characters from standard input to standard output.

  -c, -C, --complement    all that is not in STRING1
  -d, --delete            delete what is in STRING1
  -s, --squeeze-repeats   of repeated characters in the last STRING leave one
  -t, --truncate-set1     STRING1 is as long as STRING2 at most
STRINGs may hold a-z, \\NNN, \\n and the like, [:alpha:] and other classes, [=c=], [c*n].`,
  *run(tool) {
    const translate = makeTranslator(tool);
    for (;;) {
      const data = yield* tool.attempt('read error', () => tool.sys.read(0, chunkBytes));
      if (data === null || data.length === 0) return;
      yield* tool.write(translate(data));
      yield* tool.flush();
    }
  },
});

type Translator = (data: Uint8Array) => Uint8Array;

function makeTranslator(tool: Tool): Translator {
  const { operands } = tool;
  const [deletes, squeezes] = [tool.has('delete'), tool.has('squeeze-repeats')];
  const least = deletes === squeezes ? 2 : 1;
  const most = deletes && !squeezes ? 1 : 2;
  const [first, second] = operands;
  if (operands.length < least) {
    if (first === undefined) throw new UsageError('missing operand');
    const why = squeezes
      ? 'Two strings must be given when both deleting and squeezing repeats.'
      : 'Two strings must be given when translating.';
    throw new UsageError(`missing operand after ${tool.word(first)}\n${why}`);
  }
  if (operands.length > most) {
    const extra = extraOperand(tool, operands[most] ?? '');
    if (operands.length !== 2) throw extra;
    throw new UsageError(`${extra.message}\nOnly one string may be given when deleting without squeezing repeats.`);
  }
  const set1 = parseSet(tool, binaryOf(first ?? ''));
  const set2 = second === undefined ? null : parseSet(tool, binaryOf(second));
  if (set1.filler !== null) throw new Fatal('the [c*] repeat construct may not appear in string1');
  const bytes1 = tool.has('complement') ? complementOf(set1.bytes) : set1.bytes;
  if (deletes) return deleter(bytes1, squeezes && set2 !== null ? filled(set2, 0) : null);
  if (set2 === null) return squeezer(identity(), new Set(bytes1));
  const table = translation(tool, set1, set2, bytes1);
  return squeezes
    ? squeezer(table, new Set(filled(set2, bytes1.length)))
    : (data) => data.map((byte) => table[byte] ?? byte);
}

function identity(): number[] {
  return Array.from({ length: 256 }, (_, byte) => byte);
}

function complementOf(bytes: readonly number[]): number[] {
  const set = new Set(bytes);
  return identity().filter((byte) => !set.has(byte));
}

function deleter(bytes: readonly number[], squeeze: readonly number[] | null): Translator {
  const gone = new Set(bytes);
  const without: Translator = (data) => data.filter((byte) => !gone.has(byte));
  if (squeeze === null) return without;
  const squeezed = squeezer(identity(), new Set(squeeze));
  return (data) => squeezed(without(data));
}

/** Remembers the last byte from one piece to the next. */
function squeezer(table: readonly number[], set: ReadonlySet<number>): Translator {
  let last = -1;
  return (data) => {
    const result = new Uint8Array(data.length);
    let size = 0;
    for (const byte of data) {
      const mapped = table[byte] ?? byte;
      if (mapped === last && set.has(mapped)) continue;
      result[size++] = mapped;
      last = mapped;
    }
    return result.subarray(0, size);
  };
}

/** The set with its `[x*]` as long as to make it `length` long. */
function filled({ bytes, filler }: TrSet, length: number): number[] {
  if (filler === null) return bytes;
  const missing = Math.max(0, length - bytes.length);
  return bytes.toSpliced(filler.at, 0, ...new Array<number>(missing).fill(filler.byte));
}

function translation(tool: Tool, set1: TrSet, set2: TrSet, bytes1: readonly number[]): number[] {
  if (set2.hasClass) {
    throw new Fatal("when translating, the only character classes that may appear in\nstring2 are 'upper' and 'lower'");
  }
  checkCases(tool, set1, set2);
  const bytes2 = filled(set2, bytes1.length);
  const last = bytes2.at(-1);
  if (last === undefined && bytes1.length > 0 && !tool.has('truncate-set1')) {
    throw new Fatal('when not truncating set1, string2 must be non-empty');
  }
  if (tool.has('complement') && set1.hasClass && new Set(bytes2).size > 1) {
    throw new Fatal(
      'when translating with complemented character classes,\nstring2 must map all characters in the domain to one',
    );
  }
  if (
    bytes2.length < bytes1.length &&
    !tool.has('truncate-set1') &&
    [...set2.cases.keys()].some((at) => at + 26 === bytes2.length) &&
    set2.cases.size > 0
  ) {
    throw new Fatal(
      'when translating with string1 longer than string2,\nthe latter string must not end with a character class',
    );
  }
  const table = identity();
  bytes1.forEach((byte, at) => {
    const target = bytes2[at] ?? (tool.has('truncate-set1') ? undefined : last);
    if (target !== undefined) table[byte] = target;
  });
  return table;
}

/** `[:upper:]` and `[:lower:]` have to stand opposite each other. */
function checkCases(tool: Tool, set1: TrSet, set2: TrSet): void {
  if (tool.has('complement')) return;
  for (const at of set2.cases.keys()) {
    if (!set1.cases.has(at)) throw new Fatal('misaligned [:upper:] and/or [:lower:] construct');
  }
}
