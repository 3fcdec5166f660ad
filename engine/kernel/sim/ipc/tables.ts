/** /proc/sysvipc: the objects of a namespace, as whoever reads them numbers users and processes. */
import { shownId } from '../ns/id-map';
import type { Task } from '../task/task';
import type { IpcObject, PidNumbers } from './table';

const headers = {
  shm: '       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime                   rss                  swap\n',
  sem: '       key      semid perms      nsems   uid   gid  cuid  cgid      otime      ctime\n',
  msg: '       key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid      stime      rtime      ctime\n',
};

const right = (value: number | string, width: number) => String(value).padStart(width);
const seconds = (time: number) => right(Math.floor(time / 1_000_000_000), 10);

/** A process's number in the reader's pid namespace, though it may be gone; 0 where it has none. */
export function pidOf(numbers: PidNumbers, reader: Task): number {
  return numbers.find(({ ns }) => ns === reader.ns.pid)?.number ?? 0;
}

function owners({ uid, gid, cuid, cgid }: IpcObject, reader: Task): string {
  const { user } = reader.cred;
  const ids = [
    shownId(user, 'uid', uid),
    shownId(user, 'gid', gid),
    shownId(user, 'uid', cuid),
    shownId(user, 'gid', cgid),
  ];
  return ids.map((id) => right(id, 5)).join(' ');
}

function start({ key, id }: IpcObject, mode: number): string {
  return `${right(key | 0, 10)} ${right(id, 10)}  ${right(mode.toString(8), 4)}`;
}

export function shmTable(reader: Task | null): string {
  const rows = (reader?.ns.ipc.shm.list() ?? []).map((segment) => {
    if (!reader) return '';
    const { size, cpid, lpid, attached, atime, dtime, ctime, pages, destroyed, mode } = segment;
    const pids = `${right(pidOf(cpid, reader), 5)} ${right(pidOf(lpid, reader), 5)}`;
    const times = `${seconds(atime)} ${seconds(dtime)} ${seconds(ctime)}`;
    const first = `${start(segment, mode | (destroyed ? 0o1000 : 0))} ${right(size, 21)} ${pids}  ${right(attached, 5)}`;
    return `${first} ${owners(segment, reader)} ${times} ${right(pages.size * 4096, 21)} ${right(0, 21)}\n`;
  });
  return headers.shm + rows.join('');
}

export function semTable(reader: Task | null): string {
  const rows = (reader?.ns.ipc.sem.list() ?? []).map((set) => {
    if (!reader) return '';
    const times = `${seconds(set.otime)} ${seconds(set.ctime)}`;
    return `${start(set, set.mode)} ${right(set.values.length, 10)} ${owners(set, reader)} ${times}\n`;
  });
  return headers.sem + rows.join('');
}

export function msgTable(reader: Task | null): string {
  const rows = (reader?.ns.ipc.msg.list() ?? []).map((queue) => {
    if (!reader) return '';
    const pids = `${right(pidOf(queue.lspid, reader), 5)} ${right(pidOf(queue.lrpid, reader), 5)}`;
    const times = `${seconds(queue.stime)} ${seconds(queue.rtime)} ${seconds(queue.ctime)}`;
    const counts = `${right(queue.bytes, 10)} ${right(queue.messages.length, 10)}`;
    return `${start(queue, queue.mode)}  ${counts} ${pids} ${owners(queue, reader)} ${times}\n`;
  });
  return headers.msg + rows.join('');
}
