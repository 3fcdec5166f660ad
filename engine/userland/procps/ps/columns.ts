/** The columns ps knows (ps(1), "STANDARD FORMAT SPECIFIERS"): header, width, side, and what stands in them. */
import { bare } from '../../../kernel/sim';
import { pageKiB, terminalName } from '../../lib/processes';
import { commandText, fit, nameText, printable } from './command';
import { elapsedOf, type Need, type ProcessRecord, ticksOf, type World } from './record';
import { bsdClock, bsdStart, cpuClock, cpuShare, elapsedClock, fullStart, longStart, unixStart } from './times';

export type Side = 'left' | 'right' | 'user' | 'signal' | 'unlimited' | 'wchan';

export interface Column {
  header: string;
  width: number;
  side: Side;
  /** `room`: the most it may take. */
  text(record: ProcessRecord, world: World, room: number): string;
  /** What it is sorted by; by the text when left out. */
  order?: (record: ProcessRecord, world: World) => number | string;
  needs?: Need;
}

type Text = (record: ProcessRecord, world: World, room: number) => string;
type Figure = (record: ProcessRecord, world: World) => number;

function number(header: string, width: number, figure: Figure, needs?: Need): Column {
  return {
    header,
    width,
    side: 'right',
    text: (record, world) => String(figure(record, world)),
    order: figure,
    ...(needs ? { needs } : {}),
  };
}

function text(header: string, width: number, side: Side, write: Text, needs?: Need): Column {
  return { header, width, side, text: write, ...(needs ? { needs } : {}) };
}

function sorted(column: Column, order: Figure): Column {
  return { ...column, order };
}

const pidWidth = 7;
const pid = (header: string, figure: Figure) => number(header, pidWidth, figure);

/** Which of the four ids in a line of status. */
const ids = { real: 0, effective: 1, saved: 2, file: 3 } as const;
function idOf({ status }: ProcessRecord, field: 'Uid' | 'Gid', which: keyof typeof ids): number {
  return Number(status.get(field)?.split('\t')[ids[which]] ?? 0);
}

/** A name that is too long ends in a plus. */
function named(name: string | undefined, id: number, { numbers }: World, room: number): string {
  if (numbers || name === undefined) return String(id);
  if (name.length <= room) return name;
  return `${name.slice(0, room - 1)}+`;
}

function user(header: string, which: keyof typeof ids): Column {
  const id: Figure = (record) => (which === 'effective' ? record.euid : idOf(record, 'Uid', which));
  const write: Text = (record, world, room) => {
    const uid = id(record, world);
    return named(world.accounts.userById(uid)?.name, uid, world, room);
  };
  return {
    ...text(header, 8, 'user', write, 'status'),
    order: (record, world) => world.accounts.userName(id(record, world)),
  };
}

function group(header: string, which: keyof typeof ids): Column {
  const write: Text = (record, world, room) => {
    const gid = idOf(record, 'Gid', which);
    return named(world.accounts.groupById(gid)?.name, gid, world, room);
  };
  return text(header, 8, 'user', write, 'status');
}

const uid = (header: string, which: keyof typeof ids) =>
  number(header, 5, (record) => (which === 'effective' ? record.euid : idOf(record, 'Uid', which)), 'status');
const gid = (header: string, which: keyof typeof ids) =>
  number(header, 5, (record) => idOf(record, 'Gid', which), 'status');

function signals(header: string, field: string): Column {
  return text(header, 9, 'signal', ({ status }) => status.get(field) ?? '-', 'status');
}

function namespace(header: string, file: string): Column {
  const inode = ({ namespaces }: ProcessRecord) => namespaces.get(file) ?? 0;
  return {
    ...text(header, 10, 'right', (record) => String(inode(record) || '-'), 'namespaces'),
    order: inode,
  };
}

function fromFile(
  header: string,
  width: number,
  need: Need,
  read: (content: string, record: ProcessRecord) => string,
): Column {
  return text(
    header,
    width,
    'left',
    (record, _, room) => {
      const content = record.files.get(need);
      return content ? fit(read(content, record), room) : '-';
    },
    need,
  );
}

const nothing = (header: string, width: number, side: Side = 'left') => text(header, width, side, () => '-');

const kiB = (bytes: number) => Math.floor(bytes / 1024);
const statm = ({ files }: ProcessRecord, field: number) => Number(files.get('statm')?.split(' ')[field] ?? 0) * pageKiB;
const io = (name: string) => (record: ProcessRecord) =>
  Number(new RegExp(`^${name}: (\\d+)`, 'm').exec(record.files.get('io') ?? '')?.[1] ?? 0);
const field = (name: string) => (record: ProcessRecord) => Number.parseInt(record.status.get(name) ?? '0', 10);

function tenths(value: number): string {
  return value > 999 ? String(Math.floor(value / 10)) : `${Math.floor(value / 10)}.${value % 10}`;
}

const memoryShare: Figure = ({ stat }, { memoryKiB }) =>
  Math.min(999, Math.floor((stat.rss * pageKiB * 1000) / memoryKiB));

function stateText({ stat, status }: ProcessRecord): string {
  const nice = stat.nice < 0 ? '<' : stat.nice > 0 ? 'N' : '';
  const locked = Number.parseInt(status.get('VmLck') ?? '0', 10) > 0 ? 'L' : '';
  const leader = stat.session === stat.pid ? 's' : '';
  const threads = stat.threads > 1 ? 'l' : '';
  const foreground = stat.pgrp === stat.tpgid ? '+' : '';
  return stat.state + nice + locked + leader + threads + foreground;
}

const policies = ['TS', 'FF', 'RR', 'B', 'ISO', 'IDL', 'DLN'];
const policy: Text = ({ stat }) => policies[stat.policy] ?? `#${stat.policy}`;
const flags: Text = ({ stat }) => ((stat.flags >> 6) & 7).toString(8);
const terminal: Text = ({ stat }, _, room) => fit(terminalName(stat.tty) ?? '?', room);
const tty = (header: string, width: number): Column =>
  sorted(text(header, width, 'left', terminal), ({ stat }) => stat.tty);
const comm = (header: string): Column => text(header, 15, 'unlimited', (record, _, room) => nameText(record, room));
const command = (header: string): Column => ({
  ...text(header, 27, 'unlimited', commandText, 'arguments'),
  order: ({ stat, args }) => (args.length > 0 ? args.join(' ') : `[${stat.comm}]`),
});
const bareCommand = (header: string): Column => ({
  ...text(header, 15, 'unlimited', (record, world, room) => commandText(record, { ...world, bareNames: true }, room)),
  order: ({ stat }) => stat.comm,
});
const time = (header: string): Column => sorted(text(header, 8, 'right', cpuClock), ticksOf);
const seconds = (header: string, width: number, figure: Figure) =>
  number(header, width, (record, world) => Math.floor(figure(record, world)));
const started = (header: string, width: number, side: Side, write: Text) =>
  sorted(text(header, width, side, write), ({ stat }) => stat.start);
const wchan = (header: string): Column =>
  text(
    header,
    6,
    'wchan',
    ({ files }, _, room) => {
      const name = files.get('wchan') ?? '-';
      return name === '0' || name === '' ? '-' : fit(name, Math.min(room, 6));
    },
    'wchan',
  );
const resident = (header: string, width = 5) => number(header, width, ({ stat }) => stat.rss * pageKiB);
const size = (header: string) => number(header, 6, ({ stat }) => kiB(stat.vsize));
const processor = (header: string, width: number) => number(header, width, ({ stat }) => stat.processor);
const utilisation: Figure = (record, world) => Math.min(99, Math.floor(cpuShare(record, world) / 10));
const text1 = (record: ProcessRecord) => statm(record, 3);
const address = (header: string, figure: (stat: ProcessRecord['stat']) => number) =>
  text(header, 16, 'right', ({ stat }) => figure(stat).toString(16).padStart(16, '0'));

/** Without the line's number and controllers in front, several lines with commas between. */
const cgroupText = (content: string) => content.trim().replaceAll('\n', ',');

function groupList(record: ProcessRecord): number[] {
  return (record.status.get('Groups') ?? '')
    .split(' ')
    .filter((part) => part !== '')
    .map(Number);
}

export const columns: Readonly<Record<string, Column>> = bare({
  '%cpu': sorted(
    text('%CPU', 4, 'right', (record, world) => tenths(cpuShare(record, world))),
    cpuShare,
  ),
  '%mem': sorted(
    text('%MEM', 4, 'right', (record, world) => tenths(memoryShare(record, world))),
    memoryShare,
  ),
  addr: nothing('ADDR', 4, 'right'),
  addr_1: nothing('ADDR', 1),
  args: command('COMMAND'),
  atime: time('TIME'),
  blocked: signals('BLOCKED', 'SigBlk'),
  bsdstart: started('START', 6, 'right', bsdStart),
  bsdtime: sorted(text('TIME', 6, 'right', bsdClock), ticksOf),
  c: number('C', 2, utilisation),
  caught: signals('CAUGHT', 'SigCgt'),
  cgname: fromFile('CGNAME', 27, 'cgroup', (content) => content.trim().split(':').at(-1) ?? '-'),
  cgroup: { ...fromFile('CGROUP', 27, 'cgroup', cgroupText), side: 'unlimited' },
  cgroupns: namespace('CGROUPNS', 'cgroup'),
  class: text('CLS', 3, 'left', policy),
  cls: text('CLS', 3, 'right', policy),
  cmd: command('CMD'),
  comm: comm('COMMAND'),
  command: command('COMMAND'),
  context: nothing('CONTEXT', 31),
  cp: number('CP', 3, (record, world) => Math.min(999, cpuShare(record, world))),
  cpuid: processor('CPUID', 5),
  cputime: time('TIME'),
  cputimes: seconds('TIME', 8, (record, world) => ticksOf(record, world) / 100),
  cuu: sorted(
    text('%CUU', 6, 'right', (record, world) => (cpuShare(record, world) / 10).toFixed(3)),
    cpuShare,
  ),
  cuc: sorted(
    text('%CUC', 7, 'right', (record, world) => (cpuShare(record, { ...world, sumChildren: true }) / 10).toFixed(3)),
    cpuShare,
  ),
  drs: number('DRS', 5, (record) => kiB(record.stat.vsize) - text1(record), 'statm'),
  dsiz: number('DSIZ', 4, (record) => kiB(record.stat.vsize) - text1(record), 'statm'),
  egid: gid('EGID', 'effective'),
  egroup: group('EGROUP', 'effective'),
  eip: address('EIP', ({ eip }) => eip),
  esp: address('ESP', ({ esp }) => esp),
  etime: sorted(text('ELAPSED', 11, 'right', elapsedClock), elapsedOf),
  etimes: seconds('ELAPSED', 7, elapsedOf),
  euid: uid('EUID', 'effective'),
  euser: user('EUSER', 'effective'),
  exe: text('EXE', 27, 'unlimited', ({ files }, _, room) => fit(printable(files.get('exe') ?? '-'), room), 'exe'),
  f: text('F', 1, 'right', flags),
  fgid: gid('FGID', 'file'),
  fgroup: group('FGROUP', 'file'),
  flag: text('F', 1, 'right', flags),
  flags: text('F', 1, 'right', flags),
  fname: text('COMMAND', 8, 'left', ({ stat }, _, room) => fit(printable(stat.comm), Math.min(8, room))),
  fsgid: gid('FSGID', 'file'),
  fsgroup: group('FSGROUP', 'file'),
  fsuid: uid('FSUID', 'file'),
  fsuser: user('FSUSER', 'file'),
  fuid: uid('FUID', 'file'),
  fuser: user('FUSER', 'file'),
  gid: gid('GID', 'effective'),
  group: group('GROUP', 'effective'),
  ignored: signals('IGNORED', 'SigIgn'),
  intpri: number('PRI', 3, ({ stat }) => 60 + stat.priority),
  ipcns: namespace('IPCNS', 'ipc'),
  label: fromFile('LABEL', 31, 'label', (content) => content.trim().replace(/\0$/, '') || '-'),
  lastcpu: processor('C', 3),
  lim: text('LIM', 5, 'right', () => 'xx'),
  longtname: tty('TTY', 8),
  lsession: nothing('SESSION', 11),
  lstart: started('STARTED', 24, 'right', longStart),
  luid: text(
    'LUID',
    5,
    'right',
    ({ files }) => {
      const value = files.get('luid')?.trim();
      return value === undefined || value === '4294967295' ? '-' : value;
    },
    'luid',
  ),
  lwp: pid('LWP', ({ stat }) => stat.pid),
  lxc: nothing('LXC', 8),
  m_drs: number('DRS', 5, (record) => kiB(record.stat.vsize) - text1(record), 'statm'),
  m_size: number('SIZE', 5, ({ stat }) => stat.vsize),
  m_trs: number('TRS', 5, text1, 'statm'),
  machine: nothing('MACHINE', 31),
  maj_flt: number('MAJFL', 6, ({ stat }) => stat.majflt),
  majflt: number('MAJFLT', 6, ({ stat }) => stat.majflt),
  min_flt: number('MINFL', 6, ({ stat }) => stat.minflt),
  minflt: number('MINFLT', 6, ({ stat }) => stat.minflt),
  mntns: namespace('MNTNS', 'mnt'),
  netns: namespace('NETNS', 'net'),
  ni: number('NI', 3, ({ stat }) => stat.nice),
  nice: number('NI', 3, ({ stat }) => stat.nice),
  nlwp: number('NLWP', 4, ({ stat }) => stat.threads),
  numa: text('NUMA', 4, 'right', () => '-1'),
  oom: text('OOM', 4, 'right', ({ files }) => files.get('oom')?.trim() ?? '-', 'oom'),
  opri: number('PRI', 3, ({ stat }) => 60 + stat.priority),
  ouid: nothing('OWNER', 5),
  pagein: number('PAGEIN', 6, ({ stat }) => stat.majflt),
  pcpu: sorted(
    text('%CPU', 4, 'right', (record, world) => tenths(cpuShare(record, world))),
    cpuShare,
  ),
  pending: signals('PENDING', 'ShdPnd'),
  pgid: pid('PGID', ({ stat }) => stat.pgrp),
  pgrp: pid('PGRP', ({ stat }) => stat.pgrp),
  pid: pid('PID', ({ stat }) => stat.pid),
  pidns: namespace('PIDNS', 'pid'),
  pmem: sorted(
    text('%MEM', 4, 'right', (record, world) => tenths(memoryShare(record, world))),
    memoryShare,
  ),
  policy: text('POL', 3, 'left', policy),
  ppid: pid('PPID', ({ stat }) => stat.ppid),
  pri: number('PRI', 3, ({ stat }) => 39 - stat.priority),
  pri_api: number('API', 3, ({ stat }) => -1 - stat.priority),
  pri_bar: number('BAR', 3, ({ stat }) => stat.priority + 1),
  pri_baz: number('BAZ', 3, ({ stat }) => stat.priority + 100),
  pri_foo: number('FOO', 3, ({ stat }) => stat.priority - 20),
  priority: number('PRI', 3, ({ stat }) => stat.priority),
  psr: processor('PSR', 3),
  pss: resident('PSS'),
  rbytes: number('RBYTES', 5, io('read_bytes'), 'io'),
  rchars: number('RCHARS', 5, io('rchar'), 'io'),
  rgid: gid('RGID', 'real'),
  rgroup: group('RGROUP', 'real'),
  rops: number('ROPS', 5, io('syscr'), 'io'),
  rss: resident('RSS'),
  rssize: resident('RSS'),
  rsz: resident('RSZ'),
  rtprio: text('RTPRIO', 6, 'right', ({ stat }) =>
    stat.policy === 1 || stat.policy === 2 ? String(stat.rtPriority) : '-',
  ),
  ruid: uid('RUID', 'real'),
  ruser: user('RUSER', 'real'),
  s: text('S', 1, 'left', ({ stat }) => stat.state),
  sched: number('SCH', 3, ({ stat }) => stat.policy),
  seat: nothing('SEAT', 11),
  sess: pid('SESS', ({ stat }) => stat.session),
  session: pid('SESS', ({ stat }) => stat.session),
  sgi_p: text('P', 1, 'right', ({ stat }) => (stat.state === 'R' ? String(stat.processor) : '*')),
  sgi_rss: text('RSS', 4, 'left', ({ stat }) => String(stat.rss * pageKiB)),
  sgid: gid('SGID', 'saved'),
  sgroup: group('SGROUP', 'saved'),
  sid: pid('SID', ({ stat }) => stat.session),
  sig: signals('PENDING', 'ShdPnd'),
  sig_block: signals('BLOCKED', 'SigBlk'),
  sig_catch: signals('CATCHED', 'SigCgt'),
  sig_ignore: signals('IGNORED', 'SigIgn'),
  sig_pend: signals('SIGNAL', 'ShdPnd'),
  sigcatch: signals('CAUGHT', 'SigCgt'),
  sigignore: signals('IGNORED', 'SigIgn'),
  sigmask: signals('BLOCKED', 'SigBlk'),
  size: number('SIZE', 5, (record) => field('VmData')(record) + field('VmStk')(record), 'status'),
  slice: nothing('SLICE', 31),
  spid: pid('SPID', ({ stat }) => stat.pid),
  stackp: address('STACKP', ({ startStack }) => startStack),
  start: started('STARTED', 8, 'right', fullStart),
  start_stack: address('STACKP', ({ startStack }) => startStack),
  start_time: started('START', 5, 'left', unixStart),
  stat: text('STAT', 4, 'left', stateText, 'status'),
  state: text('S', 1, 'left', ({ stat }) => stat.state),
  stime: started('STIME', 5, 'left', unixStart),
  suid: uid('SUID', 'saved'),
  supgid: text('SUPGID', 20, 'left', (record, _, room) => fit(groupList(record).join(',') || '-', room), 'status'),
  supgrp: text(
    'SUPGRP',
    40,
    'left',
    (record, { accounts }, room) => {
      return fit(
        groupList(record)
          .map((id) => accounts.groupName(id))
          .join(',') || '-',
        room,
      );
    },
    'status',
  ),
  suser: user('SUSER', 'saved'),
  svgid: gid('SVGID', 'saved'),
  svgroup: group('SVGROUP', 'saved'),
  svuid: uid('SVUID', 'saved'),
  svuser: user('SVUSER', 'saved'),
  sz: number('SZ', 5, ({ stat }) => Math.floor(kiB(stat.vsize) / pageKiB)),
  tgid: pid('TGID', ({ stat }) => stat.pid),
  thcount: number('THCNT', 5, ({ stat }) => stat.threads),
  tid: pid('TID', ({ stat }) => stat.pid),
  time: time('TIME'),
  timens: namespace('TIMENS', 'time'),
  times: seconds('TIME', 8, (record, world) => ticksOf(record, world) / 100),
  tname: tty('TTY', 8),
  tpgid: pid('TPGID', ({ stat }) => stat.tpgid),
  trs: number('TRS', 4, text1, 'statm'),
  trss: number('TRSS', 4, text1, 'statm'),
  tsig: signals('PENDING', 'SigPnd'),
  tsiz: number('TSIZ', 4, text1, 'statm'),
  tt: tty('TT', 8),
  tty: tty('TT', 8),
  tty4: tty('TTY', 4),
  tty8: tty('TTY', 8),
  ucmd: bareCommand('CMD'),
  ucomm: comm('COMMAND'),
  uid: uid('UID', 'effective'),
  uid_hack: user('UID', 'effective'),
  uname: user('USER', 'effective'),
  unit: nothing('UNIT', 31),
  user: user('USER', 'effective'),
  userns: namespace('USERNS', 'user'),
  uss: resident('USS'),
  util: number('C', 2, utilisation),
  utsns: namespace('UTSNS', 'uts'),
  uunit: nothing('UUNIT', 31),
  vsize: size('VSZ'),
  vsz: size('VSZ'),
  wbytes: number('WBYTES', 5, io('write_bytes'), 'io'),
  wcbytes: number('WCBYTES', 5, io('cancelled_write_bytes'), 'io'),
  wchan: wchan('WCHAN'),
  wchars: number('WCHARS', 5, io('wchar'), 'io'),
  wname: wchan('WCHAN'),
  wops: number('WOPS', 5, io('syscw'), 'io'),
  zone: nothing('ZONE', 31),
});

/** The descriptors AIX has: `-o %p%c`. */
export const percentColumns: Readonly<Record<string, string>> = bare({
  C: 'pcpu',
  G: 'group',
  P: 'ppid',
  U: 'user',
  a: 'args',
  c: 'comm',
  g: 'rgroup',
  n: 'nice',
  p: 'pid',
  r: 'pgid',
  t: 'etime',
  u: 'ruser',
  x: 'time',
  y: 'tty',
  z: 'vsz',
});
