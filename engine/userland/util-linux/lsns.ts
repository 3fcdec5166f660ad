/** lsns(8): the namespaces that can be seen in /proc. */
import { type Blocking, isSysError } from '../../kernel/sim';
import { readFile } from '../lib/io';
import { Accounts } from '../lib/users';
import { Fatal, type Frame, utilLinux } from './common/frame';
import { parseMountinfo } from './common/mountinfo';
import { type ProcessFacts, readProcesses } from './common/ns-table';
import { type Column, printTable, treeLines } from './common/table';

/** In the order in which lsns knows them. */
const types = ['mnt', 'net', 'ipc', 'user', 'pid', 'uts', 'cgroup', 'time'];

interface Row {
  ns: number;
  type: string;
  members: ProcessFacts[];
  /** The member that stands for it: the one whose parent lives elsewhere, the lowest number. */
  lead: ProcessFacts | undefined;
  path: string;
  user: string;
  pins: string[];
  prefix?: string;
}

const columns: Array<Column<Row>> = [
  { name: 'NS', right: true, cell: ({ ns, prefix = '' }) => `${prefix}${ns}` },
  { name: 'TYPE', cell: ({ type }) => type },
  { name: 'PATH', cell: ({ path }) => path },
  { name: 'NPROCS', right: true, cell: ({ members }) => (members.length > 0 ? String(members.length) : '0') },
  { name: 'PID', right: true, cell: ({ lead }) => (lead ? String(lead.pid) : '') },
  { name: 'PPID', right: true, cell: ({ lead }) => (lead ? String(lead.ppid) : '') },
  { name: 'COMMAND', cell: ({ lead }) => lead?.command ?? '' },
  { name: 'UID', right: true, cell: ({ lead }) => (lead ? String(lead.uid) : '') },
  { name: 'USER', cell: ({ lead, user }) => (lead ? user : '') },
  { name: 'NETNSID', right: true, cell: ({ type }) => (type === 'net' ? 'unassigned' : '') },
  { name: 'NSFS', cell: ({ pins }) => pins.join('\n') },
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
    { long: 'persistent', short: 'P' },
  ],
  help: '[options] [<namespace>]\n\nList system namespaces.',
  *run(frame) {
    const { options: given, out } = frame;
    const wanted = given.values('type');
    const unknown = wanted.find((type) => !types.includes(type));
    if (unknown !== undefined) throw new Fatal(`unknown namespace type: ${unknown}`);
    const rows = yield* readRows(frame);
    const [operand] = given.operands;
    const pid = given.value('task');
    if (operand !== undefined) return yield* showMembers(frame, rows, Number(operand));
    if (pid !== null && !/^\d+$/.test(pid)) throw new Fatal(`invalid PID argument: '${pid}'`);
    const shown = rows.filter(
      ({ type, members }) =>
        (wanted.length === 0 || wanted.includes(type)) &&
        (pid === null || members.some((member) => member.pid === Number(pid))),
    );
    const chosen = chooseColumns(frame, wanted, pid !== null);
    const options = { noHeadings: given.has('noheadings'), raw: given.has('raw') };
    if (given.has('json')) yield* out.write(json(chosen, shown));
    else if (shown.length > 0) yield* out.write(printTable(chosen, shown, options));
    return 0;
  },
});

function chooseColumns({ options: given }: Frame, wanted: readonly string[], _ofTask: boolean): Array<Column<Row>> {
  const byDefault = wanted.includes('net')
    ? ['NS', 'TYPE', 'NPROCS', 'PID', 'USER', 'NETNSID', 'NSFS', 'COMMAND']
    : ['NS', 'TYPE', 'NPROCS', 'PID', 'USER', 'COMMAND'];
  const output = given.value('output');
  const more = output?.startsWith('+') ? output.slice(1) : null;
  const names = more !== null ? [...byDefault, ...more.split(',')] : (output?.split(',') ?? byDefault);
  if (given.has('output-all')) return columns;
  return names.map((name) => {
    const found = columns.find((column) => column.name === name.toUpperCase());
    if (!found) throw new Fatal(`unknown column: ${name}`);
    return found;
  });
}

function* readRows(frame: Frame): Blocking<Row[]> {
  const { sys } = frame;
  const processes = yield* readProcesses(sys);
  const accounts = yield* Accounts.load(sys);
  const pins = yield* readPins(frame);
  const rows = new Map<string, Row>();
  for (const process of processes) {
    for (const [type, ns] of process.namespaces) {
      const key = `${type}:${ns}`;
      const row = rows.get(key) ?? {
        ns,
        type,
        members: [],
        lead: undefined,
        path: '',
        user: '',
        pins: pins.get(key) ?? [],
      };
      row.members.push(process);
      rows.set(key, row);
    }
  }
  for (const row of rows.values()) {
    const inside = new Set(row.members.map(({ pid }) => pid));
    row.lead = row.members.find(({ ppid }) => !inside.has(ppid)) ?? row.members[0];
    row.path = row.lead ? `/proc/${row.lead.pid}/ns/${row.type}` : '';
    row.user = row.lead ? accounts.userName(row.lead.uid) : '';
  }
  addPinned(rows, pins);
  return [...rows.values()].sort((a, b) => a.ns - b.ns);
}

/** Namespaces without a process are there when a file keeps them. */
function addPinned(rows: Map<string, Row>, pins: ReadonlyMap<string, string[]>): void {
  for (const [key, paths] of pins) {
    const [type = '', ns] = key.split(':');
    if (!rows.has(key))
      rows.set(key, { ns: Number(ns), type, members: [], lead: undefined, path: '', user: '', pins: paths });
  }
}

function* readPins({ sys }: Frame): Blocking<Map<string, string[]>> {
  const pins = new Map<string, string[]>();
  try {
    for (const { type, root, target } of parseMountinfo(yield* readFile(sys, '/proc/self/mountinfo'))) {
      const found = type === 'nsfs' ? /^(\w+):\[(\d+)\]/.exec(root) : null;
      if (!found) continue;
      const key = `${found[1]}:${found[2]}`;
      pins.set(key, [...(pins.get(key) ?? []), target]);
    }
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
  return pins;
}

/** `lsns NUMBER`: who lives in it, as a tree. */
function* showMembers({ sys, out, options: given }: Frame, rows: readonly Row[], ns: number): Blocking<number> {
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
  ];
  yield* out.write(printTable(memberColumns, lines, { noHeadings: given.has('noheadings') }));
  return 0;
}

function json(chosen: ReadonlyArray<Column<Row>>, rows: readonly Row[]): string {
  const items = rows.map((row) => {
    const fields = chosen.map((column) => {
      const text = column.cell(row);
      const isNumber = ['NS', 'NPROCS', 'PID', 'PPID', 'UID'].includes(column.name) && text !== '';
      return `         "${column.name.toLowerCase()}": ${isNumber ? text : text === '' ? 'null' : JSON.stringify(text)}`;
    });
    return `      {\n${fields.join(',\n')}\n      }`;
  });
  return `{\n   "namespaces": [\n${items.join(',')}\n   ]\n}\n`;
}
