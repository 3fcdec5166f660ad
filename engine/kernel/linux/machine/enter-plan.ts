/**
 * How a program comes to run in a Machine that is already up.
 *
 * A launcher joins the Machine's namespaces and clones; the clone is a child of the server (CLONE_PARENT), so that the
 * server learns of its end and nothing of ours stays in the Machine. It joins the Machine's cgroups itself: limits do
 * not keep a process from being moved in, so a terminal opens even where a fork bomb has used up all processes.
 */

import { type ResourceName, resourceNames } from '../../abi';
import { boundCapabilities, type User } from '../../machine';
import { flags, type Plan, ref, type Step, type Value } from '../../plan';
import { reportFd } from '../../plan/image';
import {
  AT_FDCWD,
  CLONE_NEWCGROUP,
  CLONE_NEWIPC,
  CLONE_NEWNET,
  CLONE_NEWNS,
  CLONE_NEWPID,
  CLONE_NEWUTS,
  CLONE_PARENT,
  O_CLOEXEC,
  O_WRONLY,
} from '../syscall';

/** Descriptor of the Machine's init (a pidfd) that the launcher inherits. */
const initFd = 5;
const SIGCHLD = 17;
const TIOCSCTTY = 0x540e;
const F_SETFD = 2;
const FD_CLOEXEC = 1;
const CLOSE_RANGE_CLOEXEC = 4;
const lastDescriptor = 0xffffffff;

export interface EnterOptions {
  name: string;
  cgroups: readonly string[];
  user: User;
  argv: readonly string[];
  /** argv[0] as the program sees it, where it differs. */
  argv0?: string;
  env: Record<string, string>;
  /** The user's home, or `/` where that is gone, when not given. */
  cwd?: string;
  /** Makes standard input the controlling terminal. */
  terminal: boolean;
  /** Hard limit of open files, as this process has it. */
  openFiles: number;
}

/** Reports `pid`, the program's process as the server sees it. Done once the program is executed. */
export function enterPlan(options: EnterOptions): Plan {
  const joined = flags({ CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWCGROUP });
  return {
    name: options.name,
    steps: [
      // Named on the host's side, written after the host's files are out of sight.
      ...options.cgroups.map(
        (directory, index): Step => ({
          call: 'openat',
          args: [AT_FDCWD, `${directory}/cgroup.procs`, flags({ O_WRONLY, O_CLOEXEC })],
          as: `procs${index}`,
        }),
      ),
      { call: 'setns', args: [initFd, joined], about: "the Machine's namespaces" },
      {
        fork: { call: 'clone', args: [flags({ CLONE_PARENT, SIGCHLD }), 0, 0, 0, 0], as: 'pid' },
        child: enter(options),
      },
      { report: 'pid', value: ref('pid') },
      { exit: 0 },
    ],
  };
}

function enter(options: EnterOptions): Step[] {
  const { uid, gid, groups } = options.user;
  const groupList = Buffer.alloc(groups.length * 4);
  for (const [index, group] of groups.entries()) groupList.writeUInt32LE(group, index * 4);
  return [
    ...options.cgroups.map(
      (directory, index): Step => ({ call: 'write', args: [ref(`procs${index}`), '0', 1], about: directory }),
    ),
    { call: 'setsid' },
    ...(options.terminal
      ? [{ call: 'ioctl' as const, args: [0, flags({ TIOCSCTTY }), 0], about: 'controlling terminal' }]
      : []),
    { call: 'fcntl', args: [reportFd, F_SETFD, FD_CLOEXEC] },
    { call: 'close_range', args: [initFd, lastDescriptor, flags({ CLOSE_RANGE_CLOEXEC })] },
    limit('nofile', Math.min(1024, options.openFiles), options.openFiles),
    limit('core', 0, 0),
    { call: 'umask', args: [0o022] },
    ...boundCapabilities(),
    { call: 'setgroups', args: [groups.length, groupList] },
    { call: 'setresgid', args: [gid, gid, gid] },
    { call: 'setresuid', args: [uid, uid, uid] },
    ...changeDirectory(options),
    ...execute(options),
  ];
}

function changeDirectory({ cwd, user }: EnterOptions): Step[] {
  if (cwd !== undefined) return [{ call: 'chdir', args: [cwd], about: cwd }];
  return [
    { call: 'chdir', args: [user.home], as: 'home', except: ['ENOENT', 'ENOTDIR', 'EACCES'] },
    { if: { when: ref('home'), is: '<', than: 0 }, then: [{ call: 'chdir', args: ['/'] }] },
  ];
}

function limit(resource: ResourceName, soft: number, hard: number): Step {
  return { call: 'prlimit64', args: [0, resourceNames.indexOf(resource), { words: [soft, hard] }, 0] };
}

/** Tries the program in each directory of PATH, as execvp(3) does. */
function execute(options: EnterOptions): Step[] {
  const [program = ''] = options.argv;
  const env: Value = { strings: Object.entries(options.env).map(([name, value]) => `${name}=${value}`) };
  const argv: Value = { strings: [options.argv0 ?? program, ...options.argv.slice(1)] };
  const directories = program.includes('/')
    ? []
    : (options.env.PATH ?? '').split(':').filter((directory) => directory !== '');
  const attempts = directories.map(
    (directory): Step => ({
      call: 'execve',
      args: [`${directory}/${program}`, argv, env],
      except: ['ENOENT', 'ENOTDIR', 'EACCES'],
    }),
  );
  return [...attempts, { call: 'execve', args: [program, argv, env], about: program }];
}
