/** System calls of System V IPC and of POSIX message queues (sysvipc(7), mq_overview(7)). */

import type { Blocking, Nanoseconds } from '../sched/blocking';
import type { Fd, Pid } from './types';

export interface ShmStat {
  id: number;
  key: number;
  uid: number;
  gid: number;
  cuid: number;
  mode: number;
  size: number;
  attached: number;
  destroyed: boolean;
  cpid: Pid;
  lpid: Pid;
  ctime: Nanoseconds;
  atime: Nanoseconds;
  dtime: Nanoseconds;
}

export interface SemStat {
  id: number;
  key: number;
  uid: number;
  gid: number;
  cuid: number;
  mode: number;
  count: number;
  otime: Nanoseconds;
  ctime: Nanoseconds;
}

export interface MsgStat {
  id: number;
  key: number;
  uid: number;
  gid: number;
  cuid: number;
  mode: number;
  messages: number;
  bytes: number;
  maxBytes: number;
  lspid: Pid;
  lrpid: Pid;
  stime: Nanoseconds;
  rtime: Nanoseconds;
  ctime: Nanoseconds;
}

export interface MqAttributes {
  maxMessages: number;
  messageSize: number;
  messages: number;
  nonBlock: boolean;
}

/** sysvipc(7), mq_overview(7). Flags: IPC_CREAT 0o1000, IPC_EXCL 0o2000, IPC_NOWAIT 0o4000, plus permission bits. */
export interface IpcCalls {
  shmget(key: number, size: number, flags: number): number;
  shmat(id: number, readOnly?: boolean): void;
  /** Detaches one attachment of that segment. */
  shmdt(id: number): void;
  shmRead(id: number, offset: number, count: number): Uint8Array;
  shmWrite(id: number, offset: number, data: Uint8Array): void;
  shmRemove(id: number): void;
  shmStat(id: number): ShmStat;
  shmList(): ShmStat[];
  semget(key: number, count: number, flags: number): number;
  semop(
    id: number,
    operations: ReadonlyArray<{ index: number; change: number; noWait?: boolean; undo?: boolean }>,
  ): Blocking<void>;
  semRemove(id: number): void;
  semStat(id: number): SemStat;
  semValues(id: number): number[];
  semSet(id: number, index: number, value: number): void;
  semList(): SemStat[];
  msgget(key: number, flags: number): number;
  msgsnd(id: number, type: number, data: Uint8Array, flags?: number): Blocking<void>;
  msgrcv(id: number, type: number, flags?: number): Blocking<{ type: number; data: Uint8Array }>;
  msgRemove(id: number): void;
  msgStat(id: number): MsgStat;
  msgList(): MsgStat[];
  /** mq_open(3): name with its slash. A descriptor of a file in a mqueue mount is the same thing. */
  mqOpen(name: string, flags: number, mode?: number, attributes?: { maxMessages: number; messageSize: number }): Fd;
  mqUnlink(name: string): void;
  mqSend(fd: Fd, data: Uint8Array, priority: number, timeout?: Nanoseconds | null): Blocking<void>;
  mqReceive(fd: Fd, timeout?: Nanoseconds | null): Blocking<{ data: Uint8Array; priority: number }>;
  mqGetattr(fd: Fd): MqAttributes;
}
