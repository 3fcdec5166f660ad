/** The smaller files about a process (proc(5)). */
import { SysError } from '../../../abi/errno';
import { concat, encode } from '../../../bytes';
import { isCapable } from '../../../task/credentials';
import type { Task } from '../../../task/task';
import { pidIn } from '../ids';
import { badness } from '../oom';
import { wholeNumber } from '../sysctl/registry';
import type { TextSource } from '../text-file';
import { about, guarded, isOver, type PidContext } from './context';

function terminated(strings: readonly string[]): Uint8Array {
  return concat(strings.map((text) => encode(`${text}\0`)));
}

/** It holds on to the memory of the program that ran when it was opened: after exec(2) nothing is left of that. */
function ofThisProgram(task: Task, source: TextSource): TextSource {
  return {
    ...source,
    opened: () => {
      const { env } = task;
      return { ...source, read: (reader, opener) => (task.env === env ? (source.read?.(reader, opener) ?? '') : '') };
    },
  };
}

export const environ = ({ task }: PidContext): TextSource => {
  const source = ofThisProgram(
    task,
    guarded(task, 'open', () => (isOver(task) ? '' : terminated(task.env))),
  );
  return {
    ...source,
    open: (flags, opener) => {
      if (isOver(task)) throw new SysError('ESRCH');
      source.open?.(flags, opener);
    },
  };
};

export const cmdline = ({ task }: PidContext): TextSource =>
  about(task, () => (isOver(task) ? '' : terminated(task.argv)));

/** Not kept: a simulated program gets no auxiliary vector. */
export const auxv = ({ task }: PidContext): TextSource => guarded(task, 'open', () => '');

export const personality = ({ task }: PidContext): TextSource => guarded(task, 'read', () => '00000000\n');
export const syscall = ({ task }: PidContext): TextSource => guarded(task, 'read', () => 'running\n');
export const stack = ({ task }: PidContext): TextSource => guarded(task, 'read', () => '');
export const empty = ({ task }: PidContext): TextSource => about(task, () => '');
export const wchan = ({ task }: PidContext): TextSource => about(task, () => '0');
export const unsetId = ({ task }: PidContext): TextSource => about(task, () => '4294967295');

/** Only the process itself may change its name; a newline at the end is part of what is written. */
export const comm = ({ task }: PidContext): TextSource => ({
  ...about(task, () => `${task.comm}\n`),
  write: (text, writer) => {
    if (writer !== task) throw new SysError('EINVAL');
    task.comm = text.replace(/\n$/, '').slice(0, 15);
    task.kernel.touch('processes');
  },
});

export const sched = ({ task }: PidContext): TextSource =>
  about(task, () => {
    const row = (name: string, value: string | number) => `${name.padEnd(45)}:${String(value).padStart(21)}\n`;
    const runtime = `${Math.floor(task.cpuTime / 1e6)}.${String(task.cpuTime % 1e6).padStart(6, '0')}`;
    return [
      `${task.comm} (${pidIn(task, task.ns.pid)}, #threads: 1)\n`,
      `${'-'.repeat(67)}\n`,
      row('se.sum_exec_runtime', runtime),
      row('policy', 0),
      row('prio', 120 + task.niceness),
    ].join('');
  });
export const schedstat = ({ task }: PidContext): TextSource => about(task, () => `${task.cpuTime} 0 1\n`);
export const autogroup = ({ task }: PidContext): TextSource => about(task, () => '/autogroup-1 nice 0\n');

export const children = ({ proc, task }: PidContext): TextSource =>
  about(task, () => [...task.children].map((child) => `${pidIn(child, proc.pidNs)} `).join(''));

export const maps = ({ task }: PidContext): TextSource =>
  ofThisProgram(
    task,
    guarded(task, 'open', () => {
      if (isOver(task)) return '';
      const exe = task.exe ? task.kernel.vfs.pathText(task.exe, task.fs.root) : '';
      const row = (range: string, access: string, name: string) =>
        `${`${range} ${access} 00000000 00:00 0`.padEnd(73)}${name}\n`;
      return [
        row('55a0b9c00000-55a0b9c05000', 'r-xp', exe),
        row('55a0b9c05000-55a0b9c06000', 'rw-p', exe),
        row('55a0bb800000-55a0bb821000', 'rw-p', '[heap]'),
        row('7ffd5ac00000-7ffd5ac21000', 'rw-p', '[stack]'),
        row('7ffd5adf0000-7ffd5adf2000', 'r-xp', '[vdso]'),
      ].join('');
    }),
  );

export const cpuset = ({ task }: PidContext): TextSource =>
  about(task, (reader) => `${task.kernel.cgroups.pathOf(task.cgroup, reader?.ns.cgroup.root)}\n`);

export const cgroup = ({ task }: PidContext): TextSource =>
  about(task, (reader) => `0::${task.kernel.cgroups.pathOf(task.cgroup, reader?.ns.cgroup.root)}\n`);

export const oomScore = ({ task }: PidContext): TextSource => about(task, () => `${badness(task)}\n`);

export const oomScoreAdj = ({ task }: PidContext): TextSource => ({
  ...about(task, () => `${task.oomScoreAdj}\n`),
  write: (text, writer) => setAdjustment(task, wholeNumber(text, -1000, 1000), writer),
});

/** The old form of the same, from -17 to 15. */
export const oomAdj = ({ task }: PidContext): TextSource => ({
  ...about(task, () => `${task.oomScoreAdj === 1000 ? 15 : Math.trunc((task.oomScoreAdj * 17) / 1000)}\n`),
  write: (text, writer) => {
    const value = wholeNumber(text, -17, 15);
    setAdjustment(task, value === 15 ? 1000 : Math.trunc((value * 1000) / 17), writer);
  },
});

/** Less than before needs CAP_SYS_RESOURCE. */
function setAdjustment(task: Task, value: number, writer: Task | null): void {
  const initial = task.kernel.namespaces.initial.user;
  if (value < task.oomScoreAdj && writer !== null && !isCapable(writer.cred, 'sys_resource', initial)) {
    throw new SysError('EACCES');
  }
  task.oomScoreAdj = value;
}

export const coredumpFilter = ({ task }: PidContext): TextSource => about(task, () => '00000033\n');

export const io = ({ task }: PidContext): TextSource =>
  guarded(task, 'read', () =>
    ['rchar', 'wchar', 'syscr', 'syscw', 'read_bytes', 'write_bytes', 'cancelled_write_bytes']
      .map((name) => `${name}: 0\n`)
      .join(''),
  );

export const timerslack = ({ task }: PidContext): TextSource => about(task, () => '50000\n');
