/** /proc/PID/status (proc_pid_status(5)), line for line as Linux 6.x prints it. */

import { shownId } from '../../../ns/id-map';
import { countFilters } from '../../../seccomp/filter';
import type { Task } from '../../../task/task';
import { leaderPidIn, pidIn } from '../ids';
import type { TextSource } from '../text-file';
import { about, type PidContext } from './context';
import { memoryOf } from './memory';
import { stateOf } from './state';

const memsAllowed = [...Array.from({ length: 31 }, () => '00000000'), '00000001'].join(',');

export function statusFile({ proc, task }: PidContext): TextSource {
  return about(task, (_reader, opener) => {
    const viewer = opener?.cred.user ?? task.cred.user;
    const ended = task.state === 'zombie' || task.state === 'dead';
    return [
      `Name:\t${escaped(task.comm)}`,
      ...(ended ? [] : [`Umask:\t${`0${task.fs.umask.toString(8).padStart(3, '0')}`}`]),
      `State:\t${stateOf(task).text}`,
      ...numbers(task, proc.pidNs, ended),
      ...owners(task, viewer),
      ...namespaceNumbers(task, proc.pidNs),
      'Kthread:\t0',
      ...(ended ? [] : memoryLines(task)),
      'Threads:\t1',
      ...signalLines(task),
      ...capabilityLines(task),
      `NoNewPrivs:\t${task.noNewPrivs ? 1 : 0}`,
      `Seccomp:\t${task.seccomp ? 2 : 0}`,
      `Seccomp_filters:\t${countFilters(task.seccomp)}`,
      'Speculation_Store_Bypass:\tvulnerable',
      'SpeculationIndirectBranch:\talways enabled',
      'Cpus_allowed:\t1',
      'Cpus_allowed_list:\t0',
      `Mems_allowed:\t${memsAllowed}`,
      'Mems_allowed_list:\t0',
      'voluntary_ctxt_switches:\t1',
      'nonvoluntary_ctxt_switches:\t0',
      '',
    ].join('\n');
  });
}

function escaped(name: string): string {
  return name.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function numbers(task: Task, ns: PidContext['proc']['pidNs'], ended: boolean): string[] {
  const pid = pidIn(task, ns);
  const parent = task.parent ? pidIn(task.parent, ns) : 0;
  return [
    `Tgid:\t${pid}`,
    'Ngid:\t0',
    `Pid:\t${pid}`,
    `PPid:\t${ended && task.state === 'dead' ? 0 : parent}`,
    'TracerPid:\t0',
  ];
}

function owners({ cred, files, state }: Task, viewer: Task['cred']['user']): string[] {
  const uids = [cred.uid, cred.euid, cred.suid, cred.fsuid].map((id) => shownId(viewer, 'uid', id));
  const gids = [cred.gid, cred.egid, cred.sgid, cred.fsgid].map((id) => shownId(viewer, 'gid', id));
  const groups = cred.groups.map((id) => shownId(viewer, 'gid', id));
  const size = state === 'zombie' || state === 'dead' ? 0 : tableSize([...files.entries.keys()]);
  return [`Uid:\t${uids.join('\t')}`, `Gid:\t${gids.join('\t')}`, `FDSize:\t${size}`, `Groups:\t${groups.join(' ')} `];
}

/** Tables of descriptors begin with 64 places and grow in powers of two. */
function tableSize(fds: readonly number[]): number {
  const highest = Math.max(0, ...fds);
  let size = 64;
  while (size <= highest) size *= 2;
  return size;
}

/** The numbers in the reader's pid namespace and in those below it, down to the process's own. */
function namespaceNumbers(task: Task, ns: PidContext['proc']['pidNs']): string[] {
  const levels = task.numbers.filter((level) => level.ns.level >= ns.level).map((level) => level.ns);
  const line = (name: string, leader: number) => {
    return `${name}:\t${levels.map((level) => leaderPidIn(task, leader, level)).join('\t')}`;
  };
  return [line('NStgid', task.pid), line('NSpid', task.pid), line('NSpgid', task.group), line('NSsid', task.session)];
}

function memoryLines(task: Task): string[] {
  const memory = memoryOf(task);
  const line = (name: string, kB: number) => `${name}:\t${String(kB).padStart(8)} kB`;
  return [
    line('VmPeak', memory.peak),
    line('VmSize', memory.size),
    line('VmLck', 0),
    line('VmPin', 0),
    line('VmHWM', memory.resident),
    line('VmRSS', memory.resident),
    line('RssAnon', memory.anonymous),
    line('RssFile', memory.file),
    line('RssShmem', 0),
    line('VmData', memory.data),
    line('VmStk', memory.stack),
    line('VmExe', memory.text),
    line('VmLib', memory.libraries),
    line('VmPTE', memory.tables),
    line('VmSwap', 0),
    line('HugetlbPages', 0),
    'CoreDumping:\t0',
    'THP_enabled:\t1',
    'untag_mask:\t0xffffffffffffffff',
  ];
}

function hex(mask: bigint): string {
  return mask.toString(16).padStart(16, '0');
}

function signalLines({ signals, limits }: Task): string[] {
  const limit = limits.sigpending.soft;
  return [
    `SigQ:\t0/${Number.isFinite(limit) ? limit : '18446744073709551615'}`,
    `SigPnd:\t${hex(0n)}`,
    `ShdPnd:\t${hex(signals.pending)}`,
    // Who waits for a signal does not block it for so long (sigtimedwait(2)).
    `SigBlk:\t${hex(signals.blocked & ~signals.awaited)}`,
    `SigIgn:\t${hex(signals.ignored)}`,
    `SigCgt:\t${hex(signals.caught)}`,
  ];
}

function capabilityLines({ cred }: Task): string[] {
  return [
    `CapInh:\t${hex(cred.inheritable)}`,
    `CapPrm:\t${hex(cred.permitted)}`,
    `CapEff:\t${hex(cred.effective)}`,
    `CapBnd:\t${hex(cred.bounding)}`,
    `CapAmb:\t${hex(cred.ambient)}`,
  ];
}
