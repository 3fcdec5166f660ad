/** findmnt(8): mounts as a tree, or those that are asked for. */

import { type Blocking, isSysError } from '../../../kernel/sim';
import { readFile, writeAll } from '../../lib/io';
import { type MountLine, parseMountinfo } from '../../lib/mountinfo';
import { Fatal, type Frame, failed, utilLinux } from '../common/frame';
import { jsonTable } from '../common/json';
import { type Column, printTable } from '../common/table';
import { columns, type Row } from './columns';
import { isAsked, isFlat, rowsOf } from './rows';
import { readFstabStrictly, verify, wrongLine } from './verify';

export const findmnt = utilLinux({
  name: 'findmnt',
  options: [
    { long: 'fstab', short: 's' },
    { long: 'mtab', short: 'm' },
    { long: 'kernel', short: 'k' },
    { long: 'task', short: 'N', value: 'required' },
    { long: 'all', short: 'A' },
    { long: 'ascii', short: 'a' },
    { long: 'bytes', short: 'b' },
    { long: 'canonicalize', short: 'c' },
    { long: 'direction', short: 'd', value: 'required' },
    { long: 'df', short: 'D' },
    { long: 'evaluate', short: 'e' },
    { long: 'tab-file', short: 'F', value: 'required' },
    { long: 'first-only', short: 'f' },
    { long: 'invert', short: 'i' },
    { long: 'json', short: 'J' },
    { long: 'list', short: 'l' },
    { long: 'mountpoint', short: 'M', value: 'required' },
    { long: 'noheadings', short: 'n' },
    { long: 'options', short: 'O', value: 'required' },
    { long: 'output', short: 'o', value: 'required' },
    { long: 'output-all' },
    { long: 'pairs', short: 'P' },
    { long: 'pseudo' },
    { long: 'real' },
    { long: 'raw', short: 'r' },
    { long: 'submounts', short: 'R' },
    { long: 'source', short: 'S', value: 'required' },
    { long: 'target', short: 'T', value: 'required' },
    { long: 'types', short: 't', value: 'required' },
    { long: 'tree' },
    { long: 'shadowed' },
    { long: 'uniq', short: 'U' },
    { long: 'notruncate', short: 'u' },
    { long: 'nofsroot', short: 'v' },
    { long: 'verify', short: 'x' },
    { long: 'verbose' },
  ],
  help: '[options]\n findmnt [options] <device> | <mountpoint>\n findmnt [options] <device> <mountpoint>\n\nFind a (mounted) filesystem.',
  *run(frame) {
    const { options: given, out } = frame;
    if (given.has('verify')) return yield* verify(frame);
    const mounts = yield* readMounts(frame);
    const chosen = chooseColumns(frame);
    const rows = rowsOf(frame, mounts);
    // A tree that is empty is one, too.
    const isTree = !isFlat(frame) && !isAsked(frame);
    if (rows.length === 0 && !(isTree && given.has('json'))) return isTree ? 0 : 1;
    if (given.has('json')) yield* out.write(jsonOf(frame, chosen, rows));
    else if (given.has('pairs')) for (const row of rows) yield* out.line(pairs(chosen, row));
    else yield* out.write(printTable(chosen, rows, { noHeadings: given.has('noheadings'), raw: given.has('raw') }));
    return 0;
  },
});

function* readMounts(frame: Frame): Blocking<MountLine[]> {
  const { sys, options: given } = frame;
  if (given.has('fstab')) return yield* readTable(frame, given.value('tab-file') ?? '/etc/fstab');
  const mtab = given.has('mtab') ? given.value('tab-file') : null;
  if (mtab !== null) return yield* readTable(frame, mtab);
  const path = given.value('tab-file') ?? `/proc/${given.value('task') ?? 'self'}/mountinfo`;
  try {
    return parseMountinfo(yield* readFile(sys, path));
  } catch (error) {
    if (isSysError(error)) throw failed(`can't read ${path}`, error);
    throw error;
  }
}

/** A table of mounts that has no numbers: as fstab(5). */
function* readTable(frame: Frame, path: string): Blocking<MountLine[]> {
  const { entries, wrongLines } = yield* readFstabStrictly(frame, path);
  for (const line of wrongLines) yield* writeAll(frame.sys, 2, wrongLine(path, line));
  return entries.map(({ source, target, type, options }) => ({
    id: 0,
    parent: 0,
    device: '',
    root: '/',
    target,
    options: [options],
    optional: [],
    type,
    source,
    superOptions: [],
  }));
}

function chooseColumns({ options: given }: Frame): Array<Column<Row>> {
  const byDefault = given.has('df')
    ? ['SOURCE', 'FSTYPE', 'SIZE', 'USED', 'AVAIL', 'USE%', 'TARGET']
    : ['TARGET', 'SOURCE', 'FSTYPE', 'OPTIONS'];
  const output = given.value('output');
  const names = output?.startsWith('+')
    ? [...byDefault, ...output.slice(1).split(',')]
    : (output?.split(',') ?? byDefault);
  if (given.has('output-all')) return [...columns];
  return names.map((name) => {
    const found = columns.find((column) => column.name === name.toUpperCase());
    if (!found) throw new Fatal(`unknown column: ${name}`);
    return given.has('nofsroot') && found.name === 'SOURCE' ? { ...found, cell: ({ mount }) => mount.source } : found;
  });
}

function pairs(chosen: ReadonlyArray<Column<Row>>, row: Row): string {
  const name = (column: Column<Row>) => column.name.replaceAll(/[^A-Z]/g, '_');
  return chosen.map((column) => `${name(column)}="${column.cell(row).trim()}"`).join(' ');
}

function jsonOf(frame: Frame, chosen: ReadonlyArray<Column<Row>>, rows: readonly Row[]): string {
  const numbers = new Set(['ID', 'PARENT', ...(frame.options.has('bytes') ? ['SIZE', 'USED', 'AVAIL'] : [])]);
  const isTree = chosen.some(({ name }) => name === 'TARGET');
  const bare = rows.map((row) => ({ ...row, prefix: '', depth: isTree ? row.depth : 0 }));
  return jsonTable('filesystems', chosen, bare, { numbers });
}
