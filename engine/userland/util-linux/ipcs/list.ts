/** The tables of ipcs: what there is, who made it, when and by which processes it was used. */
import type { Blocking, MsgStat, SemStat, ShmStat, Sys } from '../../../kernel/sim';
import type { Accounts } from '../../lib/users';
import type { Frame } from '../common/frame';
import { hex, humanBytes, longTime, octal, row, shortTime } from './format';
import type { Kind } from './ipcs';

export type Form = 'status' | 'creator' | 'time' | 'pid';

export function* list(frame: Frame, accounts: Accounts, kind: Kind, form: Form): Blocking<void> {
  const { sys, out, options: given } = frame;
  const human = given.has('human') && !given.has('bytes');
  const lines =
    form === 'creator'
      ? creators(sys, accounts, kind)
      : kind === 'queues'
        ? queueLines(sys.msgList(), accounts, form, human)
        : kind === 'shmems'
          ? segmentLines(sys.shmList(), accounts, form, human)
          : semaphoreLines(sys.semList(), accounts, form);
  for (const line of lines) yield* out.line(line);
}

function queueLines(queues: readonly MsgStat[], accounts: Accounts, form: Form, human: boolean): string[] {
  const owner = ({ uid }: MsgStat) => accounts.userName(uid);
  if (form === 'time') {
    return [
      '------ Message Queues Send/Recv/Change Times --------',
      row(['msqid', 8], ['owner', 10], ['send', 20], ['recv', 20], ['change', 20]),
      ...queues.map((queue) =>
        row(
          [queue.id, 8],
          [owner(queue), 10],
          [shortTime(queue.stime), 20],
          [shortTime(queue.rtime), 20],
          [shortTime(queue.ctime), 20],
        ),
      ),
    ];
  }
  if (form === 'pid') {
    const figure = (pid: number) => String(pid).padStart(5);
    return [
      '------ Message Queues PIDs --------',
      row(['msqid', 10], ['owner', 10], ['lspid', 10], ['lrpid', 10]),
      ...queues.map(
        (queue) => `${row([queue.id, 8], [owner(queue), 10])}  ${figure(queue.lspid)}     ${figure(queue.lrpid)}`,
      ),
    ];
  }
  const size = ({ bytes }: MsgStat) => (human ? `${humanBytes(bytes).padStart(7)}     ` : String(bytes).padEnd(12));
  return [
    '------ Message Queues --------',
    row(
      ['key', 10],
      ['msqid', 10],
      ['owner', 10],
      ['perms', 10],
      [human ? 'size' : 'used-bytes', 12],
      ['messages', 12],
    ),
    ...queues.map((queue) =>
      row(
        [hex(queue.key), 10],
        [queue.id, 10],
        [owner(queue), 10],
        [octal(queue.mode), 10],
        [size(queue), 12],
        [queue.messages, 12],
      ),
    ),
  ];
}

function segmentLines(segments: readonly ShmStat[], accounts: Accounts, form: Form, human: boolean): string[] {
  const owner = ({ uid }: ShmStat) => accounts.userName(uid);
  if (form === 'time') {
    return [
      '------ Shared Memory Attach/Detach/Change Times --------',
      row(['shmid', 10], ['owner', 10], ['attached', 20], ['detached', 20], ['changed', 20]),
      ...segments.map((segment) =>
        row(
          [segment.id, 10],
          [owner(segment), 10],
          [shortTime(segment.atime), 20],
          [shortTime(segment.dtime), 20],
          [shortTime(segment.ctime), 20],
        ),
      ),
    ];
  }
  if (form === 'pid') {
    return [
      '------ Shared Memory Creator/Last-op PIDs --------',
      row(['shmid', 10], ['owner', 10], ['cpid', 10], ['lpid', 10]),
      ...segments.map((segment) => row([segment.id, 10], [owner(segment), 10], [segment.cpid, 10], [segment.lpid, 10])),
    ];
  }
  const size = (bytes: number) => (human ? `${humanBytes(bytes).padStart(6)}    ` : String(bytes).padEnd(10));
  return [
    '------ Shared Memory Segments --------',
    row(
      ['key', 10],
      ['shmid', 10],
      ['owner', 10],
      ['perms', 10],
      [human ? 'size' : 'bytes', 10],
      ['nattch', 10],
      ['status', 12],
    ),
    ...segments.map(
      (segment) =>
        `${row(
          [hex(segment.key), 10],
          [segment.id, 10],
          [owner(segment), 10],
          [octal(segment.mode), 10],
          [size(segment.size), 10],
          [segment.attached, 10],
        )} ${(segment.destroyed ? 'dest' : '').padEnd(6)} ${''.padEnd(6)}`,
    ),
  ];
}

function semaphoreLines(arrays: readonly SemStat[], accounts: Accounts, form: Form): string[] {
  const owner = ({ uid }: SemStat) => accounts.userName(uid);
  if (form === 'pid') return [];
  if (form === 'time') {
    return [
      '------ Semaphore Operation/Change Times --------',
      row(['semid', 8], ['owner', 10], ['last-op', 26], ['last-changed', 26]),
      ...arrays.map(
        (array) =>
          `${row([array.id, 8], [owner(array), 10])}  ${row([longTime(array.otime), 26], [longTime(array.ctime), 26])}`,
      ),
    ];
  }
  return [
    '------ Semaphore Arrays --------',
    row(['key', 10], ['semid', 10], ['owner', 10], ['perms', 10], ['nsems', 10]),
    ...arrays.map((array) =>
      row([hex(array.key), 10], [array.id, 10], [owner(array), 10], [octal(array.mode), 10], [array.count, 10]),
    ),
  ];
}

const creatorTitles: Record<Kind, readonly [title: string, id: string]> = {
  queues: ['------ Message Queues Creators/Owners --------', 'msqid'],
  shmems: ['------ Shared Memory Segment Creators/Owners --------', 'shmid'],
  semaphores: ['------ Semaphore Arrays Creators/Owners --------', 'semid'],
};

function creators(sys: Sys, accounts: Accounts, kind: Kind): string[] {
  const objects = kind === 'queues' ? sys.msgList() : kind === 'shmems' ? sys.shmList() : sys.semList();
  const [title, id] = creatorTitles[kind];
  return [
    title,
    row([id, 10], ['perms', 10], ['cuid', 10], ['cgid', 10], ['uid', 10], ['gid', 10]),
    ...objects.map((object) => {
      const group = accounts.groupName(object.gid);
      return row(
        [object.id, 10],
        [octal(object.mode), 10],
        [accounts.userName(object.cuid), 10],
        [group, 10],
        [accounts.userName(object.uid), 10],
        [group, 10],
      );
    }),
  ];
}
