/** What the files about one process are made from. */
import { SysError } from '../../../abi/errno';
import { toKernelId } from '../../../ns/id-map';
import type { Task } from '../../../task/task';
import { demandInspection } from '../access';
import type { Owner } from '../node';
import type { ProcSuperBlock } from '../super-block';
import type { TextSource } from '../text-file';

export interface PidContext {
  readonly proc: ProcSuperBlock;
  readonly task: Task;
}

const root: Owner = { uid: 0, gid: 0 };

export function isOver({ state }: Task): boolean {
  return state === 'zombie' || state === 'dead';
}

/** Directories everybody may enter are the process's own whatever it is. */
export function directoryOwnerOf({ cred }: Task): Owner {
  return { uid: cred.euid, gid: cred.egid };
}

/** Its files are root's when it has ended or is not dumpable (task_dump_owner). */
export function ownerOf(task: Task): Owner {
  if (isOver(task)) return root;
  if (task.dumpable) return directoryOwnerOf(task);
  const { memoryUser } = task;
  return { uid: toKernelId(memoryUser, 'uid', 0) ?? 0, gid: toKernelId(memoryUser, 'gid', 0) ?? 0 };
}

/** A text about a process; ESRCH once it is gone. */
export function about(task: Task, read: (reader: Task | null, opener: Task | null) => string | Uint8Array): TextSource {
  return {
    read: (reader, opener) => {
      if (task.state === 'dead') throw new SysError('ESRCH');
      return read(reader, opener);
    },
  };
}

/** The same for whoever may look into it; `at` says when that is asked. */
export function guarded(
  task: Task,
  at: 'open' | 'read',
  read: (reader: Task | null) => string | Uint8Array,
): TextSource {
  const source = about(task, (reader) => {
    if (at === 'read') demandInspection(reader, task);
    return read(reader);
  });
  return at === 'open' ? { ...source, open: (_flags, opener) => demandInspection(opener, task) } : source;
}
