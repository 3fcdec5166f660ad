import { describe, expect, it } from 'vitest';
import * as abi from '../abi';
import { decode, encode } from '../bytes';
import { readText } from '../testing/boot';
import { bootPseudoLab, errnoNow, errnoOf } from '../testing/pseudo-lab';

const IPC_CREAT = 0o1000;

describe('System V IPC', () => {
  it('shares memory until the last one lets go', () => {
    const answer = bootPseudoLab().run(function* (sys) {
      const id = sys.shmget(0x1234, 5000, IPC_CREAT | 0o600);
      sys.shmat(id);
      const child = sys.fork(function* (own) {
        own.shmWrite(id, 4090, encode('hello, world'));
        yield* own.schedYield();
        return 0;
      });
      yield* sys.waitpid(child);
      const text = decode(sys.shmRead(id, 4090, 12));
      const table = yield* readText(sys, '/proc/sysvipc/shm');
      sys.shmRemove(id);
      const left = sys.shmList().map(({ destroyed, key, attached }) => [destroyed, key, attached]);
      sys.shmdt(id);
      return [id, text, table.split('\n')[1]?.slice(0, 77), left, sys.shmList().length];
    });
    expect(answer).toEqual([
      0,
      'hello, world',
      '      4660          0   600                  5000     2     3      1     0   ',
      [[true, 0, 1]],
      0,
    ]);
  });
  it('numbers objects in a circle, by namespace', () => {
    const answer = bootPseudoLab().run(function* (sys) {
      const first = sys.msgget(0, IPC_CREAT | 0o600);
      sys.msgRemove(first);
      const second = sys.msgget(0, IPC_CREAT | 0o600);
      sys.unshare(abi.CLONE_NEWIPC);
      return [
        first,
        second,
        sys.msgget(7, IPC_CREAT | 0o600),
        errnoNow(() => {
          sys.msgget(8, 0o600);
        }),
        sys.msgList().length,
      ];
    });
    expect(answer).toEqual([0, 1, 0, 'ENOENT', 1]);
  });
  it('waits for semaphores and takes back what was borrowed', () => {
    const answer = bootPseudoLab().run(function* (sys) {
      const id = sys.semget(1, 1, IPC_CREAT | 0o600);
      sys.semSet(id, 0, 1);
      const child = sys.fork(function* (own) {
        yield* own.semop(id, [{ index: 0, change: -1, undo: true }]);
        yield* own.nanosleep(5_000_000);
        return 0;
      });
      yield* sys.nanosleep(1_000_000);
      const busy = yield* errnoOf(() => sys.semop(id, [{ index: 0, change: -1, noWait: true }]));
      yield* sys.semop(id, [{ index: 0, change: -1 }]);
      yield* sys.waitpid(child);
      return [busy, sys.semValues(id)];
    });
    expect(answer).toEqual(['EAGAIN', [0]]);
  });
  it('sends messages by type', () => {
    const answer = bootPseudoLab().run(function* (sys) {
      const id = sys.msgget(1, IPC_CREAT | 0o600);
      yield* sys.msgsnd(id, 3, encode('c'));
      yield* sys.msgsnd(id, 1, encode('a'));
      const lowest = yield* sys.msgrcv(id, -5);
      const any = yield* sys.msgrcv(id, 0);
      return [
        lowest.type,
        any.type,
        yield* errnoOf(() => sys.msgrcv(id, 0, 0o4000)),
        yield* errnoOf(() => sys.msgsnd(id, 0, encode(''))),
      ];
    });
    expect(answer).toEqual([1, 3, 'ENOMSG', 'EINVAL']);
  });
});

describe('POSIX message queues', () => {
  it('are files, and sort by priority', () => {
    const answer = bootPseudoLab().run(function* (sys) {
      const fd = sys.mqOpen('/q', abi.O_CREAT | abi.O_RDWR, 0o600, { maxMessages: 4, messageSize: 64 });
      yield* sys.mqSend(fd, encode('low'), 1);
      yield* sys.mqSend(fd, encode('high'), 9);
      const state = yield* readText(sys, '/dev/mqueue/q');
      const first = yield* sys.mqReceive(fd);
      yield* sys.mqReceive(fd);
      const late = yield* errnoOf(() => sys.mqReceive(fd, 1000));
      const stat = sys.stat('/dev/mqueue/q');
      sys.mqUnlink('/q');
      return [state, decode(first.data), late, stat.mode.toString(8), stat.size, sys.readdir('/dev/mqueue').length];
    });
    expect(answer).toEqual([
      'QSIZE:7          NOTIFY:0     SIGNO:0     NOTIFY_PID:0     \n',
      'high',
      'ETIMEDOUT',
      '100600',
      80,
      2,
    ]);
  });
  it('are limited', () => {
    const answer = bootPseudoLab().run(function* (sys) {
      const refused = (name: string, maxMessages: number, messageSize: number) =>
        errnoNow(() => {
          sys.mqOpen(name, abi.O_CREAT | abi.O_RDWR, 0o600, { maxMessages, messageSize });
        });
      const big = refused('/big', 60_000, 8192);
      sys.setresuid(1000, 1000, 1000);
      return [big, refused('/many', 11, 10), refused('bad', 1, 1), refused('/a/b', 1, 1)];
    });
    expect(answer).toEqual(['EMFILE', 'EINVAL', 'EINVAL', 'EACCES']);
  });
});
