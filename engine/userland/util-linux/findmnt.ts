import { isSysError } from '../../kernel/sim';
import { readFile } from '../lib/io';
import { canonicalPath } from '../lib/realpath';
import { Fatal, type Frame, utilLinux } from './common/frame';
import { allOptions, type MountLine, parseMountinfo, propagationOf } from './common/mountinfo';
import { type Column, printTable, treeLines } from './common/table';

interface Row {
  mount: MountLine;
  prefix: string;
}

const columns: Array<Column<Row>> = [
  { name: 'TARGET', cell: ({ mount, prefix }) => `${prefix}${mount.target}` },
  { name: 'SOURCE', cell: ({ mount }) => sourceOf(mount) },
  { name: 'FSTYPE', cell: ({ mount }) => mount.type },
  { name: 'OPTIONS', cell: ({ mount }) => allOptions(mount) },
  { name: 'VFS-OPTIONS', cell: ({ mount }) => mount.options.join(',') },
  { name: 'FS-OPTIONS', cell: ({ mount }) => mount.superOptions.join(',') },
  { name: 'PROPAGATION', cell: ({ mount }) => propagationOf(mount) },
  { name: 'ID', right: true, cell: ({ mount }) => String(mount.id) },
  { name: 'PARENT', right: true, cell: ({ mount }) => String(mount.parent) },
  { name: 'FSROOT', cell: ({ mount }) => mount.root },
  { name: 'MAJ:MIN', cell: ({ mount }) => mount.device },
  { name: 'OPT-FIELDS', cell: ({ mount }) => mount.optional.join(' ') },
];

export const findmnt = utilLinux({
  name: 'findmnt',
  options: [
    { long: 'kernel', short: 'k' },
    { long: 'mtab', short: 'm' },
    { long: 'first-only', short: 'f' },
    { long: 'invert', short: 'i' },
    { long: 'json', short: 'J' },
    { long: 'list', short: 'l' },
    { long: 'noheadings', short: 'n' },
    { long: 'notruncate', short: 'u' },
    { long: 'options', short: 'O', value: 'required' },
    { long: 'output', short: 'o', value: 'required' },
    { long: 'raw', short: 'r' },
    { long: 'types', short: 't', value: 'required' },
    { long: 'nofsroot', short: 'v' },
    { long: 'submounts', short: 'R' },
    { long: 'source', short: 'S', value: 'required' },
    { long: 'target', short: 'T', value: 'required' },
    { long: 'mountpoint', short: 'M', value: 'required' },
    { long: 'ascii', short: 'a' },
    { long: 'df', short: 'D' },
  ],
  help: '[options]\n findmnt [options] <device> | <mountpoint>\n findmnt [options] <device> <mountpoint>\n\nFind a (mounted) filesystem.',
  *run(frame) {
    const { sys, options: given, out } = frame;
    const mounts = parseMountinfo(yield* readFile(sys, '/proc/self/mountinfo'));
    const chosen = chooseColumns(frame);
    const found = select(frame, mounts);
    const rows = rowsOf(frame, mounts, found);
    if (rows.length === 0) return 1;
    if (given.has('json')) yield* out.write(json(chosen, rows));
    else yield* out.write(printTable(chosen, rows, { noHeadings: given.has('noheadings'), raw: given.has('raw') }));
    return 0;
  },
});

function chooseColumns({ options: given }: Frame): Array<Column<Row>> {
  const names = (given.value('output') ?? 'TARGET,SOURCE,FSTYPE,OPTIONS').split(',');
  return names.map((name) => {
    const found = columns.find((column) => column.name === name.toUpperCase());
    if (!found) throw new Fatal(`unknown column: ${name}`);
    return given.has('nofsroot') && found.name === 'SOURCE' ? { ...found, cell: ({ mount }) => mount.source } : found;
  });
}

/** Null: no condition was given, all are shown. */
function select(frame: Frame, mounts: readonly MountLine[]): MountLine[] | null {
  const { options: given } = frame;
  const [first, second] = given.operands;
  const conditions: Array<(mount: MountLine) => boolean> = [];
  const types = given.value('types')?.split(',');
  const source = given.value('source') ?? (second === undefined ? null : (first ?? null));
  const place = given.value('mountpoint') ?? second ?? null;
  const options = given.value('options')?.split(',');
  if (types) conditions.push(({ type }) => types.includes(type));
  if (options) conditions.push((mount) => options.every((option) => allOptions(mount).split(',').includes(option)));
  if (source !== null) conditions.push((mount) => mount.source === source || sourceOf(mount) === source);
  if (place !== null) conditions.push(({ target }) => target === resolved(frame, place));
  if (first !== undefined && second === undefined) {
    const path = resolved(frame, first);
    const byTarget = mounts.filter(({ target }) => target === path);
    return limited(frame, byTarget.length > 0 ? byTarget : mounts.filter((mount) => mount.source === first));
  }
  const within = given.value('target');
  if (within !== null) return [holding(frame, mounts, within)].flatMap((mount) => mount ?? []);
  if (conditions.length === 0) return null;
  return limited(
    frame,
    mounts.filter((mount) => conditions.every((holds) => holds(mount)) !== given.has('invert')),
  );
}

function limited({ options: given }: Frame, found: readonly MountLine[]): MountLine[] {
  // Of several on one place, the topmost is what is seen.
  return given.has('first-only') ? found.slice(0, 1) : [...found];
}

/** The mount a path lies in. */
function holding(frame: Frame, mounts: readonly MountLine[], path: string): MountLine | null {
  const full = resolved(frame, path);
  const isBelow = (target: string) => target === '/' || full === target || full.startsWith(`${target}/`);
  const [deepest] = mounts
    .filter(({ target }) => isBelow(target))
    .toSorted((a, b) => b.target.length - a.target.length);
  return mounts.findLast((mount) => mount.target === deepest?.target) ?? null;
}

function rowsOf(
  { options: given, env }: Frame,
  mounts: readonly MountLine[],
  found: readonly MountLine[] | null,
): Row[] {
  const isFlat = given.has('list') || given.has('raw') || given.has('json');
  const ids = new Set(mounts.map(({ id }) => id));
  const roots = found ?? mounts.filter(({ id, parent }) => !ids.has(parent) || parent === id);
  const isTree = found === null || given.has('submounts');
  if (!isTree) return roots.map((mount) => ({ mount, prefix: '' }));
  const ascii = given.has('ascii') || !/utf-?8/i.test(env.LC_ALL ?? env.LC_CTYPE ?? env.LANG ?? '');
  const lines = treeLines(
    roots,
    ({ id }) => mounts.filter(({ parent, id: own }) => parent === id && own !== id),
    ascii,
  );
  if (isFlat && found === null) return mounts.map((mount) => ({ mount, prefix: '' }));
  return lines.map(({ node, prefix }) => ({ mount: node, prefix: isFlat ? '' : prefix }));
}

function sourceOf({ source, root }: MountLine): string {
  return root === '/' ? source : `${source}[${root}]`;
}

function resolved({ sys }: Frame, path: string): string {
  try {
    return canonicalPath(sys, path, 'all');
  } catch (error) {
    if (isSysError(error)) return path;
    throw error;
  }
}

function json(chosen: ReadonlyArray<Column<Row>>, rows: readonly Row[]): string {
  const items = rows.map((row) => {
    const fields = chosen.map(
      (column) => `         "${column.name.toLowerCase()}": ${JSON.stringify(column.cell(row))}`,
    );
    return `      {\n${fields.join(',\n')}\n      }`;
  });
  return `{\n   "filesystems": [\n${items.join(',')}\n   ]\n}\n`;
}
