/** The lines of top(1): the summary, the header, the tasks. */

import type { Accounts } from '../../lib/users';
import type { MemoryFigures } from '../common';
import { type TaskView, taskLine } from './columns';
import type { Settings } from './options';
import type { CpuCounters, Snapshot } from './snapshot';

/** A piece of a line; figures stand out on a terminal. */
export type Piece = string | { figure: string };

export function summary(snapshot: Snapshot, before: Snapshot | null, settings: Settings): Piece[][] {
  const cpus = settings.singleCpus
    ? snapshot.each.map((counters, at) => cpuLine(`%Cpu${at}`.padEnd(7), counters, before?.each[at] ?? null))
    : [cpuLine('%Cpu(s)', snapshot.all, before?.all ?? null)];
  return [
    [snapshot.headline],
    taskCounts(chosenTasks(snapshot.tasks, { ...settings, hideIdle: false }), settings),
    ...cpus,
    ...memoryLines(snapshot.memory, settings),
  ];
}

function taskCounts(tasks: readonly TaskView[], { threads }: Settings): Piece[] {
  const count = (states: string) => tasks.filter(({ stat }) => states.includes(stat.state)).length;
  const figure = (value: number) => ({ figure: `${String(value).padStart(4)} ` });
  return [
    threads ? 'Threads:' : 'Tasks:',
    figure(tasks.length),
    'total,',
    figure(count('R')),
    'running,',
    figure(count('SDI')),
    'sleeping,',
    figure(count('Tt')),
    'stopped,',
    figure(count('Z')),
    'zombie',
  ];
}

const kinds = ['us', 'ni', 'sy', 'id', 'wa', 'hi', 'si', 'st'];
const shownOrder = ['us', 'sy', 'ni', 'id', 'wa', 'hi', 'si', 'st'];

/** Shares since the last time; of nothing, all is idle. */
function cpuLine(title: string, now: CpuCounters, before: CpuCounters | null): Piece[] {
  const spent = kinds.map((_, at) => Math.max(0, (now[at] ?? 0) - (before?.[at] ?? now[at] ?? 0)));
  const total = spent.reduce((sum, ticks) => sum + ticks, 0);
  const share = (kind: string) => {
    if (total === 0) return kind === 'id' ? 100 : 0;
    return ((spent[kinds.indexOf(kind)] ?? 0) * 100) / total;
  };
  const pieces = shownOrder.flatMap((kind, at): Piece[] => [
    { figure: `${share(kind).toFixed(1).padStart(5)} ` },
    at < shownOrder.length - 1 ? `${kind},` : `${kind} `,
  ]);
  return [`${title}:`, ...pieces];
}

const units = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

function memoryLines(memory: MemoryFigures, { summaryScale }: Settings): Piece[][] {
  const figure = (kiB: number): Piece => {
    const text = summaryScale === 0 ? String(kiB) : (kiB / 1024 ** summaryScale).toFixed(summaryScale === 1 ? 1 : 3);
    return { figure: `${text.padStart(9)} ` };
  };
  const unit = units[summaryScale] ?? 'KiB';
  return [
    [
      `${unit} Mem :`,
      figure(memory.total),
      'total,',
      figure(memory.free),
      'free,',
      figure(memory.used),
      'used,',
      figure(memory.buffers + memory.cache),
      'buff/cache     ',
    ],
    [
      `${unit} Swap:`,
      figure(memory.swapTotal),
      'total,',
      figure(memory.swapFree),
      'free,',
      figure(memory.swapTotal - memory.swapFree),
      'used.',
      figure(memory.available),
      'avail Mem ',
    ],
  ];
}

export function plain(pieces: readonly Piece[]): string {
  return pieces.map((piece) => (typeof piece === 'string' ? piece : piece.figure)).join('');
}

/** Those that are wanted, in order: the greatest first. */
export function chosenTasks(tasks: readonly TaskView[], settings: Settings): TaskView[] {
  const { pids, user, hideIdle, sort, ascending } = settings;
  const wanted = tasks.filter(
    ({ stat, uid, cpu }) =>
      (pids.length === 0 || pids.includes(stat.pid)) &&
      (user === null || uid === user) &&
      (!hideIdle || cpu > 0 || stat.state === 'R'),
  );
  const direction = ascending ? 1 : -1;
  return wanted.sort((a, b) => {
    const [one, other] = [sort.order(a), sort.order(b)];
    return one === other ? a.stat.pid - b.stat.pid : one < other ? -direction : direction;
  });
}

export function taskLines(tasks: readonly TaskView[], settings: Settings, accounts: Accounts, width: number): string[] {
  const { taskScale, fullCommand } = settings;
  return tasks.map((task) => taskLine(task, { accounts, taskScale, fullCommand }, width));
}

export function headerLine(settings: Settings, accounts: Accounts, width: number): string {
  return taskLine(null, { accounts, taskScale: settings.taskScale, fullCommand: settings.fullCommand }, width);
}
