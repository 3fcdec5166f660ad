/** The columns of top(1). */
import { type ProcessStat, pageKiB, ticksPerSecond } from '../../lib/processes';
import type { Accounts } from '../../lib/users';

export interface TaskView {
  stat: ProcessStat;
  uid: number;
  args: string[];
  sharedKiB: number;
  /** Tenths of a per cent. */
  cpu: number;
  memory: number;
}

export interface View {
  accounts: Accounts;
  taskScale: number;
  fullCommand: boolean;
}

export interface Column {
  name: string;
  width: number;
  side: 'left' | 'right';
  text(task: TaskView, view: View): string;
  order(task: TaskView): number | string;
}

const tenths = (value: number) => `${Math.floor(value / 10)}.${Math.floor(value % 10)}`;

/** KiB, in a larger unit where it has no room. */
function kiB(value: number, width: number, scale: number): string {
  for (let power = scale; power < 6; power++) {
    const text = power === 0 ? String(value) : `${(value / 1024 ** power).toFixed(1)}${'kmgtpe'[power]}`;
    if (text.length <= width) return text;
  }
  return '?';
}

function clock({ utime, stime }: ProcessStat): string {
  const ticks = utime + stime;
  const seconds = Math.floor(ticks / ticksPerSecond);
  const minutes = Math.floor(seconds / 60);
  return `${minutes}:${String(seconds % 60).padStart(2, '0')}.${String(ticks % ticksPerSecond).padStart(2, '0')}`;
}

export function commandOf({ stat, args }: TaskView, full: boolean): string {
  if (!full) return stat.comm;
  return args.length > 0 ? args.join(' ').replaceAll('\n', ' ') : `[${stat.comm}]`;
}

export const columns: readonly Column[] = [
  { name: 'PID', width: 7, side: 'right', text: ({ stat }) => String(stat.pid), order: ({ stat }) => stat.pid },
  {
    name: 'USER',
    width: 8,
    side: 'left',
    text: ({ uid }, { accounts }) => {
      const name = accounts.userName(uid);
      return name.length > 8 ? `${name.slice(0, 7)}+` : name;
    },
    order: ({ uid }) => uid,
  },
  {
    name: 'PR',
    width: 3,
    side: 'right',
    text: ({ stat }) => (stat.priority < -99 ? 'rt' : String(stat.priority)),
    order: ({ stat }) => stat.priority,
  },
  { name: 'NI', width: 3, side: 'right', text: ({ stat }) => String(stat.nice), order: ({ stat }) => stat.nice },
  {
    name: 'VIRT',
    width: 7,
    side: 'right',
    text: ({ stat }, { taskScale }) => kiB(Math.floor(stat.vsize / 1024), 7, taskScale),
    order: ({ stat }) => stat.vsize,
  },
  {
    name: 'RES',
    width: 6,
    side: 'right',
    text: ({ stat }, { taskScale }) => kiB(stat.rss * pageKiB, 6, taskScale),
    order: ({ stat }) => stat.rss,
  },
  {
    name: 'SHR',
    width: 6,
    side: 'right',
    text: ({ sharedKiB }, { taskScale }) => kiB(sharedKiB, 6, taskScale),
    order: ({ sharedKiB }) => sharedKiB,
  },
  { name: 'S', width: 1, side: 'left', text: ({ stat }) => stat.state, order: ({ stat }) => stat.state },
  { name: '%CPU', width: 5, side: 'right', text: ({ cpu }) => tenths(cpu), order: ({ cpu }) => cpu },
  { name: '%MEM', width: 5, side: 'right', text: ({ memory }) => tenths(memory), order: ({ memory }) => memory },
  {
    name: 'TIME+',
    width: 9,
    side: 'right',
    text: ({ stat }) => clock(stat),
    order: ({ stat }) => stat.utime + stat.stime,
  },
  {
    name: 'COMMAND',
    width: 0,
    side: 'left',
    text: (task, { fullCommand }) => commandOf(task, fullCommand),
    order: ({ stat }) => stat.comm,
  },
];

export function columnNamed(name: string): Column | null {
  return columns.find((column) => column.name === name) ?? null;
}

/** One line: as many columns as there is room for; the command gets what is left, and ends in a plus where that is little. */
export function taskLine(task: TaskView | null, view: View, width: number): string {
  let line = '';
  for (const column of columns.slice(0, -1)) {
    const text = task ? column.text(task, view) : column.name;
    const cell = column.side === 'right' ? text.padStart(column.width) : text.padEnd(column.width);
    if (line.length + cell.length >= width) return line.trimEnd();
    line += `${cell} `;
  }
  const room = Math.max(0, width - line.length - 1);
  const command = task ? commandOf(task, view.fullCommand) : 'COMMAND';
  return line + (command.length > room && room > 0 ? `${command.slice(0, room - 1)}+` : command.slice(0, room));
}
