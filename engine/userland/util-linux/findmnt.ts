/** findmnt(8): mounts as a tree, or those that are asked for. */
import { type Blocking, isSysError } from '../../kernel/sim';
import { orNull } from '../lib/attempt';
import { readFile } from '../lib/io';
import { allOptions, type MountLine, parseMountinfo, propagationOf } from '../lib/mountinfo';
import { canonicalPath } from '../lib/realpath';
import { Fatal, type Frame, failed, utilLinux } from './common/frame';
import { jsonTable } from './common/json';
import { type Column, printTable, treeLines } from './common/table';
import { readFstab } from './mount/fstab';

interface Row {
  mount: MountLine;
  prefix: string;
  depth: number;
  /** Of the filesystem, in bytes; null where it has none. */
  space: { size: number; free: number; available: number } | null;
  bytes: boolean;
}

function figure(bytes: number, exact: boolean): string {
  if (exact || bytes < 1024) return String(bytes);
  const power = Math.min(5, Math.floor(Math.log2(bytes) / 10));
  return `${Math.round((bytes / 1024 ** power) * 10) / 10}${'KMGTP'[power - 1]}`;
}
const spaceCell =
  (of: (space: NonNullable<Row['space']>) => number) =>
  ({ space, bytes }: Row): string =>
    space ? figure(of(space), bytes) : '';

function usage({ space }: Row): string {
  if (!space || space.size === 0) return space ? '-' : '';
  return `${Math.floor(((space.size - space.free) * 100) / space.size)}%`;
}

const columns: ReadonlyArray<Column<Row>> = [
  { name: 'TARGET', cell: ({ mount, prefix }) => `${prefix}${mount.target}` },
  { name: 'SOURCE', cell: ({ mount }) => sourceOf(mount) },
  { name: 'FSTYPE', cell: ({ mount }) => mount.type },
  { name: 'OPTIONS', cell: ({ mount }) => allOptions(mount) },
  { name: 'VFS-OPTIONS', cell: ({ mount }) => mount.options.join(',') },
  { name: 'FS-OPTIONS', cell: ({ mount }) => mount.superOptions.join(',') },
  { name: 'OPT-FIELDS', cell: ({ mount }) => mount.optional.join(' ') },
  { name: 'PROPAGATION', cell: ({ mount }) => propagationOf(mount) },
  { name: 'ID', right: true, cell: ({ mount }) => String(mount.id) },
  { name: 'PARENT', right: true, cell: ({ mount }) => String(mount.parent) },
  { name: 'FSROOT', cell: ({ mount }) => mount.root },
  { name: 'MAJ:MIN', cell: ({ mount }) => deviceText(mount.device) },
  { name: 'SIZE', right: true, hint: 5, cell: spaceCell(({ size }) => size) },
  { name: 'USED', right: true, hint: 5, cell: spaceCell(({ size, free }) => size - free) },
  { name: 'AVAIL', right: true, hint: 5, cell: spaceCell(({ available }) => available) },
  { name: 'USE%', right: true, cell: usage },
  { name: 'LABEL', cell: () => '' },
  { name: 'UUID', cell: () => '' },
  { name: 'PARTLABEL', cell: () => '' },
  { name: 'PARTUUID', cell: () => '' },
  { name: 'TID', right: true, cell: () => '' },
];

/** Filesystems that are not on a disk. */
const pseudoTypes = /^(proc|sysfs|cgroup2?|devpts|mqueue|devtmpfs|nsfs|tmpfs|overlay)$/;

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
    { long: 'timeout', short: 'w', value: 'required' },
    { long: 'verify', short: 'x' },
  ],
  help: '[options]\n findmnt [options] <device> | <mountpoint>\n findmnt [options] <device> <mountpoint>\n\nFind a (mounted) filesystem.',
  *run(frame) {
    const { options: given, out } = frame;
    if (given.has('verify')) {
      yield* out.line('Success, no errors or warnings detected');
      return 0;
    }
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
  if (given.has('fstab')) {
    return (yield* readFstab(sys, given.value('tab-file') ?? '/etc/fstab')).map(
      ({ source, target, type, options }) => ({
        id: 0,
        parent: 0,
        device: '',
        root: '/',
        target,
        options: options.split(','),
        optional: [],
        type,
        source,
        superOptions: [],
      }),
    );
  }
  const path = given.value('tab-file') ?? `/proc/${given.value('task') ?? 'self'}/mountinfo`;
  try {
    return parseMountinfo(yield* readFile(sys, path));
  } catch (error) {
    if (isSysError(error)) throw failed(`can't read ${path}`, error);
    throw error;
  }
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

type Condition = (mount: MountLine) => boolean;

/** By what options say, all of which must hold. */
function conditionsOf(frame: Frame, mounts: readonly MountLine[]): Condition[] {
  const { options: given } = frame;
  const [first, second] = given.operands;
  const conditions: Condition[] = [];
  const types = given.value('types');
  if (types !== null) conditions.push(typeCondition(types));
  const options = given.value('options')?.split(',');
  if (options) conditions.push((mount) => options.every((option) => allOptions(mount).split(',').includes(option)));
  if (given.has('pseudo')) conditions.push(({ type }) => pseudoTypes.test(type));
  if (given.has('real')) conditions.push(({ type }) => !pseudoTypes.test(type));
  if (given.has('shadowed')) conditions.push((mount) => isShadowed(mount, mounts));
  const source = given.value('source') ?? (second === undefined ? null : (first ?? null));
  if (source !== null) conditions.push((mount) => mount.source === source || sourceOf(mount) === source);
  const place = given.value('mountpoint') ?? second ?? null;
  if (place !== null) conditions.push(({ target }) => target === resolved(frame, place));
  return conditions;
}

function typeCondition(types: string): Condition {
  const negative = types.startsWith('no');
  const names = (negative ? types.slice(2) : types).split(',');
  return ({ type }) => names.includes(type) !== negative;
}

function isShadowed({ id, target }: MountLine, mounts: readonly MountLine[]): boolean {
  return mounts.some((other) => other.parent === id && other.id !== id && other.target === target);
}

function rowsOf(frame: Frame, mounts: readonly MountLine[]): Row[] {
  const { options: given } = frame;
  const [first, second] = given.operands;
  const conditions = conditionsOf(frame, mounts);
  const within = given.value('target');
  if (within !== null)
    return asRows(
      frame,
      listOf(
        frame,
        mounts,
        [holding(frame, mounts, within)].flatMap((one) => one ?? []),
      ),
    );
  if (first !== undefined && second === undefined)
    return asRows(
      frame,
      listOf(
        frame,
        mounts,
        named(frame, mounts, first).filter((mount) => conditions.every((holds) => holds(mount))),
      ),
    );
  const matches: Condition = (mount) => conditions.every((holds) => holds(mount)) !== given.has('invert');
  if (isAsked(frame)) return asRows(frame, listOf(frame, mounts, mounts.filter(matches)));
  return asRows(frame, treeOf(frame, mounts, conditions.length === 0 ? () => true : matches));
}

/** Certain places or sources are asked for. */
function isAsked({ options: given }: Frame): boolean {
  return ['target', 'mountpoint', 'source'].some((name) => given.has(name)) || given.operands.length > 0;
}

function named(frame: Frame, mounts: readonly MountLine[], name: string): MountLine[] {
  const path = resolved(frame, name);
  const byTarget = mounts.filter(({ target }) => target === path);
  return byTarget.length > 0 ? byTarget : mounts.filter((mount) => mount.source === name);
}

interface Line {
  mount: MountLine;
  prefix: string;
  depth: number;
}

/** One below the other; with `-R`, each with its own tree. */
function listOf(frame: Frame, mounts: readonly MountLine[], found: readonly MountLine[]): Line[] {
  const chosen = frame.options.has('first-only') ? found.slice(0, 1) : found;
  if (!frame.options.has('submounts')) return chosen.map((mount) => ({ mount, prefix: '', depth: 0 }));
  return drawn(frame, chosen, (mount) => childrenOf(mounts, mount));
}

/** What matches, below its parent when that does, too. */
function treeOf(frame: Frame, mounts: readonly MountLine[], matches: Condition): Line[] {
  const { options: given } = frame;
  const found = mounts.filter(matches);
  if (given.has('first-only')) return found.slice(0, 1).map((mount) => ({ mount, prefix: '', depth: 0 }));
  if (isFlat(frame)) return found.map((mount) => ({ mount, prefix: '', depth: 0 }));
  const ids = new Set(mounts.map(({ id }) => id));
  const roots: MountLine[] = [];
  const visit = (mount: MountLine, parentMatches: boolean) => {
    const own = matches(mount);
    if (own && !parentMatches) roots.push(mount);
    for (const child of childrenOf(mounts, mount)) visit(child, own);
  };
  for (const mount of mounts) if (!ids.has(mount.parent) || mount.parent === mount.id) visit(mount, false);
  return drawn(frame, roots, (mount) => childrenOf(mounts, mount).filter(matches));
}

function childrenOf(mounts: readonly MountLine[], { id }: MountLine): MountLine[] {
  return mounts.filter(({ parent, id: own }) => parent === id && own !== id);
}

function isFlat({ options: given }: Frame): boolean {
  return ['list', 'raw', 'pairs', 'df', 'fstab'].some((name) => given.has(name)) && !given.has('tree');
}

function drawn(
  frame: Frame,
  roots: readonly MountLine[],
  children: (mount: MountLine) => readonly MountLine[],
): Line[] {
  const { env, options: given } = frame;
  const ascii = given.has('ascii') || !/utf-?8/i.test(env.LC_ALL ?? env.LC_CTYPE ?? env.LANG ?? '');
  const flat = isFlat(frame);
  return treeLines(roots, children, ascii).map(({ node, prefix, depth }) =>
    flat ? { mount: node, prefix: '', depth: 0 } : { mount: node, prefix, depth },
  );
}

function asRows(frame: Frame, lines: readonly Line[]): Row[] {
  const bytes = frame.options.has('bytes');
  const wantsSpace =
    frame.options.has('df') ||
    /size|used|avail|use%/i.test(frame.options.value('output') ?? '') ||
    frame.options.has('output-all');
  return lines.map((line) => ({ ...line, bytes, space: wantsSpace ? spaceOf(frame, line.mount.target) : null }));
}

function spaceOf({ sys }: Frame, path: string): Row['space'] {
  try {
    const { blocks, blockSize, free } = sys.statfs(path);
    return { size: blocks * blockSize, free: free * blockSize, available: free * blockSize };
  } catch (error) {
    if (isSysError(error)) return null;
    throw error;
  }
}

/** The mount a path lies in; null when there is no such path. */
function holding(frame: Frame, mounts: readonly MountLine[], path: string): MountLine | null {
  const { sys } = frame;
  try {
    const id = sys.mountId(path);
    return mounts.find((mount) => mount.id === id) ?? null;
  } catch (error) {
    if (isSysError(error)) return null;
    throw error;
  }
}

function sourceOf({ source, root }: MountLine): string {
  return root === '/' ? source : `${source}[${root}]`;
}

/** `  0:52 ` */
function deviceText(device: string): string {
  const [major = '', minor = ''] = device.split(':');
  return device === '' ? '' : `${major.padStart(3)}:${minor.padEnd(3)}`;
}

function resolved({ sys }: Frame, path: string): string {
  return orNull(() => canonicalPath(sys, path, 'all')) ?? path;
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
