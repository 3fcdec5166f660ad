/** lsns(8): the namespaces that can be seen in /proc. */
import { type Blocking, isSysError, O_RDONLY, type Sys } from '../../kernel/sim';
import { readMounts } from '../lib/mountinfo';
import { Accounts } from '../lib/users';
import { Fatal, type Frame, utilLinux } from './common/frame';
import { jsonTable } from './common/json';
import { type ProcessFacts, readProcesses } from './common/ns-table';
import { type Column, printTable, treeLines } from './common/table';

/** In the order in which lsns knows them. */
const types = ['mnt', 'net', 'ipc', 'user', 'pid', 'uts', 'cgroup', 'time'];

interface Row {
  ns: number;
  type: string;
  members: ProcessFacts[];
  /** The member that stands for it: the one whose parent lives elsewhere, the lowest number. */
  lead: ProcessFacts;
  user: string;
  pins: string[];
  /** Numbers of the namespace above it, and of the user namespace that owns it; 0 where there is none to be seen. */
  parent: number;
  owner: number;
  prefix: string;
  depth: number;
}

type TreeKind = 'process' | 'owner' | 'parent';

const command: Column<Row> = { name: 'COMMAND', cell: ({ lead, prefix }) => `${prefix}${lead.command}` };
const number: Column<Row> = { name: 'NS', right: true, cell: ({ ns }) => String(ns) };

const columns: ReadonlyArray<Column<Row>> = [
  number,
  { name: 'TYPE', hint: 5, cell: ({ type }) => type },
  { name: 'PATH', cell: ({ lead, type }) => `/proc/${lead.pid}/ns/${type}` },
  { name: 'NPROCS', right: true, hint: 5, cell: ({ members }) => String(members.length) },
  { name: 'PID', right: true, hint: 5, cell: ({ lead }) => String(lead.pid) },
  { name: 'PPID', right: true, hint: 5, cell: ({ lead }) => String(lead.ppid) },
  command,
  { name: 'UID', right: true, cell: ({ lead }) => String(lead.uid) },
  { name: 'USER', cell: ({ user }) => user },
  { name: 'NETNSID', right: true, cell: ({ type }) => (type === 'net' ? 'unassigned' : '') },
  { name: 'NSFS', hint: 10, cell: ({ pins }) => pins.join('\n') },
  { name: 'PNS', right: true, hint: 10, cell: ({ parent }) => String(parent) },
  { name: 'ONS', right: true, hint: 10, cell: ({ owner }) => String(owner) },
];

export const lsns = utilLinux({
  name: 'lsns',
  options: [
    { long: 'json', short: 'J' },
    { long: 'list', short: 'l' },
    { long: 'noheadings', short: 'n' },
    { long: 'output', short: 'o', value: 'required' },
    { long: 'output-all' },
    { long: 'task', short: 'p', value: 'required' },
    { long: 'raw', short: 'r' },
    { long: 'notruncate', short: 'u' },
    { long: 'nowrap', short: 'W' },
    { long: 'type', short: 't', value: 'required' },
    { long: 'tree', short: 'T', value: 'optional' },
  ],
  help: '[options] [<namespace>]\n\nList system namespaces.',
  *run(frame) {
    const { options: given, out } = frame;
    const wanted = given.values('type');
    const unknown = wanted.find((type) => !types.includes(type));
    if (unknown !== undefined) throw new Fatal(`unknown namespace type: ${unknown}`);
    const tree = treeKind(frame);
    const chosen = chooseColumns(frame, wanted, tree);
    const pid = numberOf(given.value('task'), 'PID');
    const operand = numberOf(given.operands[0] ?? null, 'namespace');
    const rows = yield* readRows(frame);
    if (operand !== null) return yield* showMembers(frame, rows, operand, given.value('output'));
    const shown = rows.filter(
      ({ type, members }) =>
        (wanted.length === 0 || wanted.includes(type)) &&
        (pid === null || members.some((member) => member.pid === pid)),
    );
    if (shown.length === 0) return 0;
    const options = { noHeadings: given.has('noheadings'), raw: given.has('raw') };
    const drawn = given.has('raw') ? shown : asTree(shown, tree);
    if (given.has('json')) yield* out.write(jsonOf(chosen, drawn));
    else yield* out.write(printTable(chosen, drawn, options));
    return 0;
  },
});

function numberOf(text: string | null, what: string): number | null {
  if (text === null) return null;
  if (!/^\d+$/.test(text)) throw new Fatal(`invalid ${what} argument: '${text}'`);
  return Number(text);
}

function treeKind({ options: given }: Frame): TreeKind | null {
  if (!given.has('tree')) return given.has('list') ? null : 'process';
  const kind = given.value('tree') ?? 'owner';
  if (kind === 'process' || kind === 'owner' || kind === 'parent') return kind;
  throw new Fatal(`unknown tree type: ${kind}`);
}

function chooseColumns(
  { options: given }: Frame,
  wanted: readonly string[],
  tree: TreeKind | null,
): Array<Column<Row>> {
  const byDefault = wanted.includes('net')
    ? ['NS', 'TYPE', 'NPROCS', 'PID', 'USER', 'NETNSID', 'NSFS', 'COMMAND']
    : ['NS', 'TYPE', 'NPROCS', 'PID', 'USER', 'COMMAND'];
  const output = given.value('output');
  const more = output?.startsWith('+') ? output.slice(1) : null;
  const names = more !== null ? [...byDefault, ...more.split(',')] : (output?.split(',') ?? byDefault);
  const chosen = given.has('output-all') ? [...columns] : names.map(columnOf);
  // The number bears the tree: it begins at the left then.
  if (tree !== 'owner' && tree !== 'parent') return chosen;
  return chosen.map((column) => {
    if (column === number) return { name: 'NS', cell: ({ ns, prefix }) => `${prefix}${ns}` };
    return column === command ? { name: 'COMMAND', cell: ({ lead }) => lead.command } : column;
  });
}

function columnOf(name: string): Column<Row> {
  const found = columns.find((column) => column.name === name.toUpperCase());
  if (!found) throw new Fatal(`unknown column: ${name}`);
  return found;
}

function* readRows(frame: Frame): Blocking<Row[]> {
  const { sys } = frame;
  const accounts = yield* Accounts.load(sys);
  const pins = yield* readPins(frame);
  const members = new Map<string, ProcessFacts[]>();
  for (const process of yield* readProcesses(sys)) {
    for (const [type, ns] of process.namespaces) {
      const key = `${type}:${ns}`;
      members.set(key, [...(members.get(key) ?? []), process]);
    }
  }
  const rows: Row[] = [];
  for (const [key, inside] of members) {
    const [type = '', ns = ''] = key.split(':');
    const pids = new Set(inside.map(({ pid }) => pid));
    const lead = inside.find(({ ppid }) => !pids.has(ppid)) ?? inside[0];
    if (!lead) continue;
    const relatives = yield* readRelatives(sys, `/proc/${lead.pid}/ns/${type}`, type);
    rows.push({
      ns: Number(ns),
      type,
      members: inside,
      lead,
      user: accounts.userName(lead.uid),
      pins: pins.get(key) ?? [],
      ...relatives,
      prefix: '',
      depth: 0,
    });
  }

  return rows.sort((a, b) => a.ns - b.ns);
}

function* readRelatives(sys: Sys, path: string, type: string): Blocking<{ parent: number; owner: number }> {
  let fd: number;
  try {
    fd = yield* sys.open(path, O_RDONLY);
  } catch (error) {
    if (isSysError(error)) return { parent: 0, owner: 0 };
    throw error;
  }
  const hasParent = type === 'user' || type === 'pid';
  const relatives = {
    parent: hasParent ? inodeOf(sys, () => sys.nsGetParent(fd)) : 0,
    owner: inodeOf(sys, () => sys.nsGetUserns(fd)),
  };
  sys.close(fd);
  return relatives;
}

function inodeOf(sys: Sys, open: () => number): number {
  try {
    const fd = open();
    const { ino } = sys.fstat(fd);
    sys.close(fd);
    return ino;
  } catch (error) {
    if (isSysError(error)) return 0;
    throw error;
  }
}

function* readPins({ sys }: Frame): Blocking<Map<string, string[]>> {
  const pins = new Map<string, string[]>();
  for (const { type, root, target } of yield* readMounts(sys)) {
    const found = type === 'nsfs' ? /^(\w+):\[(\d+)\]/.exec(root) : null;
    if (!found) continue;
    const key = `${found[1]}:${found[2]}`;
    pins.set(key, [...(pins.get(key) ?? []), target]);
  }
  return pins;
}

/** Puts namespaces below others: those of the parent process, of the owner, or of the parent namespace. */
function asTree(rows: readonly Row[], kind: TreeKind | null): Row[] {
  if (kind === null) return [...rows].sort((a, b) => a.ns - b.ns);
  const parents = parentRows(rows, kind);
  const roots = rows.filter((row) => !parents.has(row));
  const lines = treeLines(kind === 'parent' ? familiesFirst(roots) : roots, (row) =>
    rows.filter((one) => parents.get(one) === row),
  );
  return lines.map(({ node, prefix, depth }) => ({ ...node, prefix, depth }));
}

function parentRows(rows: readonly Row[], kind: TreeKind): Map<Row, Row> {
  const parents = new Map<Row, Row>();
  for (const [at, row] of rows.entries()) {
    const above =
      kind === 'process'
        ? rows.slice(0, at).findLast(({ lead }) => lead.pid === row.lead.ppid)
        : rows.find(({ ns }) => ns === relativeOf(row, kind));
    if (above && above !== row) parents.set(row, above);
  }
  return parents;
}

/** A user namespace is owned by the one above it. */
function relativeOf({ type, parent, owner }: Row, kind: TreeKind): number {
  return kind === 'parent' || type === 'user' ? parent : owner;
}

function familiesFirst(rows: readonly Row[]): Row[] {
  return [...rows.filter(({ type }) => type === 'user'), ...rows.filter(({ type }) => type !== 'user')];
}

/** `lsns NUMBER`: who lives in it, as a tree. */
function* showMembers(
  { sys, out, options: given }: Frame,
  rows: readonly Row[],
  ns: number,
  output: string | null,
): Blocking<number> {
  const row = rows.find((one) => one.ns === ns);
  if (!row) throw new Fatal(`not found namespace: ${ns}`);
  const accounts = yield* Accounts.load(sys);
  const inside = new Set(row.members.map(({ pid }) => pid));
  const lines = treeLines(
    row.members.filter(({ ppid }) => !inside.has(ppid)),
    ({ pid }) => row.members.filter(({ ppid }) => ppid === pid),
  );
  const memberColumns: Array<Column<(typeof lines)[number]>> = [
    { name: 'PID', right: true, cell: ({ node }) => String(node.pid) },
    { name: 'PPID', right: true, cell: ({ node }) => String(node.ppid) },
    { name: 'USER', cell: ({ node }) => accounts.userName(node.uid) },
    { name: 'COMMAND', cell: ({ node, prefix }) => `${prefix}${node.command}` },
    { name: 'NS', right: true, cell: () => String(ns) },
    { name: 'TYPE', cell: () => row.type },
    { name: 'UID', right: true, cell: ({ node }) => String(node.uid) },
  ];
  const names = (output ?? 'PID,PPID,USER,COMMAND').toUpperCase().split(',');
  const chosen = names.flatMap((name) => memberColumns.find((column) => column.name === name) ?? []);
  yield* out.write(printTable(chosen, lines, { noHeadings: given.has('noheadings'), raw: given.has('raw') }));
  return 0;
}

const numbers = new Set(['NS', 'NPROCS', 'PID', 'PPID', 'UID', 'PNS', 'ONS']);

function jsonOf(chosen: ReadonlyArray<Column<Row>>, rows: readonly Row[]): string {
  const bare = rows.map((row) => ({ ...row, prefix: '' }));
  return jsonTable('namespaces', chosen, bare, { numbers });
}
