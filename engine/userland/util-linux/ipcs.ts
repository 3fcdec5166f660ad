/** ipcs(1): what there is of System V shared memory, queues and semaphores. */
import type { Blocking, Sys } from '../../kernel/sim';
import { readFile } from '../lib/io';
import { Accounts } from '../lib/users';
import { type Frame, utilLinux } from './common/frame';

export const ipcs = utilLinux({
  name: 'ipcs',
  options: [
    { long: 'shmems', short: 'm' },
    { long: 'queues', short: 'q' },
    { long: 'semaphores', short: 's' },
    { long: 'all', short: 'a' },
    { long: 'limits', short: 'l' },
    { long: 'pid', short: 'p' },
    { long: 'creator', short: 'c' },
    { long: 'summary', short: 'u' },
    { long: 'bytes', short: 'b' },
    { long: 'id', short: 'i', value: 'required' },
  ],
  help: '[resource-option...] [output-option]\n ipcs -m|-q|-s -i <id>\n\nShow information on IPC facilities.',
  *run(frame) {
    const { options: given, out } = frame;
    const some = ['shmems', 'queues', 'semaphores'].some((name) => given.has(name));
    const wants = (name: string) => !some || given.has('all') || given.has(name);
    const accounts = yield* Accounts.load(frame.sys);
    yield* out.write('\n');
    if (wants('queues')) yield* queues(frame, accounts);
    if (wants('shmems')) yield* segments(frame, accounts);
    if (wants('semaphores')) yield* semaphores(frame, accounts);
    return 0;
  },
});

const hex = (key: number) => `0x${(key >>> 0).toString(16).padStart(8, '0')}`;
const octal = (mode: number) => (mode & 0o777).toString(8);

function* queues(frame: Frame, accounts: Accounts): Blocking<void> {
  const { sys, out, options: given } = frame;
  if (given.has('limits')) return yield* limits(frame, 'queues');
  yield* out.line('------ Message Queues --------');
  yield* out.line(row(['key', 10], ['msqid', 10], ['owner', 10], ['perms', 10], ['used-bytes', 12], ['messages', 12]));
  for (const { id, key, uid, mode, bytes, messages } of sys.msgList()) {
    const owner = accounts.userName(uid);
    yield* out.line(row([hex(key), 10], [id, 10], [owner, 10], [octal(mode), 10], [bytes, 12], [messages, 12]));
  }
  yield* out.write('\n');
}

function* segments(frame: Frame, accounts: Accounts): Blocking<void> {
  const { sys, out, options: given } = frame;
  if (given.has('limits')) return yield* limits(frame, 'shmems');
  if (given.has('pid')) return yield* segmentPids(sys, out, accounts);
  yield* out.line('------ Shared Memory Segments --------');
  yield* out.line(
    row(['key', 10], ['shmid', 10], ['owner', 10], ['perms', 10], ['bytes', 10], ['nattch', 10], ['status', 12]),
  );
  for (const { id, key, uid, mode, size, attached, destroyed } of sys.shmList()) {
    const owner = accounts.userName(uid);
    const status = destroyed ? 'dest' : '';
    yield* out.line(
      `${row([hex(key), 10], [id, 10], [owner, 10], [octal(mode), 10], [size, 10], [attached, 10])} ${status.padEnd(6)} ${''.padEnd(6)}`,
    );
  }
  yield* out.write('\n');
}

function* segmentPids(sys: Sys, out: Frame['out'], accounts: Accounts): Blocking<void> {
  yield* out.line('------ Shared Memory Creator/Last-op PIDs --------');
  yield* out.line(row(['shmid', 10], ['owner', 10], ['cpid', 10], ['lpid', 10]));
  for (const { id, uid, cpid, lpid } of sys.shmList()) {
    yield* out.line(row([id, 10], [accounts.userName(uid), 10], [cpid, 10], [lpid, 10]));
  }
  yield* out.write('\n');
}

function* semaphores(frame: Frame, accounts: Accounts): Blocking<void> {
  const { sys, out, options: given } = frame;
  if (given.has('limits')) return yield* limits(frame, 'semaphores');
  yield* out.line('------ Semaphore Arrays --------');
  yield* out.line(row(['key', 10], ['semid', 10], ['owner', 10], ['perms', 10], ['nsems', 10]));
  for (const { id, key, uid, mode, count } of sys.semList()) {
    yield* out.line(row([hex(key), 10], [id, 10], [accounts.userName(uid), 10], [octal(mode), 10], [count, 10]));
  }
  yield* out.write('\n');
}

/** Cells padded on the right, one blank between. */
function row(...cells: ReadonlyArray<readonly [text: string | number, width: number]>): string {
  return cells.map(([text, width]) => String(text).padEnd(width)).join(' ');
}

function* limits({ sys, out }: Frame, kind: 'queues' | 'shmems' | 'semaphores'): Blocking<void> {
  const setting = function* (name: string): Blocking<string> {
    return (yield* readFile(sys, `/proc/sys/kernel/${name}`)).trim();
  };
  if (kind === 'queues') {
    yield* out.line('------ Messages Limits --------');
    yield* out.line(`max queues system wide = ${yield* setting('msgmni')}`);
    yield* out.line(`max size of message (bytes) = ${yield* setting('msgmax')}`);
    yield* out.line(`default max size of queue (bytes) = ${yield* setting('msgmnb')}`);
  } else if (kind === 'shmems') {
    const page = 4096n;
    const all = BigInt(yield* setting('shmall'));
    yield* out.line('------ Shared Memory Limits --------');
    yield* out.line(`max number of segments = ${yield* setting('shmmni')}`);
    yield* out.line(`max seg size (kbytes) = ${BigInt(yield* setting('shmmax')) / 1024n}`);
    yield* out.line(`max total shared memory (kbytes) = ${(all * page) / 1024n}`);
    yield* out.line('min seg size (bytes) = 1');
  } else {
    const [perArray = '', total = '', perCall = '', arrays = ''] = (yield* setting('sem')).split(/\s+/);
    yield* out.line('------ Semaphore Limits --------');
    yield* out.line(`max number of arrays = ${arrays}`);
    yield* out.line(`max semaphores per array = ${perArray}`);
    yield* out.line(`max semaphores system wide = ${total}`);
    yield* out.line(`max ops per semop call = ${perCall}`);
    yield* out.line('semaphore max value = 32767');
  }
  yield* out.write('\n');
}
