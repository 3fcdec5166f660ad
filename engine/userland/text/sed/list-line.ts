/** The command `l`: everything unambiguous, long lines folded. */
import { encodeLossless } from '../common/lossless';

const escapes: ReadonlyMap<number, string> = new Map([
  [7, '\\a'],
  [8, '\\b'],
  [9, '\\t'],
  [10, '\\n'],
  [11, '\\v'],
  [12, '\\f'],
  [13, '\\r'],
  [92, '\\\\'],
]);

/** A width of 0 does not fold. */
export function listLine(text: string, width: number): string {
  const limit = width <= 0 ? Number.POSITIVE_INFINITY : width - 1;
  let out = '';
  let column = 0;
  for (const byte of encodeLossless(text)) {
    const shown =
      escapes.get(byte) ??
      (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`);
    if (column + shown.length > limit) {
      out += '\\\n';
      column = 0;
    }
    out += shown;
    column += shown.length;
  }
  return `${out}$\n`;
}
