/** pstree(1): processes as a tree; equal branches are drawn once. */
import type { Blocking } from '../../kernel/sim';
import { type Command, makeCommand, Quit } from '../lib/command';
import { readFileOrNull, writeAll } from '../lib/io';
import { isUtf8 } from '../lib/locale';
import { namespaceOf, ownerOf, processNumbers, readArguments, readStat } from '../lib/processes';
import { Accounts } from '../lib/users';
import { type Drawing, drawTree, type Strokes } from './tree-drawing';

const namespaceTypes = ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'time', 'user', 'uts'];

const usage = `Usage: pstree [-acglpsStTuZ] [ -h | -H PID ] [ -n | -N type ]
              [ -A | -G | -U ] [ PID | USER ]
   or: pstree -V

  -a, --arguments        command lines
  -A, --ascii            lines in ASCII
  -c, --compact-not      every branch, however often it is there
  -C, --color=age        colours by age
  -g, --show-pgids       numbers of process groups; implies -c
  -G, --vt100            lines of the VT100
  -h, --highlight-all    marks this process and its ancestors
  -H, --highlight-pid=PID  marks that process and its ancestors
  -l, --long             lines of any length
  -n, --numeric-sort     by number instead of name
  -N, --ns-sort=TYPE     by namespaces (cgroup, ipc, mnt, net, pid, time, user, uts)
  -p, --show-pids        numbers of processes; implies -c
  -s, --show-parents     the way down to the process, too
  -S, --ns-changes       where namespaces change
  -t, --thread-names     names of threads
  -T, --hide-threads     no threads
  -u, --uid-changes      where users change
  -U, --unicode          lines in UTF-8
  -V, --version
  -Z, --security-context security contexts

`;

const version = `pstree (PSmisc) 23.6`;

export const pstree = makeCommand({
  name: 'pstree',
  options: [
    { short: 'a', long: 'arguments' },
    { short: 'A', long: 'ascii' },
    { short: 'c', long: 'compact-not' },
    { short: 'C', long: 'color', value: 'required' },
    { short: 'g', long: 'show-pgids' },
    { short: 'G', long: 'vt100' },
    { short: 'h', long: 'highlight-all' },
    { short: 'H', long: 'highlight-pid', value: 'required' },
    { short: 'l', long: 'long' },
    { short: 'n', long: 'numeric-sort' },
    { short: 'N', long: 'ns-sort', value: 'required' },
    { short: 'p', long: 'show-pids' },
    { short: 's', long: 'show-parents' },
    { short: 'S', long: 'ns-changes' },
    { short: 't', long: 'thread-names' },
    { short: 'T', long: 'hide-threads' },
    { short: 'u', long: 'uid-changes' },
    { short: 'U', long: 'unicode' },
    { short: 'Z', long: 'security-context' },
  ],
  usage,
  version,
  helpLetter: '',
  *run(command) {
    const sortType = command.value('ns-sort');
    if (sortType !== null && !namespaceTypes.includes(sortType)) return yield* command.misuse();
    const nodes = yield* readNodes(command);
    const drawing = yield* drawingOf(command);
    if (sortType !== null) return yield* byNamespace(command, nodes, sortType, drawing);
    const [operand] = command.operands;
    const user = operand !== undefined && !/^\d+$/.test(operand) ? operand : null;
    if (user !== null) return yield* ofUser(command, nodes, user, drawing);
    const root = nodes.get(operand === undefined ? 1 : Number(operand));
    if (!root) return 0;
    yield* command.out.write(drawTree(command.has('show-parents') ? pathTo(root, nodes) : root, drawing));
    return 0;
  },
});

export interface TreeNode {
  pid: number;
  ppid: number;
  pgid: number;
  name: string;
  args: string[];
  uid: number;
  label: string;
  namespaces: ReadonlyMap<string, number | null>;
  parent: TreeNode | null;
  children: TreeNode[];
}

function* readNodes(command: Command): Blocking<Map<number, TreeNode>> {
  const { sys } = command;
  const nodes = new Map<number, TreeNode>();
  for (const pid of processNumbers(sys)) {
    const node = yield* readNode(command, pid);
    if (node) nodes.set(pid, node);
    yield* sys.checkpoint();
  }
  for (const node of nodes.values()) {
    node.parent = nodes.get(node.ppid) ?? null;
    node.parent?.children.push(node);
  }
  const byNumber = command.has('numeric-sort');
  for (const { children } of nodes.values()) {
    if (!byNumber) children.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.pid - b.pid));
  }
  return nodes;
}

function* readNode(command: Command, pid: number): Blocking<TreeNode | null> {
  const { sys } = command;
  const stat = yield* readStat(sys, pid);
  const uid = ownerOf(sys, pid);
  if (!stat || uid === null) return null;
  const wantsNamespaces = command.has('ns-changes') || command.has('ns-sort');
  const label = command.has('security-context')
    ? ((yield* readFileOrNull(sys, `/proc/${pid}/attr/current`)) ?? '').trim()
    : '';
  return {
    pid,
    ppid: stat.ppid,
    pgid: stat.pgrp,
    name: stat.comm,
    args: command.has('arguments') ? (yield* readArguments(sys, pid)).slice(1) : [],
    uid,
    label,
    namespaces: new Map(wantsNamespaces ? namespaceTypes.map((type) => [type, namespaceOf(sys, pid, type)]) : []),
    parent: null,
    children: [],
  };
}

/** Only the way from number 1 down to it, and what is below; number 1 alone when no way leads there. */
function pathTo(node: TreeNode, nodes: ReadonlyMap<number, TreeNode>): TreeNode {
  const top = nodes.get(1);
  const way: TreeNode[] = [];
  for (let at: TreeNode | null = node; at !== null; at = at.parent) way.unshift(at);
  if (way[0] !== top) return top ? { ...top, children: [] } : node;
  return way.reduceRight((below, at) => (at === node ? node : { ...at, children: [below] }));
}

function* ofUser(
  command: Command,
  nodes: ReadonlyMap<number, TreeNode>,
  name: string,
  drawing: Drawing,
): Blocking<number> {
  const uid = (yield* Accounts.load(command.sys)).user(name)?.uid;
  if (uid === undefined) {
    yield* writeAll(command.sys, 2, `No such user name: ${name}\n`);
    throw new Quit(1);
  }
  // As the real one: only what hangs below number 1.
  const top = nodes.get(1);
  const roots = top ? topMost(top, (node) => node.uid === uid) : [];
  if (roots.length === 0) {
    yield* writeAll(command.sys, 2, 'No processes found.\n');
    return 1;
  }
  yield* command.out.write(roots.map((root) => drawTree(root, drawing)).join('\n'));
  return 0;
}

function topMost(node: TreeNode, wanted: (node: TreeNode) => boolean): TreeNode[] {
  return wanted(node) ? [node] : node.children.flatMap((child) => topMost(child, wanted));
}

function* byNamespace(
  command: Command,
  nodes: ReadonlyMap<number, TreeNode>,
  type: string,
  drawing: Drawing,
): Blocking<number> {
  const top = nodes.get(1);
  const groups = new Map<number, TreeNode[]>();
  const visit = (node: TreeNode, above: number | null) => {
    const id = node.namespaces.get(type) ?? 0;
    if (id !== above) groups.set(id, [...(groups.get(id) ?? []), within(node, type, id)]);
    for (const child of node.children) visit(child, id);
  };
  if (top) visit(top, null);
  for (const [id, roots] of groups) {
    yield* command.line(`[${id}]`);
    for (const root of roots) yield* command.out.write(drawTree(root, drawing));
  }
  return 0;
}

function within(node: TreeNode, type: string, id: number): TreeNode {
  const children = node.children.filter((child) => child.namespaces.get(type) === id);
  return { ...node, children: children.map((child) => within(child, type, id)) };
}

const strokes: Record<'ascii' | 'unicode' | 'vt100', Strokes> = {
  ascii: { only: '---', first: '-+-', middle: ' |-', last: ' `-', line: ' | ' },
  unicode: { only: '───', first: '─┬─', middle: ' ├─', last: ' └─', line: ' │ ' },
  vt100: {
    only: '\x1b(0\x0fqqq\x1b(B',
    first: '\x1b(0\x0fqwq\x1b(B',
    middle: ' \x1b(0\x0ftq\x1b(B',
    last: ' \x1b(0\x0fmq\x1b(B',
    line: ' \x1b(0\x0fx\x1b(B ',
  },
};

function* drawingOf(command: Command): Blocking<Drawing> {
  const { sys, env } = command;
  const style = command.has('vt100')
    ? 'vt100'
    : command.has('unicode') || (!command.has('ascii') && sys.isatty(1) && isUtf8(env))
      ? 'unicode'
      : 'ascii';
  const asked = /^[1-9]\d*$/.test(env.COLUMNS ?? '') ? Number(env.COLUMNS) : null;
  const width = asked ?? (sys.isatty(1) ? sys.getWinsize(1).cols || 132 : 132);
  return {
    strokes: strokes[style],
    width: command.has('long') ? Number.POSITIVE_INFINITY : width,
    accounts: yield* Accounts.load(sys),
    arguments: command.has('arguments'),
    compact: !command.has('compact-not') && !command.has('show-pids'),
    pids: command.has('show-pids'),
    groups: command.has('show-pgids'),
    users: command.has('uid-changes'),
    namespaces: command.has('ns-changes'),
    labels: command.has('security-context'),
    marked: yield* markedPids(command),
  };
}

/** The ones to be shown in bold: `-h` and `-H`. */
function* markedPids(command: Command): Blocking<ReadonlySet<number>> {
  const wanted = command.value('highlight-pid');
  const marked = new Set<number>();
  if (wanted === null && !command.has('highlight-all')) return marked;
  if (!command.env.TERM) {
    if (wanted === null) return marked;
    yield* writeAll(command.sys, 2, 'TERM is not set\n');
    throw new Quit(1);
  }
  let pid = wanted === null ? command.sys.getpid() : Number(wanted);
  while (pid > 0 && !marked.has(pid)) {
    marked.add(pid);
    pid = (yield* readStat(command.sys, pid))?.ppid ?? 0;
  }
  return marked;
}
