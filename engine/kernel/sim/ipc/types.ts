/** What an IPC namespace holds (ipc_namespaces(7)). */
import { Namespace } from '../ns/namespace';
import type { SuperBlock } from '../vfs/super-block';
import type { MessageQueue } from './msg';
import type { SemaphoreSet } from './sem';
import type { SharedSegment } from './shm';
import { IpcTable } from './table';

/** Limits, as /proc/sys/kernel and /proc/sys/fs/mqueue name them. */
export interface IpcLimits {
  shmmax: bigint;
  shmall: bigint;
  shmmni: number;
  msgmax: number;
  msgmnb: number;
  msgmni: number;
  /** SEMMSL, SEMMNS, SEMOPM, SEMMNI. */
  sem: [number, number, number, number];
  queuesMax: number;
  msgMax: number;
  msgsizeMax: number;
  msgDefault: number;
  msgsizeDefault: number;
}

/** ULONG_MAX - (1 << 24) */
const huge = 18446744073692774399n;

export class IpcNamespace extends Namespace {
  readonly kind = 'ipc';
  readonly limits: IpcLimits = {
    shmmax: huge,
    shmall: huge,
    shmmni: 4096,
    msgmax: 8192,
    msgmnb: 16384,
    msgmni: 32000,
    sem: [32000, 1024000000, 500, 32000],
    queuesMax: 256,
    msgMax: 10,
    msgsizeMax: 8192,
    msgDefault: 10,
    msgsizeDefault: 8192,
  };
  readonly shm = new IpcTable<SharedSegment>();
  readonly sem = new IpcTable<SemaphoreSet>();
  readonly msg = new IpcTable<MessageQueue>();
  /** Its POSIX message queues, made when first needed. */
  mqueue: SuperBlock | null = null;
}
