/** `ip -s link`: counters, in columns as wide as they need to be. */
import type { LinkInfo } from '../../../kernel/sim';

export function statistics({ stats }: LinkInfo, level: number, newline: string): string {
  const rows: Array<readonly [string, readonly string[], readonly number[]]> = [
    [
      'RX:',
      ['bytes', 'packets', 'errors', 'dropped', 'missed', 'mcast'],
      [stats.rxBytes, stats.rxPackets, stats.rxErrors, stats.rxDropped, 0, 0],
    ],
  ];
  if (level > 1) rows.push(['RX errors:', ['length', 'crc', 'frame', 'fifo', 'overrun'], [0, 0, 0, 0, 0]]);
  rows.push([
    'TX:',
    ['bytes', 'packets', 'errors', 'dropped', 'carrier', 'collsns'],
    [stats.txBytes, stats.txPackets, stats.txErrors, stats.txDropped, 0, 0],
  ]);
  if (level > 1) rows.push(['TX errors:', ['aborted', 'fifo', 'window', 'heartbt', 'transns'], [0, 0, 0, 0, 0]]);
  const widths = columnWidths(rows, level);
  return rows.map(([title, names, values]) => row(title, names, values, widths, newline)).join('');
}

/** The widest of names and values of all rows, column by column. */
function columnWidths(
  rows: ReadonlyArray<readonly [string, readonly string[], readonly number[]]>,
  level: number,
): number[] {
  const first = level > 1 ? 'RX errors:'.length : 3;
  const widths: number[] = [];
  for (const [title, names, values] of rows) {
    for (const [at, name] of names.entries()) {
      const titleRoom =
        at === 0 ? (title.includes('errors') ? name.length + title.length + 1 : first + 1 + name.length) : name.length;
      widths[at] = Math.max(
        widths[at] ?? 0,
        titleRoom,
        at === 0 ? String(values[at] ?? 0).length : String(values[at] ?? 0).length,
      );
    }
  }
  return widths;
}

function row(
  title: string,
  names: readonly string[],
  values: readonly number[],
  widths: readonly number[],
  newline: string,
): string {
  const heads = names.map((name, at) =>
    at === 0 ? name.padStart((widths[0] ?? 0) - title.length) : name.padStart(widths[at] ?? 0),
  );
  const cells = values.map((value, at) => String(value).padStart(widths[at] ?? 0));
  const tail = title.includes('errors') ? '' : '           ';
  return `${newline}    ${title}${heads.join(' ')}${tail}${newline}    ${cells.join(' ')} `;
}
