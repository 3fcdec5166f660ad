/** `ip -s link`: counters, in columns as wide as the widest of all rows. */
import type { LinkInfo } from '../../../kernel/sim';

const leastWidths = ['*X errors:', 'packets', 'errors', 'dropped', 'heartbt', 'overrun', 'compressed'].map(
  ({ length }) => length,
);

export function statistics({ stats }: LinkInfo, level: number, newline: string): string {
  const rx = [stats.rxBytes, stats.rxPackets, stats.rxErrors, stats.rxDropped, 0, 0];
  const tx = [stats.txBytes, stats.txPackets, stats.txErrors, stats.txDropped, 0, 0];
  const widths = leastWidths.map((least, at) =>
    Math.max(least, String(rx[at] ?? 0).length, String(tx[at] ?? 0).length),
  );
  const counts = (title: string, names: readonly string[], values: readonly number[]) =>
    `${newline}    ${title}${cells(names, widths, title.length)} ${' '.repeat(widths[6] ?? 0)}${newline}    ${cells(values.map(String), widths, 0)} `;
  const errors = (title: string, names: readonly string[]) => {
    const rest = widths.slice(1);
    const room = ' '.repeat((widths[0] ?? 0) - title.length);
    const zeros = names.map(() => '0');
    return `${newline}    ${title}${room} ${cells(names, rest, 0)}${newline}    ${' '.repeat(widths[0] ?? 0)} ${cells(zeros, rest, 0)} `;
  };
  let text = counts('RX:', ['bytes', 'packets', 'errors', 'dropped', 'missed', 'mcast'], rx);
  if (level > 1) text += errors('RX errors:', ['length', 'crc', 'frame', 'fifo', 'overrun']);
  text += counts('TX:', ['bytes', 'packets', 'errors', 'dropped', 'carrier', 'collsns'], tx);
  if (level > 1) text += errors('TX errors:', ['aborted', 'fifo', 'window', 'heartbt', 'transns']);
  return text;
}

/** `used`: how much of the first column a title takes. */
function cells(texts: readonly string[], widths: readonly number[], used: number): string {
  return texts.map((text, at) => text.padStart((widths[at] ?? 0) - (at === 0 ? used : 0))).join(' ');
}
