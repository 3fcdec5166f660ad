/** How ps writes the command of a process. */
import { textWidth } from '../../lib/width';
import type { ProcessRecord, World } from './record';

/** What would move the cursor is shown as a question mark. */
export function printable(text: string): string {
  return text.replace(/[\0-\x1f\x7f-\x9f]/g, '?');
}

/** As much of a text as has room. */
export function fit(text: string, room: number): string {
  if (text.length <= room && textWidth(text) <= room) return text;
  let [width, kept] = [0, ''];
  for (const char of text) {
    width += textWidth(char);
    if (width > room) break;
    kept += char;
  }
  return kept;
}

const isZombie = ({ stat }: ProcessRecord) => stat.state === 'Z';

export function nameText(record: ProcessRecord, room: number): string {
  const tail = isZombie(record) ? ' <defunct>' : '';
  return fit(record.branch + printable(record.stat.comm) + tail, room);
}

export function commandText(record: ProcessRecord, world: World, room: number): string {
  if (world.bareNames) return nameText(record, room);
  const { args, stat, branch } = record;
  if (args.length === 0) return fit(`${branch}[${printable(stat.comm)}]${isZombie(record) ? ' <defunct>' : ''}`, room);
  const line = printable(args.join(' ').replaceAll('\n', ' '));
  return fit(branch + line + environmentText(record, world), room);
}

function environmentText({ files }: ProcessRecord, { environment }: World): string {
  const text = environment ? files.get('environ') : null;
  if (!text) return '';
  return ` ${printable(text.replace(/\0$/, '').replace(/[\0\n]/g, ' '))}`;
}
