/** `ip -s link`: counters, in columns as wide as the widest of all rows. */
import type { LinkInfo } from '../../../kernel/sim';
import type { IpOptions } from './context';

const leastWidths = ['*X errors:', 'packets', 'errors', 'dropped', 'heartbt', 'overrun', 'compressed'].map(
  ({ length }) => length,
);

export function statistics({ stats }: LinkInfo, options: IpOptions, newline: string): string {
  const level = options.statistics;
  const figure = (count: number) => (options.human ? humanFigure(count, options.iec) : String(count));
  const rx = [stats.rxBytes, stats.rxPackets, stats.rxErrors, stats.rxDropped, 0, 0];
  const tx = [stats.txBytes, stats.txPackets, stats.txErrors, stats.txDropped, 0, 0];
  const widths = leastWidths.map((least, at) =>
    Math.max(least, figure(rx[at] ?? 0).length, figure(tx[at] ?? 0).length),
  );
  const counts = (title: string, names: readonly string[], values: readonly number[]) =>
    `${newline}    ${title}${cells(names, widths, title.length)} ${' '.repeat(widths[6] ?? 0)}${newline}    ${cells(values.map(figure), widths, 0)} `;
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

/** `56.9k`, `55.6ki`: three figures at most. */
function humanFigure(count: number, isBinary: boolean): string {
  const base = isBinary ? 1024 : 1000;
  if (count < base) return String(count);
  let power = 0;
  while (power < 6 && count / base ** (power + 1) >= 1) power++;
  const value = count / base ** power;
  const places = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(places)}${'kMGTPE'[power - 1]}${isBinary ? 'i' : ''}`;
}
