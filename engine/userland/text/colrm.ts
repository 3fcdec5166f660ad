/** colrm: takes columns out of lines (colrm(1), util-linux 2.38). */
import type { Blocking, Sys } from '../../kernel/sim';
import { complain, Output } from '../lib/io';
import { charWidth } from '../lib/width';
import { decodeLossless, encodeLossless } from './common/lossless';
import { Records } from './common/records';

export function* colrm(sys: Sys, argv: readonly string[]): Blocking<number> {
  const bounds: number[] = [];
  for (const [at, arg] of argv.slice(1, 3).entries()) {
    if (!/^\d+$/.test(arg)) {
      yield* complain(sys, 'colrm', `${at === 0 ? 'first' : 'second'} argument: '${arg}'`);
      return 1;
    }
    bounds.push(Number(arg));
  }
  const [first = Number.POSITIVE_INFINITY, last = Number.POSITIVE_INFINITY] = bounds;
  const output = new Output(sys);
  const records = new Records(sys, 0);
  for (let record = yield* records.next(); record !== null; record = yield* records.next()) {
    yield* output.write(
      encodeLossless(
        `${cut(decodeLossless(record.bytes), first || Number.POSITIVE_INFINITY, last)}${record.isEnded ? '\n' : ''}`,
      ),
    );
  }
  yield* output.flush();
  return 0;
}

function cut(line: string, first: number, last: number): string {
  let out = '';
  let column = 0;
  for (const char of line) {
    const before = column;
    column =
      char === '\t'
        ? (Math.floor(column / 8) + 1) * 8
        : char === '\b'
          ? Math.max(0, column - 1)
          : column + charWidth(char.codePointAt(0) ?? 0);
    if (column < first) out += char;
    else if (column > last) out += char === '\t' ? ' '.repeat(column - Math.max(before, last)) : char;
    else if (char === '\t' && before + 1 < first) out += ' '.repeat(first - 1 - before);
  }
  return out;
}
