/** Small plans that must tell the same on every kernel. Each begins in a mount namespace of its own, in an empty tmpfs. */
import {
  AT_FDCWD,
  CLONE_NEWNS,
  CLONE_NEWPID,
  CLONE_NEWUSER,
  CLONE_NEWUTS,
  MS_BIND,
  MS_PRIVATE,
  MS_RDONLY,
  MS_REC,
  MS_REMOUNT,
  O_CLOEXEC,
  O_CREAT,
  O_EXCL,
  O_PATH,
  O_RDWR,
  O_WRONLY,
} from '../../abi';
import {
  BPF_JEQ,
  BPF_LOAD,
  BPF_RETURN,
  encodeBpf,
  SECCOMP_RET_ALLOW,
  SECCOMP_RET_ERRNO,
  SECCOMP_RET_KILL_PROCESS,
} from '../../seccomp';
import { flags, ref, type Step, type Value } from '../plan';

const SIGCHLD = 17;
const O_DIRECTORY = 0o200000;

export interface PlanScenario {
  name: string;
  steps: readonly Step[];
}

/** What every scenario begins with. */
export const begin: readonly Step[] = [
  { call: 'unshare', args: [flags({ CLONE_NEWNS, CLONE_NEWUTS })] },
  { call: 'mount', args: [null, '/', null, flags({ MS_REC, MS_PRIVATE }), null] },
  { call: 'mount', args: ['scratch', '/mnt', 'tmpfs', 0, 'mode=755'] },
  { call: 'chdir', args: ['/mnt'] },
  { call: 'umask', args: [0o022] },
];

const child = (steps: readonly Step[], set: Record<string, number> = {}): Step => ({
  fork: { call: 'clone', args: [flags({ ...set, SIGCHLD }), 0, 0, 0, 0], as: 'child' },
  child: steps,
});
const status: Value = { memory: 'status', bytes: 8 };
const wait: Step[] = [
  { call: 'wait4', args: [ref('child'), status, 0, 0] },
  { report: 'status', value: { ref: 'status', bits: { from: 0, width: 16 } } },
];
/** Makes a call whatever comes of it, and reports what came. */
const attempt = (call: Extract<Step, { call: unknown }>['call'], ...args: Value[]): Step[] => [
  { call, args, as: 'result', except: 'any' },
  { report: call, value: ref('result') },
];
const make = (name: string): Step => ({ call: 'mkdirat', args: [AT_FDCWD, name, 0o755] });
const open = (path: string, flag: number, as: string, mode = 0o644): Step => ({
  call: 'openat',
  args: [AT_FDCWD, path, flag, mode],
  as,
});
const text = (value: string) => Uint8Array.from(value, (character) => character.charCodeAt(0));
const write = (fd: string, value: string): Step => ({ call: 'write', args: [ref(fd), text(value), value.length] });
const how = (flag: number, resolve: number, mode = 0): Value => ({ words: [flag, mode, resolve] });

/** A filter for seccomp(2) that answers to one call, by its number on x86-64, and lets all others pass. */
function filter(number: number, answer: number): Value {
  const program = encodeBpf([
    { code: BPF_LOAD, jumpTrue: 0, jumpFalse: 0, k: 0 },
    { code: BPF_JEQ, jumpTrue: 0, jumpFalse: 1, k: number },
    { code: BPF_RETURN, jumpTrue: 0, jumpFalse: 0, k: answer },
    { code: BPF_RETURN, jumpTrue: 0, jumpFalse: 0, k: SECCOMP_RET_ALLOW },
  ]);
  return { words: [program.length / 8, program] };
}
const [umask, setsid] = [95, 112];

export const planScenarios: readonly PlanScenario[] = [
  {
    name: 'files are written and read into memory',
    steps: [
      open('a', O_RDWR | O_CREAT | O_EXCL, 'fd'),
      write('fd', 'hello'),
      ...attempt('lseek', ref('fd'), 1, 0),
      ...attempt('read', ref('fd'), { memory: 'bytes', bytes: 8 }, 8),
      { report: 'word', value: ref('bytes') },
      { report: 'second', value: { ref: 'bytes', bits: { from: 8, width: 8 } } },
      ...attempt('read', ref('fd'), { memory: 'bytes', bytes: 8 }, 8),
      ...attempt('close', ref('fd')),
      ...attempt('close', ref('fd')),
    ],
  },
  {
    name: 'opening fails as it should',
    steps: [
      ...attempt('openat', AT_FDCWD, 'missing', 0),
      ...attempt('openat', AT_FDCWD, 'missing/below', O_CREAT | O_WRONLY, 0o600),
      ...attempt('openat', AT_FDCWD, '', 0),
      ...attempt('openat', 77, 'x', 0),
      ...attempt('openat', AT_FDCWD, '.', O_WRONLY),
      ...attempt('openat', AT_FDCWD, '/dev/null/x', 0),
      ...attempt('openat', AT_FDCWD, { words: [] }, 0),
    ],
  },
  { name: 'a failed step is told', steps: [{ call: 'chdir', args: ['nowhere'], about: 'the place' }] },
  { name: 'a failed step without a name is told', steps: [{ call: 'fchdir', args: [99] }] },
  {
    name: 'an unexpected error is no expected one',
    steps: [{ call: 'mkdirat', args: [AT_FDCWD, 'no/such', 0o700], except: ['EEXIST', 'EROFS'] }],
  },
  { name: 'a child fails', steps: [child([{ call: 'mount', args: ['x', 'x', 'x', 0, null] }]), ...wait] },
  { name: 'a child exits', steps: [child([{ exit: 42 }]), ...wait] },
  {
    name: 'a child is killed',
    steps: [child([{ call: 'pause', except: 'any' }]), { call: 'kill', args: [ref('child'), 9] }, ...wait],
  },
  {
    name: 'a child has a memory and descriptors of its own',
    steps: [
      { set: 'value', to: 1 },
      child([
        { set: 'value', to: 7 },
        { call: 'close', args: [0] },
        { report: 'in the child', value: ref('value') },
        { exit: ref('value') },
      ]),
      ...wait,
      { report: 'in the parent', value: ref('value') },
      ...attempt('close', 0),
    ],
  },
  {
    name: 'a pipe between two processes',
    steps: [
      { call: 'pipe2', args: [{ memory: 'ends', bytes: 8 }, O_CLOEXEC] },
      child([
        { call: 'write', args: [{ ref: 'ends', bits: { from: 32, width: 32 } }, text('abcdefgh'), 8] },
        { exit: 0 },
      ]),
      { call: 'close', args: [{ ref: 'ends', bits: { from: 32, width: 32 } }] },
      ...attempt('read', { ref: 'ends', bits: { from: 0, width: 32 } }, { memory: 'got', bytes: 8 }, 8),
      { report: 'got', value: ref('got') },
      ...attempt('read', { ref: 'ends', bits: { from: 0, width: 32 } }, { memory: 'got', bytes: 8 }, 8),
      ...wait,
    ],
  },
  {
    name: 'loops, conditions and bits',
    steps: [
      { set: 'bit', to: 1 },
      {
        loop: [
          { if: { when: ref('bit'), is: '>=', than: 1024 }, then: [{ leave: 'loop' }] },
          { set: 'bit', to: { ref: 'bit', left: 1 } },
        ],
      },
      { report: 'bit', value: { ref: 'bit', or: 3 } },
      { set: 'minus', to: -5 },
      { if: { when: ref('minus'), is: '<', than: 0 }, then: [{ report: 'negative', value: ref('minus') }] },
      { report: 'cut', value: { ref: 'minus', bits: { from: 4, width: 8 }, left: 4, or: 1 } },
      {
        if: { when: ref('bit'), is: '==', than: ref('minus') },
        then: [{ report: 'equal', value: 1 }],
        else: [{ report: 'different', value: 1 }],
      },
    ],
  },
  {
    name: 'what a number 1 sees',
    steps: [
      child(
        [
          ...attempt('getpid'),
          ...attempt('getppid'),
          ...attempt('setsid'),
          child([...attempt('getpid'), ...attempt('getppid'), { exit: 0 }]),
          ...wait,
          { exit: 3 },
        ],
        { CLONE_NEWPID },
      ),
      ...wait,
    ],
  },
  {
    name: 'waiting for nobody',
    steps: [
      ...attempt('wait4', -1, 0, 0, 0),
      ...attempt('wait4', 12345, 0, 0, 0),
      ...attempt('wait4', -1, 0, 0x8888, 0),
    ],
  },
  {
    name: 'mounts: bind, read-only, busy, gone',
    steps: [
      make('a'),
      make('b'),
      ...attempt('mount', 'a', 'b', null, flags({ MS_BIND }), null),
      ...attempt('mount', null, 'b', null, flags({ MS_BIND, MS_REMOUNT, MS_RDONLY }), null),
      ...attempt('openat', AT_FDCWD, 'b/x', O_CREAT | O_WRONLY, 0o600),
      ...attempt('unlinkat', AT_FDCWD, 'b', 0x200),
      ...attempt('umount2', 'b', 0),
      ...attempt('umount2', 'b', 0),
      ...attempt('unlinkat', AT_FDCWD, 'b', 0x200),
      ...attempt('mount', 'none', 'a', 'nosuchfs', 0, null),
      ...attempt('mount', 'none', 'gone', 'tmpfs', 0, null),
      ...attempt('mount', 'none', 'a', 'tmpfs', 0, 'size=rubbish'),
    ],
  },
  {
    name: 'a new root',
    steps: [
      make('root'),
      { call: 'mount', args: ['root', 'root', 'tmpfs', 0, null] },
      { call: 'chdir', args: ['root'] },
      make('proc'),
      ...attempt('pivot_root', '.', '.'),
      ...attempt('umount2', '.', 2),
      ...attempt('chdir', '/'),
      ...attempt('openat', AT_FDCWD, '/proc', O_DIRECTORY),
      ...attempt('openat', AT_FDCWD, '/mnt', O_DIRECTORY),
      ...attempt('openat', AT_FDCWD, '../../proc', O_DIRECTORY),
    ],
  },
  {
    name: 'mounts as objects',
    steps: [
      make('from'),
      make('to'),
      { call: 'mount', args: ['x', 'from', 'tmpfs', 0, 'mode=700'] },
      make('from/below'),
      { call: 'mount', args: ['y', 'from/below', 'tmpfs', 0, 'mode=700'] },
      make('from/below/leaf'),
      { call: 'open_tree', args: [AT_FDCWD, 'from', 1], as: 'alone' },
      { call: 'open_tree', args: [AT_FDCWD, 'from', 1 | 0x8000], as: 'tree' },
      ...attempt('openat', ref('alone'), 'below/leaf', O_PATH, 0),
      ...attempt('openat', ref('tree'), 'below/leaf', O_PATH, 0),
      ...attempt('move_mount', ref('tree'), '', AT_FDCWD, 'to', 4),
      ...attempt('openat', AT_FDCWD, 'to/below/leaf', O_PATH, 0),
      ...attempt('move_mount', ref('alone'), '', AT_FDCWD, 'missing', 4),
      ...attempt('move_mount', ref('alone'), '', AT_FDCWD, 'from/below', 4),
      ...attempt('move_mount', ref('alone'), '', AT_FDCWD, 'to', 4),
      ...attempt('open_tree', AT_FDCWD, 'from', 0x8000),
      ...attempt('open_tree', AT_FDCWD, 'missing', 1),
      ...attempt('umount2', 'from', 0),
      ...attempt('umount2', 'from', 2),
    ],
  },
  {
    name: 'a whole tree read-only',
    steps: [
      make('t'),
      { call: 'mount', args: ['x', 't', 'tmpfs', 0, null] },
      make('t/u'),
      { call: 'mount', args: ['y', 't/u', 'tmpfs', 0, null] },
      ...attempt('mount_setattr', AT_FDCWD, 't', 0x8000, { words: [1, 0, 0, 0] }, 32),
      ...attempt('mkdirat', AT_FDCWD, 't/a', 0o755),
      ...attempt('mkdirat', AT_FDCWD, 't/u/a', 0o755),
      ...attempt('mount_setattr', AT_FDCWD, 't', 0, { words: [0, 1, 0, 0] }, 32),
      ...attempt('mkdirat', AT_FDCWD, 't/a', 0o755),
      ...attempt('mkdirat', AT_FDCWD, 't/u/a', 0o755),
      ...attempt('mount_setattr', AT_FDCWD, 't/a', 0, { words: [1, 0, 0, 0] }, 32),
      ...attempt('mount_setattr', AT_FDCWD, 't', 0, { words: [0x10, 0, 0, 0] }, 32),
      ...attempt('mount_setattr', AT_FDCWD, 't', 0, { words: [0x10, 0x70, 0, 0] }, 32),
      ...attempt('mount_setattr', AT_FDCWD, 't', 0, { words: [0x40000000, 0, 0, 0] }, 32),
      ...attempt('mount_setattr', AT_FDCWD, 't', 0, { words: [0, 0, MS_PRIVATE | MS_BIND, 0] }, 32),
      ...attempt('mount_setattr', AT_FDCWD, 't', 0, { words: [0x100000, 0, 0, 0] }, 32),
      ...attempt('mount_setattr', AT_FDCWD, 't', 0, { words: [1] }, 8),
    ],
  },
  {
    name: 'ways that stay within a root',
    steps: [
      make('root'),
      make('root/etc'),
      make('outside'),
      { call: 'symlinkat', args: ['/etc', AT_FDCWD, 'root/absolute'] },
      { call: 'symlinkat', args: ['../../../etc', AT_FDCWD, 'root/upwards'] },
      { call: 'symlinkat', args: ['../outside', AT_FDCWD, 'root/sideways'] },
      { call: 'openat', args: [AT_FDCWD, 'root', O_PATH | O_DIRECTORY], as: 'root' },
      ...['absolute', 'upwards', 'sideways', '/etc', '../outside', 'etc'].flatMap((path) =>
        [16, 8, 4].flatMap((resolve): Step[] => [
          { call: 'openat2', args: [ref('root'), path, how(O_PATH | O_CLOEXEC, resolve), 24], as: 'fd', except: 'any' },
          {
            if: { when: ref('fd'), is: '<', than: 0 },
            then: [{ report: `${path} ${resolve}`, value: ref('fd') }],
            else: [
              { report: `${path} ${resolve}`, value: 1 },
              { call: 'close', args: [ref('fd')] },
            ],
          },
        ]),
      ),
      ...attempt('openat2', ref('root'), 'etc', how(0, 0, 0o600), 24),
      ...attempt('openat2', ref('root'), 'etc', how(0, 0), 16),
      ...attempt('openat2', ref('root'), 'etc/new', how(O_CREAT | O_WRONLY, 16, 0o600), 24),
    ],
  },
  {
    name: 'names are made and removed',
    steps: [
      ...attempt('mkdirat', AT_FDCWD, 'd', 0o777),
      ...attempt('mkdirat', AT_FDCWD, 'd', 0o777),
      { call: 'openat', args: [AT_FDCWD, 'd', O_PATH], as: 'd' },
      ...attempt('symlinkat', 'x', ref('d'), 'link'),
      ...attempt('mknodat', ref('d'), 'fifo', 0o010644, 0),
      ...attempt('mknodat', ref('d'), 'null', 0o020666, 0x103),
      ...attempt('linkat', ref('d'), 'fifo', AT_FDCWD, 'second', 0),
      ...attempt('linkat', ref('d'), '.', AT_FDCWD, 'third', 0),
      ...attempt('fchmodat', ref('d'), 'fifo', 0o600),
      ...attempt('fchownat', ref('d'), 'link', 1000, 1000, 0x100),
      ...attempt('unlinkat', AT_FDCWD, 'd', 0x200),
      ...attempt('unlinkat', AT_FDCWD, 'd', 0),
      ...attempt('unlinkat', ref('d'), 'fifo', 0),
      ...attempt('unlinkat', ref('d'), 'fifo', 0),
      ...attempt('fchown', ref('d'), 1, 1),
      ...attempt('fchmod', ref('d'), 0o700),
    ],
  },
  {
    name: 'descriptors are copied and closed',
    steps: [
      { call: 'openat', args: [AT_FDCWD, '/dev/null', O_RDWR], as: 'fd' },
      ...attempt('dup2', ref('fd'), 30),
      ...attempt('dup3', ref('fd'), 31, O_CLOEXEC),
      ...attempt('dup3', ref('fd'), ref('fd'), 0),
      ...attempt('fcntl', 30, 1, 0),
      ...attempt('fcntl', 31, 1, 0),
      ...attempt('fcntl', ref('fd'), 0, 40),
      ...attempt('fcntl', ref('fd'), 1030, 50),
      ...attempt('fcntl', 50, 1, 0),
      ...attempt('close_range', 31, 0xffffffff, 0),
      ...attempt('close', 40),
      ...attempt('close', 30),
      ...attempt('close_range', 5, 4, 0),
    ],
  },
  {
    name: 'a file in memory',
    steps: [
      { call: 'memfd_create', args: ['notes', 1], as: 'fd' },
      ...attempt('write', ref('fd'), text('12345678'), 8),
      ...attempt('lseek', ref('fd'), 0, 0),
      ...attempt('read', ref('fd'), { memory: 'got', bytes: 8 }, 8),
      { report: 'got', value: ref('got') },
      ...attempt('fcntl', ref('fd'), 1, 0),
    ],
  },
  {
    name: 'waiting for what comes, and for what does not',
    steps: [
      { call: 'pipe2', args: [{ memory: 'ends', bytes: 8 }, 0] },
      ...attempt(
        'ppoll',
        { words: [{ ref: 'ends', bits: { from: 0, width: 32 }, or: 1n << 32n }] },
        1,
        { words: [0, 0] },
        0,
        8,
      ),
      { call: 'write', args: [{ ref: 'ends', bits: { from: 32, width: 32 } }, text('x'), 1] },
      ...attempt('ppoll', { words: [{ ref: 'ends', bits: { from: 0, width: 32 }, or: 1n << 32n }] }, 1, 0, 0, 8),
    ],
  },
  {
    name: 'a process as a descriptor',
    steps: [
      child([{ call: 'pause', except: 'any' }]),
      { call: 'pidfd_open', args: [ref('child'), 0], as: 'pidfd' },
      ...attempt('ppoll', { words: [{ ref: 'pidfd', or: 1n << 32n }] }, 1, { words: [0, 0] }, 0, 8),
      ...attempt('pidfd_send_signal', ref('pidfd'), 15, 0, 0),
      ...attempt('ppoll', { words: [{ ref: 'pidfd', or: 1n << 32n }] }, 1, 0, 0, 8),
      ...wait,
      ...attempt('pidfd_send_signal', ref('pidfd'), 15, 0, 0),
      ...attempt('pidfd_open', 0, 0),
    ],
  },
  {
    name: 'a process as a set of namespaces',
    steps: [
      child([{ call: 'pause', except: 'any' }], { CLONE_NEWUTS }),
      { call: 'pidfd_open', args: [ref('child'), 0], as: 'pidfd' },
      ...attempt('setns', ref('pidfd'), 0),
      ...attempt('setns', ref('pidfd'), 0x10000),
      ...attempt('setns', ref('pidfd'), CLONE_NEWUTS),
      ...attempt('setns', 99, CLONE_NEWUTS),
      ...attempt('setns', 0, CLONE_NEWUTS),
      { call: 'kill', args: [ref('child'), 9] },
      ...wait,
      ...attempt('setns', ref('pidfd'), CLONE_NEWUTS),
    ],
  },
  {
    name: 'signals are blocked and waited for',
    steps: [
      { call: 'rt_sigprocmask', args: [0, { words: [1n << 9n] }, { memory: 'before', bytes: 8 }, 8] },
      { report: 'before', value: { ref: 'before', bits: { from: 9, width: 1 } } },
      { call: 'getpid', as: 'self' },
      ...attempt('kill', ref('self'), 10),
      ...attempt('rt_sigtimedwait', { words: [1n << 9n] }, 0, { words: [0, 0] }, 8),
      ...attempt('rt_sigtimedwait', { words: [1n << 9n] }, 0, { words: [0, 1000] }, 8),
      ...attempt('rt_sigprocmask', 9, { words: [0] }, 0, 8),
      ...attempt('rt_sigprocmask', 0, { words: [0] }, 0, 4),
      ...attempt('kill', ref('self'), 99),
    ],
  },
  {
    name: 'capabilities are given up',
    steps: [
      ...attempt('prctl', 23, 21, 0, 0, 0),
      ...attempt('prctl', 24, 21, 0, 0, 0),
      ...attempt('prctl', 23, 21, 0, 0, 0),
      ...attempt('prctl', 24, 99, 0, 0, 0),
      ...attempt('prctl', 47, 2, 0, 0, 0),
      // CAP_CHOWN and CAP_SETPCAP
      { call: 'capset', args: [{ words: [0x20080522] }, { words: [0x101_0000_0101n, 0x101n, 0, 0] }] },
      ...attempt('prctl', 47, 2, 0, 0, 0),
      ...attempt('prctl', 47, 1, 0, 0, 0),
      ...attempt('prctl', 47, 4, 0, 0, 0),
      ...attempt('mount', 'x', '/mnt', 'tmpfs', 0, null),
      ...attempt('unshare', flags({ CLONE_NEWUTS })),
      ...attempt('sethostname', text('x'), 1),
      ...attempt('capset', { words: [0x20080522] }, { words: [0xffffffffn, 0, 0, 0] }),
      ...attempt('capset', { words: [0x1] }, { words: [0, 0, 0, 0] }),
    ],
  },
  {
    name: 'another user',
    steps: [
      ...attempt('setgroups', 2, { words: [(1001n << 32n) | 1000n] }),
      ...attempt('setresgid', 1000, 1000, 1000),
      ...attempt('prctl', 8, 1, 0, 0, 0),
      ...attempt('setresuid', 1000, 1000, 1000),
      ...attempt('setresuid', 0, 0, 0),
      ...attempt('setgroups', 0, 0),
      ...attempt('mkdirat', AT_FDCWD, 'x', 0o700),
      ...attempt('mount', 'x', '/mnt', 'tmpfs', 0, null),
      ...attempt('prctl', 38, 1, 0, 0, 0),
      ...attempt('prctl', 39, 0, 0, 0, 0),
      ...attempt('prctl', 38, 0, 0, 0, 0),
    ],
  },
  {
    name: 'limits',
    steps: [
      ...attempt('prlimit64', 0, 7, { words: [64, 128] }, { memory: 'old', bytes: 16 }),
      ...attempt('prlimit64', 0, 7, 0, { memory: 'now', bytes: 16 }),
      { report: 'soft', value: ref('now') },
      ...attempt('prlimit64', 0, 7, { words: [65, 64] }, 0),
      ...attempt('prlimit64', 0, 99, 0, 0),
      ...attempt('dup2', 0, 64),
      ...attempt('dup2', 0, 63),
    ],
  },
  {
    name: 'names of the machine',
    steps: [
      ...attempt('sethostname', text('box'), 3),
      ...attempt('sethostname', text('x'.repeat(65)), 65),
      ...attempt('prctl', 15, 'a-name-that-is-too-long', 0, 0, 0),
      { call: 'prctl', args: [16, { memory: 'name', bytes: 16 }, 0, 0, 0] },
      { report: 'name', value: ref('name') },
    ],
  },
  {
    name: 'clone and unshare refuse',
    steps: [
      ...attempt('unshare', 0x8000),
      child([...attempt('getpid'), { exit: 0 }], { CLONE_NEWUSER, CLONE_NEWPID }),
      ...wait,
      {
        fork: { call: 'clone3', args: [{ words: [0, 0, 0, 0, SIGCHLD, 0, 0, 0] }, 64], as: 'child' },
        child: [{ exit: 5 }],
      },
      ...wait,
      ...attempt('clone3', { words: [0] }, 8),
    ],
  },
  {
    name: 'filters of system calls',
    steps: [
      ...attempt('seccomp', 1, 0, filter(umask, SECCOMP_RET_ERRNO | 77)),
      ...attempt('umask', 0o22),
      ...attempt('prctl', 21, 0, 0, 0, 0),
      child([...attempt('umask', 0o22), { exit: 4 }]),
      ...wait,
      ...attempt('seccomp', 1, 0, filter(umask, SECCOMP_RET_ERRNO | 78)),
      ...attempt('umask', 0o22),
      ...attempt('seccomp', 1, 0, { words: [1, encodeBpf([{ code: BPF_LOAD, jumpTrue: 0, jumpFalse: 0, k: 0 }])] }),
      ...attempt('seccomp', 1, 0, { words: [0, 0] }),
      ...attempt('seccomp', 9, 0, 0),
      child([
        { call: 'capset', args: [{ words: [0x20080522] }, { words: [0, 0, 0, 0] }] },
        ...attempt('seccomp', 1, 0, filter(setsid, SECCOMP_RET_KILL_PROCESS)),
        ...attempt('prctl', 38, 1, 0, 0, 0),
        ...attempt('seccomp', 1, 0, filter(setsid, SECCOMP_RET_KILL_PROCESS)),
        ...attempt('setsid'),
      ]),
      { call: 'wait4', args: [ref('child'), status, 0, 0] },
      { report: 'signal', value: { ref: 'status', bits: { from: 0, width: 7 } } },
    ],
  },
  {
    name: 'executing fails, and works',
    steps: [
      ...attempt('execve', '/nope', { strings: ['x'] }, { strings: [] }),
      ...attempt('execve', '/dev', { strings: ['x'] }, { strings: [] }),
      ...attempt('execve', '/dev/null', { strings: ['x'] }, { strings: [] }),
      child([{ call: 'execve', args: ['/bin/true', { strings: ['true'] }, { strings: [] }] }]),
      ...wait,
    ],
  },
];
