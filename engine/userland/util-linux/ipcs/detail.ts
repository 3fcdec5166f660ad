/** `ipcs -m -i ID`: all there is to say of one object. */
import { type Blocking, isSysError } from '../../../kernel/sim';
import { writeAll } from '../../lib/io';
import type { Frame } from '../common/frame';
import { longTime } from './format';
import type { Kind } from './ipcs';

const mode = (bits: number) => `0${(bits & 0o777).toString(8)}`;
const time = (at: number) => longTime(at).padEnd(26);

export function* detail({ sys, out }: Frame, kind: Kind, id: number): Blocking<void> {
  let lines: string[] | null;
  try {
    lines = linesOf(sys, kind, id);
  } catch (error) {
    if (!isSysError(error)) throw error;
    lines = null;
  }
  if (lines === null) {
    yield* writeAll(sys, 2, `ipcs: id ${id} not found\n`);
    return;
  }
  for (const line of ['', ...lines, '']) yield* out.line(line);
}

/** Null when there is no such object. */
function linesOf(sys: Frame['sys'], kind: Kind, id: number): string[] | null {
  if (kind === 'shmems') {
    const found = sys.shmList().find((segment) => segment.id === id);
    if (!found) return null;
    const { uid, gid, cuid, size, lpid, cpid, attached } = found;
    return [
      `Shared memory Segment shmid=${id}`,
      `uid=${uid}\tgid=${gid}\tcuid=${cuid}\tcgid=${gid}`,
      `mode=${mode(found.mode)}\taccess_perms=${mode(found.mode)}`,
      `bytes=${size}\tlpid=${lpid}\tcpid=${cpid}\tnattch=${attached}`,
      `att_time=${time(found.atime)}`,
      `det_time=${time(found.dtime)}`,
      `change_time=${time(found.ctime)}`,
    ];
  }
  if (kind === 'queues') {
    const found = sys.msgList().find((queue) => queue.id === id);
    if (!found) return null;
    const { uid, gid, cuid, bytes, maxBytes, messages, lspid, lrpid } = found;
    return [
      `Message Queue msqid=${id}`,
      `uid=${uid}\tgid=${gid}\tcuid=${cuid}\tcgid=${gid}\tmode=${mode(found.mode)}`,
      `cbytes=${bytes}\tqbytes=${maxBytes}\tqnum=${messages}\tlspid=${lspid}\tlrpid=${lrpid}`,
      `send_time=${time(found.stime)}`,
      `rcv_time=${time(found.rtime)}`,
      `change_time=${time(found.ctime)}`,
    ];
  }
  const found = sys.semList().find((array) => array.id === id);
  if (!found) return null;
  const { uid, gid, cuid } = found;
  const cell = (text: string | number) => String(text).padEnd(10);
  return [
    `Semaphore Array semid=${id}`,
    `uid=${uid}\t gid=${gid}\t cuid=${cuid}\t cgid=${gid}`,
    `mode=${mode(found.mode)}, access_perms=${mode(found.mode)}`,
    `nsems = ${found.count}`,
    `otime = ${time(found.otime)}`,
    `ctime = ${time(found.ctime)}`,
    ['semnum', 'value', 'ncount', 'zcount', 'pid'].map(cell).join(' '),
    // The kernel does not tell who waits or who was last.
    ...sys.semValues(id).map((value, index) => [index, value, 0, 0, 0].map(cell).join(' ')),
  ];
}
