/** /proc/PID and /proc/PID/task/PID: one table of names in the kernel's order (`tgid_base_stuff`). */
import { S_IFDIR } from '../../../abi/files';
import type { Credentials } from '../../../task/credentials';
import type { Task } from '../../../task/task';
import type { DirectoryEntry, Inode } from '../../../vfs/inode';
import { pidIn } from '../ids';
import { netDirectory } from '../net-files';
import { ChangingDirectory, entryOf, ProcFile, ProcInode } from '../node';
import type { ProcSuperBlock } from '../super-block';
import type { TextSource } from '../text-file';
import { attributeDirectory } from './attributes';
import { directoryOwnerOf, isOver, ownerOf, type PidContext } from './context';
import { FdDirectory, FdInfoDirectory } from './fd';
import { idMapFile, setgroupsFile } from './id-maps';
import * as info from './info';
import { limitsFile } from './limits';
import { mountinfoFile, mountsFile, mountstatsFile } from './mounts';
import { NsDirectory } from './ns';
import { PlaceLink } from './place-link';
import { statFile, statmFile } from './stat';
import { statusFile } from './status';
import { timensOffsetsFile } from './timens-offsets';

type Maker = (context: PidContext) => Inode;

const file =
  (mode: number, source: (context: PidContext) => TextSource): Maker =>
  (context) =>
    new ProcFile(context.proc, mode, source(context), () => ownerOf(context.task));

/** In the kernel's order. `both`: also in task/PID. */
const entries: ReadonlyArray<[name: string, where: 'process' | 'both' | 'thread', make: Maker]> = [
  ['task', 'process', (context) => new TaskDirectory(context)],
  ['fd', 'both', (context) => new FdDirectory(context)],
  ['fdinfo', 'both', (context) => new FdInfoDirectory(context)],
  ['ns', 'both', (context) => new NsDirectory(context)],
  ['net', 'both', ({ proc, task }) => netDirectory(proc, () => (isOver(task) ? null : task.ns.net))],
  ['environ', 'both', file(0o400, info.environ)],
  ['auxv', 'both', file(0o400, info.auxv)],
  ['status', 'both', file(0o444, statusFile)],
  ['personality', 'both', file(0o400, info.personality)],
  ['limits', 'both', file(0o444, limitsFile)],
  ['sched', 'both', file(0o644, info.sched)],
  ['autogroup', 'process', file(0o644, info.autogroup)],
  ['timens_offsets', 'process', file(0o644, timensOffsetsFile)],
  ['comm', 'both', file(0o644, info.comm)],
  ['syscall', 'both', file(0o400, info.syscall)],
  ['cmdline', 'both', file(0o444, info.cmdline)],
  ['stat', 'both', file(0o444, statFile)],
  ['statm', 'both', file(0o444, statmFile)],
  ['maps', 'both', file(0o444, info.maps)],
  ['children', 'thread', file(0o444, info.children)],
  ['cwd', 'both', (context) => new PlaceLink(context, ({ fs }) => fs.cwd)],
  ['root', 'both', (context) => new PlaceLink(context, ({ fs }) => fs.root)],
  ['exe', 'both', (context) => new PlaceLink(context, ({ exe }) => exe)],
  ['mounts', 'both', file(0o444, mountsFile)],
  ['mountinfo', 'both', file(0o444, mountinfoFile)],
  ['mountstats', 'process', file(0o400, mountstatsFile)],
  ['attr', 'both', attributeDirectory],
  ['wchan', 'both', file(0o444, info.wchan)],
  ['stack', 'both', file(0o400, info.stack)],
  ['schedstat', 'both', file(0o444, info.schedstat)],
  ['cpuset', 'both', file(0o444, info.cpuset)],
  ['cgroup', 'both', file(0o444, info.cgroup)],
  ['oom_score', 'both', file(0o444, info.oomScore)],
  ['oom_adj', 'both', file(0o644, info.oomAdj)],
  ['oom_score_adj', 'both', file(0o644, info.oomScoreAdj)],
  ['loginuid', 'both', file(0o644, info.unsetId)],
  ['sessionid', 'both', file(0o444, info.unsetId)],
  ['coredump_filter', 'process', file(0o644, info.coredumpFilter)],
  ['io', 'both', file(0o400, info.io)],
  ['uid_map', 'both', file(0o644, (context) => idMapFile(context, 'uid'))],
  ['gid_map', 'both', file(0o644, (context) => idMapFile(context, 'gid'))],
  ['projid_map', 'both', file(0o644, (context) => idMapFile(context, 'projid'))],
  ['setgroups', 'both', file(0o644, setgroupsFile)],
  ['timers', 'process', file(0o444, info.empty)],
  ['timerslack_ns', 'process', file(0o666, info.timerslack)],
];

const tables = {
  process: new Map(entries.filter(([, where]) => where !== 'thread').map(([name, , make]) => [name, make])),
  thread: new Map(entries.filter(([, where]) => where !== 'process').map(([name, , make]) => [name, make])),
};

export class PidDirectory extends ProcInode {
  readonly #made = new Map<string, Inode>();
  readonly #context: PidContext;

  constructor(
    private readonly procfs: ProcSuperBlock,
    private readonly about: Task,
    private readonly kind: 'process' | 'thread' = 'process',
  ) {
    super(procfs, S_IFDIR | 0o555, () => directoryOwnerOf(about));
    this.#context = { proc: procfs, task: about };
    this.nlink = kind === 'process' ? 9 : 7;
  }

  override permission(_mask: number, cred: Credentials): boolean | undefined {
    return this.procfs.root.mayEnter(cred, this.about) ? undefined : false;
  }

  override lookup(name: string): Inode | null {
    const known = this.#made.get(name);
    if (known) return known;
    const made = tables[this.kind].get(name)?.(this.#context) ?? null;
    if (made) this.#made.set(name, made);
    return made;
  }
  override readdir(): DirectoryEntry[] {
    return [...tables[this.kind].keys()].flatMap((name) => {
      const inode = this.lookup(name);
      return inode ? [entryOf(name, inode)] : [];
    });
  }
}

class TaskDirectory extends ChangingDirectory<string> {
  constructor(private readonly context: PidContext) {
    const { task } = context;
    super(context.proc, 0o555, () => directoryOwnerOf(task));
    this.nlink = 3;
  }
  override lookup(name: string): Inode | null {
    const { proc, task } = this.context;
    if (name !== String(pidIn(task, proc.pidNs))) return null;
    return this.keep(name, () => new PidDirectory(proc, task, 'thread'));
  }
  override readdir(): DirectoryEntry[] {
    const { proc, task } = this.context;
    const name = String(pidIn(task, proc.pidNs));
    const inode = this.lookup(name);
    return inode ? [{ ...entryOf(name, inode), type: S_IFDIR }] : [];
  }
}
