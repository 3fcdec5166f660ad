/** ss(8)'s columns: as wide as what is in them; on a terminal the rest of the line is shared out among them. */
export interface Column {
  title: string;
  align: 'left' | 'right';
  delimiter: string;
}

export const columns: readonly Column[] = [
  { title: 'Netid', align: 'left', delimiter: '' },
  { title: 'State', align: 'left', delimiter: ' ' },
  { title: 'Recv-Q', align: 'left', delimiter: ' ' },
  { title: 'Send-Q', align: 'left', delimiter: ' ' },
  { title: 'Local Address:', align: 'right', delimiter: ' ' },
  { title: 'Port', align: 'left', delimiter: '' },
  { title: 'Peer Address:', align: 'right', delimiter: ' ' },
  { title: 'Port', align: 'left', delimiter: '' },
  { title: 'Process', align: 'left', delimiter: '' },
  { title: '', align: 'left', delimiter: '' },
];

export const columnNetid = 0;
export const columnState = 1;

export interface TableSettings {
  header: boolean;
  /** Columns that are not shown. */
  hidden: ReadonlySet<number>;
  /** Of the terminal; null when it is none. */
  screenWidth: number | null;
}

/** Rows have a cell for each column. */
export function table(rows: ReadonlyArray<readonly string[]>, { header, hidden, screenWidth }: TableSettings): string {
  const shown = columns.map((column, at) => ({ ...column, at })).filter(({ at }) => !hidden.has(at));
  const lines = header ? [columns.map(({ title }) => title), ...rows] : rows;
  const lengths = shown.map(({ at }) => Math.max(0, ...lines.map((cells) => (cells[at] ?? '').length)));
  const widths = shown.map(({ delimiter }, index) => {
    const length = lengths[index] ?? 0;
    const isFirst = lengths.slice(0, index).every((one) => one === 0);
    return length === 0 ? 0 : length + (isFirst ? 0 : delimiter.length);
  });
  const breaks = screenWidth === null ? new Set<number>() : spread(widths, screenWidth);
  return lines.map((cells) => `${line(cells, shown, widths, breaks)}\n`).join('');
}

interface Shown extends Column {
  at: number;
}

function line(
  cells: readonly string[],
  shown: readonly Shown[],
  widths: readonly number[],
  breaks: ReadonlySet<number>,
): string {
  let text = '';
  let isLineStart = true;
  for (const [index, { at, align, delimiter }] of shown.entries()) {
    const width = widths[index] ?? 0;
    if (width === 0) continue;
    const before = isLineStart ? '' : delimiter;
    const room = width - before.length;
    const cell = cells[at] ?? '';
    text += before + (align === 'left' ? cell.padEnd(room) : cell.padStart(room));
    isLineStart = breaks.has(index);
    if (isLineStart && index < shown.length - 1 && widths.slice(index + 1).some((one) => one > 0)) text += '\n';
  }
  return text;
}

/** Makes columns wider until they fill the lines; answers after which one a line ends. */
function spread(widths: number[], screen: number): Set<number> {
  const breaks = new Set<number>();
  let start = 0;
  let length = 0;
  for (let at = 0; at < widths.length; at++) {
    const width = Math.min(widths[at] ?? 0, screen);
    widths[at] = width;
    if (width === 0) continue;
    length += width;
    const isLast = widths.slice(at + 1).every((one) => one === 0);
    if (!isLast && length < screen) continue;
    let end = at;
    if (length > screen && end > start) {
      length -= width;
      end = at - 1;
    }
    if (length < screen) share(widths, start, end, screen - length);
    breaks.add(end);
    at = end;
    start = end + 1;
    length = 0;
  }
  return breaks;
}

/** The rest goes to the last columns first. */
function share(widths: number[], start: number, end: number, room: number): void {
  const used = [];
  for (let at = end; at >= start; at--) if ((widths[at] ?? 0) > 0) used.push(at);
  const each = Math.floor(room / Math.max(1, used.length));
  let rest = room % Math.max(1, used.length);
  for (const at of used) {
    widths[at] = (widths[at] ?? 0) + each + (rest > 0 ? 1 : 0);
    rest--;
  }
}
