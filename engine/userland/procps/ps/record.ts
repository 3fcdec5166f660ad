/** A process as the columns of ps see it, and what is the same for all of them. */
import { type Blocking, isSysError, type Sys } from '../../../kernel/sim';
import { readFileOrNull } from '../../lib/io';
import {
  linkTarget,
  namespaceOf,
  type ProcessStat,
  parseStat,
  processNumbers,
  readArguments,
  readStatus,
  ticksPerSecond,
} from '../../lib/processes';
import { Accounts } from '../../lib/users';

/** Files below /proc/PID that not every column wants. */
export type Need =
  | 'arguments'
  | 'status'
  | 'statm'
  | 'cgroup'
  | 'environ'
  | 'exe'
  | 'namespaces'
  | 'wchan'
  | 'label'
  | 'oom'
  | 'io'
  | 'luid';

export interface World {
  accounts: Accounts;
  /** Seconds since the boot, and since 1970. */
  uptime: number;
  now: number;
  memoryKiB: number;
  /** Number users instead of naming them (`n`). */
  numbers: boolean;
  /** Command names only (`c`), environment too (`e`), children's time too (`S`). */
  bareNames: boolean;
  environment: boolean;
  sumChildren: boolean;
}

export interface ProcessRecord {
  stat: ProcessStat;
  euid: number;
  egid: number;
  args: string[];
  status: ReadonlyMap<string, string>;
  /** The other files that were asked for; null where they may not be read. */
  files: ReadonlyMap<Need, string | null>;
  namespaces: ReadonlyMap<string, number | null>;
  /** What a tree puts before the command. */
  branch: string;
}

export function* readWorld(sys: Sys): Blocking<World> {
  const uptime = Number(((yield* readFileOrNull(sys, '/proc/uptime')) ?? '0').split(' ')[0]);
  const memory = /^MemTotal:\s+(\d+)/m.exec((yield* readFileOrNull(sys, '/proc/meminfo')) ?? '')?.[1];
  return {
    accounts: yield* Accounts.load(sys),
    uptime,
    now: sys.clockGettime('realtime') / 1e9,
    memoryKiB: Number(memory ?? 1),
    numbers: false,
    bareNames: false,
    environment: false,
    sumChildren: false,
  };
}

export function* readRecords(sys: Sys, needs: ReadonlySet<Need>): Blocking<ProcessRecord[]> {
  const records: ProcessRecord[] = [];
  for (const pid of processNumbers(sys)) {
    const record = yield* readRecord(sys, pid, needs);
    if (record) records.push(record);
    yield* sys.checkpoint();
  }
  return records;
}

const namespaceFiles = ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'time', 'user', 'uts'] as const;

function* readRecord(sys: Sys, pid: number, needs: ReadonlySet<Need>): Blocking<ProcessRecord | null> {
  const owner = ownerOf(sys, pid);
  const stat = parseStat((yield* readFileOrNull(sys, `/proc/${pid}/stat`)) ?? '');
  if (owner === null || stat === null) return null;
  const files = new Map<Need, string | null>();
  for (const need of needs) {
    const path = pathOf[need];
    if (path !== undefined) files.set(need, yield* readFileOrNull(sys, `/proc/${pid}/${path}`));
  }
  if (needs.has('exe')) files.set('exe', linkTarget(sys, `/proc/${pid}/exe`));
  const namespaces = needs.has('namespaces')
    ? namespaceFiles.map((file) => [file, namespaceOf(sys, pid, file)] as const)
    : [];
  return {
    stat,
    euid: owner.uid,
    egid: owner.gid,
    args: needs.has('arguments') ? yield* readArguments(sys, pid) : [],
    status: needs.has('status') ? yield* readStatus(sys, pid) : new Map(),
    files,
    namespaces: new Map(namespaces),
    branch: '',
  };
}

const pathOf: Partial<Record<Need, string>> = {
  statm: 'statm',
  cgroup: 'cgroup',
  environ: 'environ',
  wchan: 'wchan',
  label: 'attr/current',
  oom: 'oom_score',
  io: 'io',
  luid: 'loginuid',
};

function ownerOf(sys: Sys, pid: number): { uid: number; gid: number } | null {
  try {
    const { uid, gid } = sys.stat(`/proc/${pid}`);
    return { uid, gid };
  } catch (error) {
    if (isSysError(error)) return null;
    throw error;
  }
}

/** Processor time in ticks. */
export function ticksOf({ stat }: ProcessRecord, { sumChildren }: World): number {
  return stat.utime + stat.stime + (sumChildren ? stat.cutime + stat.cstime : 0);
}

/** Seconds since it began. */
export function elapsedOf({ stat }: ProcessRecord, { uptime }: World): number {
  return Math.max(0, uptime - stat.start / ticksPerSecond);
}

/** Seconds since 1970 at which it began. */
export function startOf({ stat }: ProcessRecord, { uptime, now }: World): number {
  return Math.floor(now - uptime + stat.start / ticksPerSecond);
}
