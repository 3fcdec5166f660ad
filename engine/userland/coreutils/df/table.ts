/** The columns of df. */
import { formatSize, humanSize, type SizeFormat } from '../../lib/human';
import { textWidth } from '../../lib/width';
import type { Usage } from './df';

export const fieldNames = [
  'source',
  'fstype',
  'itotal',
  'iused',
  'iavail',
  'ipcent',
  'size',
  'used',
  'avail',
  'pcent',
  'file',
  'target',
] as const;

export type Column = (typeof fieldNames)[number];
export type Layout = 'usual' | 'posix' | 'inodes';

const leastWidths: Readonly<Record<Column, number>> = {
  source: 14,
  fstype: 4,
  itotal: 5,
  iused: 5,
  iavail: 5,
  ipcent: 4,
  size: 5,
  used: 5,
  avail: 5,
  pcent: 4,
  file: 0,
  target: 0,
};
const onTheLeft: readonly Column[] = ['source', 'fstype', 'file', 'target'];

export function columnsOf(layout: Layout, isTyped: boolean): Column[] {
  const numbers: readonly Column[] =
    layout === 'inodes' ? ['itotal', 'iused', 'iavail', 'ipcent'] : ['size', 'used', 'avail', 'pcent'];
  return ['source', ...(isTyped ? ['fstype' as const] : []), ...numbers, 'target'];
}

export interface TableOptions {
  size: SizeFormat;
  isPosix: boolean;
}

export function table(usages: readonly Usage[], columns: readonly Column[], options: TableOptions): string[] {
  const rows = [
    columns.map((column) => header(column, options)),
    ...usages.map((usage) => columns.map((column) => cell(usage, column, options.size))),
  ];
  const widths = columns.map((column, at) =>
    Math.max(leastWidths[column], ...rows.map((row) => textWidth(row[at] ?? ''))),
  );
  return rows.map((row) =>
    row
      .map((text, at) => {
        const column = columns[at] ?? 'source';
        const fill = ' '.repeat((widths[at] ?? 0) - textWidth(text));
        if (!onTheLeft.includes(column)) return fill + text;
        return at === columns.length - 1 ? text : text + fill;
      })
      .join(' '),
  );
}

function header(column: Column, { size, isPosix }: TableOptions): string {
  const isHuman = typeof size.unit !== 'number';
  switch (column) {
    case 'source':
      return 'Filesystem';
    case 'fstype':
      return 'Type';
    case 'itotal':
      return 'Inodes';
    case 'iused':
      return 'IUsed';
    case 'iavail':
      return 'IFree';
    case 'ipcent':
      return 'IUse%';
    case 'size':
      return isHuman
        ? 'Size'
        : `${blockName(size.unit === 'human' || size.unit === 'si' ? 1 : size.unit, isPosix)}-blocks`;
    case 'used':
      return 'Used';
    case 'avail':
      return isHuman ? 'Avail' : 'Available';
    case 'pcent':
      return isPosix ? 'Capacity' : 'Use%';
    case 'file':
      return 'File';
    case 'target':
      return 'Mounted on';
  }
}

/** `1K`, `512B`, `1MB`: in powers of whichever number divides the unit more often. */
function blockName(unit: number, isPosix: boolean): string {
  if (isPosix) return String(unit);
  const [by1000, by1024] = [divisions(unit, 1000), divisions(unit, 1024)];
  const base = by1000 > by1024 ? 1000 : 1024;
  const power = Math.max(by1000, by1024);
  const letter = ['', 'K', 'M', 'G', 'T', 'P', 'E'][power] ?? '';
  const number = unit / base ** power;
  if (power === 0) return `${number}B`;
  return base === 1000 ? `${number}${letter === 'K' ? 'k' : letter}B` : `${number}${letter}`;
}

function divisions(unit: number, base: number): number {
  let [rest, count] = [unit, 0];
  while (rest % base === 0 && rest >= base) {
    rest /= base;
    count++;
  }
  return count;
}

function cell(usage: Usage, column: Column, size: SizeFormat): string {
  const { stat } = usage;
  switch (column) {
    case 'source':
      return usage.source;
    case 'fstype':
      return usage.type;
    case 'file':
      return usage.file;
    case 'target':
      return usage.target;
    default:
      break;
  }
  if (stat === null) return '-';
  const bytes = (blocks: number) => formatSize(blocks * stat.blockSize, size);
  const inodes = (count: number) =>
    typeof size.unit === 'number' ? String(count) : humanSize(count, size.unit === 'si' ? 1000 : 1024);
  switch (column) {
    case 'size':
      return bytes(stat.blocks);
    case 'used':
      return bytes(stat.blocks - stat.free);
    case 'avail':
      return bytes(stat.free);
    case 'pcent':
      return percent(stat.blocks - stat.free, stat.free);
    case 'itotal':
      return inodes(stat.files);
    case 'iused':
      return inodes(stat.files - stat.filesFree);
    case 'iavail':
      return inodes(stat.filesFree);
    default:
      return percent(stat.files - stat.filesFree, stat.filesFree);
  }
}

/** Rounded up; `-` of nothing. */
function percent(used: number, free: number): string {
  const all = used + free;
  return all === 0 ? '-' : `${Math.ceil((used * 100) / all)}%`;
}
