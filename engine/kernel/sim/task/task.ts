/** A process. Simulated processes have one thread each; a task is both. */
import type { ResourceName } from '../../abi/resource-limits';
import type { Signal } from '../abi/signals';
import type { CgroupNamespace, CgroupNode } from '../cgroup/types';
import type { IpcNamespace } from '../ipc/types';
import type { SimKernel } from '../kernel';
import type { NetNamespace } from '../net/types';
import type { MountNamespace, PidNamespace, TimeNamespace, UserNamespace, UtsNamespace } from '../ns/namespace';
import type { Job } from '../sched/scheduler';
import type { WaitQueue } from '../sched/wait-queue';
import type { SeccompFilter } from '../seccomp/filter';
import type { TerminalDevice } from '../tty/types';
import type { Path } from '../vfs/path';
import type { Credentials } from './credentials';
import type { FdTable } from './fd-table';
import type { SignalState } from './signal-state';

export interface NamespaceSet {
  mnt: MountNamespace;
  uts: UtsNamespace;
  ipc: IpcNamespace;
  /** The one it lives in; never changes. */
  readonly pid: PidNamespace;
  net: NetNamespace;
  cgroup: CgroupNamespace;
  time: TimeNamespace;
  /** Where its children are born. */
  pidForChildren: PidNamespace;
  timeForChildren: TimeNamespace;
}

/** fs_struct: what chdir(2), chroot(2) and umask(2) set. */
export interface FsContext {
  root: Path;
  cwd: Path;
  umask: number;
}

export type TaskState =
  /** Runs, or would if the processor were free. */
  | 'runnable'
  | 'waiting'
  | 'stopped'
  /** Ended, not waited for. */
  | 'zombie'
  /** Waited for: gone from every table. */
  | 'dead';

/** How it ended, as waitpid(2) tells it. */
export type ExitStatus = { kind: 'exited'; code: number } | { kind: 'killed'; signal: Signal; core: boolean };

export interface ResourceLimit {
  soft: number;
  /** `Infinity` for RLIM_INFINITY. */
  hard: number;
}

export type { ResourceName };

export interface Task {
  readonly kernel: SimKernel;
  /** What the scheduler runs; a zombie's is over. */
  readonly job: Job;
  /** Signals that were handled during the wait it is in: set by delivery, read by `block`. */
  handled: 'nothing' | 'restarting' | 'interrupting';
  /** Its number in the initial pid namespace: unique in the lab, "as the observer sees it". */
  readonly pid: number;
  /** Its number in each pid namespace, from the initial one down to its own. */
  readonly numbers: ReadonlyArray<{ readonly ns: PidNamespace; readonly number: number }>;
  parent: Task | null;
  readonly children: Set<Task>;
  /** Session and group are known by the task that leads them; `pid` of the leader in the initial namespace. */
  session: number;
  group: number;
  /** Controlling terminal of its session. */
  tty: TerminalDevice | null;
  state: TaskState;
  exit: ExitStatus | null;
  /** Woken when a child changes its state. */
  readonly childEvents: WaitQueue;

  cred: Credentials;
  readonly ns: NamespaceSet;
  readonly fs: FsContext;
  readonly files: FdTable;
  readonly signals: SignalState;
  noNewPrivs: boolean;
  /** Its filters of system calls (seccomp(2)); null for none. */
  seccomp: SeccompFilter | null;
  /**
   * PR_GET_DUMPABLE: false since its credentials have changed, until it executes a program. Its files in proc are root's
   * then, and nobody looks into it without CAP_SYS_PTRACE (proc(5), ptrace(2)).
   */
  dumpable: boolean;
  /** In which it executed its program, where root is whose files in proc are that of a process that is not dumpable. */
  memoryUser: UserNamespace;
  /** PR_SET_PDEATHSIG. */
  parentDeathSignal: Signal | 0;
  /** PR_SET_CHILD_SUBREAPER. */
  subreaper: boolean;
  limits: Record<ResourceName, ResourceLimit>;
  niceness: number;
  oomScoreAdj: number;

  /** At most 15 bytes (TASK_COMM_LEN). */
  comm: string;
  argv: readonly string[];
  env: readonly string[];
  /** It has executed a program since it was forked. */
  hasExecuted: boolean;
  /** PF_SUPERPRIV: it has made use of a capability. */
  usedPrivilege: boolean;
  /** The program it executes; null for a kernel thread. */
  exe: Path | null;
  startTime: number;
  /** Nanoseconds of processor time. */
  cpuTime: number;
  cgroup: CgroupNode;
  /** Bytes of memory charged to it: what its program is said to need, and what it allocated (sys.allocate). */
  memory: number;
}
