/** /proc/PID/stat and statm (proc_pid_stat(5)). */

import type { Device } from '../../../abi/files';
import { defaultAction } from '../../../abi/signals';
import type { Task } from '../../../task/task';
import { mayInspect } from '../access';
import { leaderPidIn, pidIn } from '../ids';
import type { TextSource } from '../text-file';
import { about, type PidContext } from './context';
import { memoryOf } from './memory';
import { stateOf } from './state';

const nsPerTick = 10_000_000;
const noLimit = '18446744073709551615';
/** Places of text, data, stack, arguments: the same for all, told only to whoever may look into the process. */
const layout = {
  startCode: 94004484608000,
  endCode: 94004484628000,
  startStack: 140725322976416,
  startData: 94004484640000,
  endData: 94004484642000,
  startBrk: 94004510000000,
  args: 140725322977077,
};

/** PF_RANDOMIZE; PF_SUPERPRIV of those who had rights of root when they executed a program; PF_FORKNOEXEC. */
function flagsOf({ usedPrivilege, hasExecuted }: Task): number {
  return 0x400000 | (usedPrivilege ? 0x100 : 0) | (hasExecuted ? 0 : 0x40);
}

export function statFile({ proc, task }: PidContext): TextSource {
  return about(task, (_reader, opener) => {
    const ns = proc.pidNs;
    const tty = task.tty;
    const permitted = opener === null || opener === task || mayInspect(opener.cred, task);
    const ended = task.state === 'zombie' || task.state === 'dead';
    const low = (mask: bigint) => String(mask & 0x7fffffffn);
    const memory = memoryOf(task);
    const rssLimit = task.limits.rss.soft;
    const place = (address: number) => (permitted && !ended ? address : 0);
    const argsEnd = layout.args + task.argv.reduce((sum, arg) => sum + arg.length + 1, 0);
    const envEnd = argsEnd + task.env.reduce((sum, one) => sum + one.length + 1, 0);
    return `${[
      pidIn(task, ns),
      `(${task.comm})`,
      stateOf(task).letter,
      task.parent ? pidIn(task.parent, ns) : 0,
      leaderPidIn(task, task.group, ns),
      leaderPidIn(task, task.session, ns),
      tty ? deviceNumber(tty.device) : 0,
      tty ? (tty.foreground === 0 ? -1 : leaderPidIn(task, tty.foreground, ns)) : -1,
      flagsOf(task),
      0,
      0,
      0,
      0,
      Math.floor(task.cpuTime / nsPerTick),
      0,
      0,
      0,
      20 + task.niceness,
      task.niceness,
      1,
      0,
      Math.floor(startOf(task, opener) / nsPerTick),
      ended ? 0 : memory.size * 1024,
      ended ? 0 : memory.resident / 4,
      Number.isFinite(rssLimit) ? rssLimit : noLimit,
      ended ? 0 : permitted ? layout.startCode : 1,
      ended ? 0 : permitted ? layout.endCode : 1,
      place(layout.startStack),
      0,
      0,
      low(task.signals.pending),
      low(task.signals.blocked & ~task.signals.awaited),
      low(task.signals.ignored),
      low(task.signals.caught),
      0,
      0,
      0,
      17,
      0,
      0,
      0,
      0,
      0,
      0,
      place(layout.startData),
      place(layout.endData),
      place(layout.startBrk),
      place(layout.args),
      place(argsEnd),
      place(argsEnd),
      place(envEnd),
      permitted ? exitCode(task) : 0,
    ].join(' ')}\n`;
  });
}

/** In the boot time of whoever looks (time_namespaces(7)). */
function startOf(task: Task, opener: Task | null): number {
  return task.startTime + (opener?.ns.time.boottimeOffset ?? 0);
}

export function statmFile({ task }: PidContext): TextSource {
  return about(task, () => {
    if (task.state === 'zombie') return '0 0 0 0 0 0 0\n';
    const { size, resident, file, text, data, stack } = memoryOf(task);
    return `${size / 4} ${resident / 4} ${file / 4} ${text / 4} 0 ${(data + stack) / 4} 0\n`;
  });
}

export function deviceNumber({ major, minor }: Device): number {
  return (minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12);
}

function exitCode({ exit }: Task): number {
  if (!exit) return 0;
  if (exit.kind === 'exited') return exit.code << 8;
  return exit.signal | (exit.core && defaultAction(exit.signal) === 'core' ? 0x80 : 0);
}
