/** Rows of ps: every column has its width, and what is too wide pushes the others until there is room again. */
import { textWidth } from '../../lib/width';
import type { ProcessRecord, World } from './record';
import type { Field } from './request';

/** Wide enough for all that can come. */
export const unlimited = 131_072;

export function row(fields: readonly Field[], record: ProcessRecord | null, world: World, screen: number): string {
  let line = '';
  let [should, is, gap] = [0, 0, 0];
  fields.forEach((field, at) => {
    const isLast = at === fields.length - 1;
    const room = isLast ? Math.max(0, screen - (should > is ? should : is + gap)) : field.width;
    const text = record ? field.column.text(record, world, room) : field.header;
    const amount = textWidth(text);
    const pad = Math.max(0, padding(field, amount, world));
    const space = Math.max(should - is + pad, gap);
    line += ' '.repeat(Math.max(0, space)) + text;
    is += space + amount;
    should += field.width + (field.column.side === 'signal' ? 7 : 0) + 1;
    gap = 1;
  });
  return line;
}

function padding({ column, width }: Field, amount: number, { numbers }: World): number {
  switch (column.side) {
    case 'right':
      return width - amount;
    case 'signal':
      return width + 7 - amount;
    case 'user':
      return numbers ? width - amount : 0;
    default:
      return 0;
  }
}
