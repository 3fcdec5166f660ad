/** Reads one process from `/proc`. */
import { readdirSync } from 'node:fs';
import type { MachineId, NamespaceKind, NsId, Process } from '../../../state';
import { mapKinds } from '../../inspect';
import type { CgroupHome } from './cgroup-home';
import { nsId, parseNsLink } from './ns-id';
import { parseCgroupPath } from './parse/cgroup-path';
import { parseProcessStat } from './parse/process-stat';
import { parseProcessStatus } from './parse/process-status';
import { readLink, readText } from './raw-file';

/** What reading a process of a Machine takes besides its number. */
export interface ProcessContext {
  machine: MachineId;
  /** How many pid namespaces lie above the Machine's own, the observer's included. */
  pidDepth: number;
  home: CgroupHome;
  /** Stands in for what a zombie no longer has. */
  namespaces: Record<NamespaceKind, NsId>;
}

export interface ProcessRecord {
  process: Process;
  startTime: number;
  /** Namespaces it keeps alive by open descriptors, with the path that leads to each. */
  held: Array<{ id: NsId; kind: NamespaceKind; path: string }>;
  /** `/proc/PID/schedstat` when it was read: unchanged as long as the process has not run. */
  ran: string | null;
}

const maxArguments = 64;
const maxDescriptors = 128;

/** Null when the process is gone or not of this Machine. `before` is the record of the same process, if there was one. */
export function readProcess(
  pid: number,
  context: ProcessContext,
  before: ProcessRecord | undefined,
): ProcessRecord | null {
  const path = `/proc/${pid}`;
  // First, so that what happens while we read makes it differ next time.
  const ran = readText(`${path}/schedstat`);
  const stat = parseProcessStat(readText(`${path}/stat`) ?? '');
  const status = parseProcessStatus(readText(`${path}/status`) ?? '');
  if (!stat || !status) return null;
  const known = before?.startTime === stat.startTime ? before.process : undefined;
  const lasting = known?.namespaces ?? context.namespaces;
  const link = (name: string) => parseNsLink(readLink(`${path}/ns/${name}`))?.id;
  const namespaces = mapKinds((kind) => link(kind) ?? lasting[kind] ?? nsId(kind, 0));
  const forChildren = link('pid_for_children') ?? null;
  const zombie = stat.state === 'zombie';
  const cgroup = parseCgroupPath(readText(`${path}/cgroup`) ?? '', context.home.controller);
  const inside = !zombie && cgroup !== null && context.home.contains(cgroup);
  // Otherwise the number was given to another process meanwhile.
  if (!inside && !isEnding(path, stat.startTime)) return null;
  return {
    startTime: stat.startTime,
    ran,
    held: zombie ? [] : heldNamespaces(path),
    process: {
      pid,
      machine: context.machine,
      parent: stat.parent,
      nsPids: status.nsPids.slice(context.pidDepth),
      session: stat.session,
      group: stat.group,
      state: stat.state,
      tty: stat.tty,
      command: stat.command,
      args: readArguments(path),
      uid: status.uid,
      gid: status.gid,
      capabilities: status.capabilities,
      noNewPrivs: status.noNewPrivs,
      signals: status.signals,
      namespaces,
      pidForChildren: forChildren === namespaces.pid ? null : forChildren,
      cgroup: inside ? context.home.below(cgroup) : (known?.cgroup ?? '/'),
      cwd: readLink(`${path}/cwd`) ?? known?.cwd ?? '/',
      root: readLink(`${path}/root`) ?? known?.root ?? '/',
    },
  };
}

/**
 * Whether it is a zombie or about to be one: v1 shows either in the root cgroup (proc_cgroup_show in kernel/cgroup).
 * To be asked after its cgroup, as it may begin to end at any time.
 */
function isEnding(path: string, startTime: number): boolean {
  const stat = parseProcessStat(readText(`${path}/stat`) ?? '');
  return stat?.startTime === startTime && (stat.exiting || stat.state === 'zombie');
}

/** Whether the process has run since it was read; true when the kernel does not tell. */
export function hasRun(pid: number, record: ProcessRecord): boolean {
  const ran = readText(`/proc/${pid}/schedstat`);
  return ran === null || ran !== record.ran;
}

/** Number of pid namespaces from the observer's down to the one the process lives in, less one. */
export function pidDepth(pid: number): number {
  return (parseProcessStatus(readText(`/proc/${pid}/status`) ?? '')?.nsPids.length ?? 1) - 1;
}

function readArguments(path: string): string[] {
  const text = readText(`${path}/cmdline`) ?? '';
  const args = text.slice(0, 8192).split('\0', maxArguments + 1);
  if (args.at(-1) === '') args.pop();
  return args.slice(0, maxArguments);
}

function heldNamespaces(path: string): ProcessRecord['held'] {
  const held: ProcessRecord['held'] = [];
  for (const fd of list(`${path}/fd`).slice(0, maxDescriptors)) {
    const parsed = parseNsLink(readLink(`${path}/fd/${fd}`));
    if (parsed) held.push({ ...parsed, path: `${path}/fd/${fd}` });
  }
  return held;
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
