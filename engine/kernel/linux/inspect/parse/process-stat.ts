/** `/proc/PID/stat` (proc_pid_stat(5)): the fields that say where a process stands among others. */
import type { Process } from '../../../../state';

export interface ProcessStat {
  command: string;
  state: Process['state'];
  parent: number;
  group: number;
  session: number;
  tty: string | null;
  /** Clock ticks after boot when it started; with the pid it names a process for good. */
  startTime: number;
  /** It has begun to end: PF_EXITING (include/linux/sched.h). */
  exiting: boolean;
}

const PF_EXITING = 0x4;

export function parseProcessStat(text: string): ProcessStat | null {
  // The command is in brackets and may hold brackets and blanks itself: the last bracket ends it.
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return null;
  const fields = text.slice(close + 2).split(' ');
  if (fields.length < 20) return null;
  return {
    command: text.slice(open + 1, close),
    state: processState(fields[0] ?? ''),
    parent: Number(fields[1]),
    group: Number(fields[2]),
    session: Number(fields[3]),
    tty: terminalName(Number(fields[4])),
    startTime: Number(fields[19]),
    exiting: (Number(fields[6]) & PF_EXITING) !== 0,
  };
}

function processState(letter: string): Process['state'] {
  if (letter === 'T' || letter === 't') return 'stopped';
  return letter === 'Z' || letter === 'X' ? 'zombie' : 'alive';
}

/** Name under /dev of a terminal's device number (kernel: Documentation/admin-guide/devices.txt). */
function terminalName(device: number): string | null {
  if (device === 0) return null;
  const major = (device >> 8) & 0xfff;
  const minor = (device & 0xff) | ((device >>> 12) & 0xfff00);
  if (major >= 136 && major <= 143) return `pts/${(major - 136) * 256 + minor}`;
  if (major === 4) return minor < 64 ? `tty${minor}` : `ttyS${minor - 64}`;
  if (major === 5 && minor === 1) return 'console';
  return `${major}:${minor}`;
}
