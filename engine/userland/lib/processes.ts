/** What /proc tells of processes (proc_pid_stat(5), proc_pid_status(5), proc_pid_cmdline(5)). */
import type { Blocking, Sys } from '../../kernel/sim';
import { orNull } from './attempt';
import { readFileOrNull } from './io';

/** Clock ticks a second, as stat counts them. */
export const ticksPerSecond = 100;
export const pageKiB = 4;

export interface ProcessStat {
  pid: number;
  comm: string;
  state: string;
  ppid: number;
  pgrp: number;
  session: number;
  /** Device number of the controlling terminal; 0 without one. */
  tty: number;
  tpgid: number;
  flags: number;
  minflt: number;
  majflt: number;
  /** In ticks. */
  utime: number;
  stime: number;
  cutime: number;
  cstime: number;
  priority: number;
  nice: number;
  threads: number;
  /** In ticks since the boot. */
  start: number;
  /** In bytes. */
  vsize: number;
  /** In pages. */
  rss: number;
  startStack: number;
  esp: number;
  eip: number;
  processor: number;
  rtPriority: number;
  policy: number;
}

/** The processes there are, in order. */
export function processNumbers(sys: Sys): number[] {
  const names = sys.readdir('/proc').flatMap(({ name }) => (/^\d+$/.test(name) ? [Number(name)] : []));
  return names.sort((a, b) => a - b);
}

export function parseStat(text: string): ProcessStat | null {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return null;
  const fields = text
    .slice(close + 2)
    .trim()
    .split(' ');
  // Numbered as in the manual: the state is 3.
  const field = (number: number) => Number(fields[number - 3] ?? 0);
  return {
    pid: Number(text.slice(0, open)),
    comm: text.slice(open + 1, close),
    state: fields[0] ?? '?',
    ppid: field(4),
    pgrp: field(5),
    session: field(6),
    tty: field(7),
    tpgid: field(8),
    flags: field(9),
    minflt: field(10),
    majflt: field(12),
    utime: field(14),
    stime: field(15),
    cutime: field(16),
    cstime: field(17),
    priority: field(18),
    nice: field(19),
    threads: field(20),
    start: field(22),
    vsize: field(23),
    rss: field(24),
    startStack: field(28),
    esp: field(29),
    eip: field(30),
    processor: field(39),
    rtPriority: field(40),
    policy: field(41),
  };
}

export function* readStat(sys: Sys, pid: number): Blocking<ProcessStat | null> {
  const text = yield* readFileOrNull(sys, `/proc/${pid}/stat`);
  return text === null ? null : parseStat(text);
}

/** Fields of /proc/PID/status by name; empty when it is gone. */
export function* readStatus(sys: Sys, pid: number | string): Blocking<Map<string, string>> {
  const text = (yield* readFileOrNull(sys, `/proc/${pid}/status`)) ?? '';
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return fields;
}

/** The argument list; empty for a zombie. */
export function* readArguments(sys: Sys, pid: number): Blocking<string[]> {
  const text = (yield* readFileOrNull(sys, `/proc/${pid}/cmdline`)) ?? '';
  return text === '' ? [] : text.replace(/\0$/, '').split('\0');
}

/** The numbers of its open descriptors, in order; none where they may not be seen. */
export function descriptorsOf(sys: Sys, pid: number | string): number[] {
  const names = orNull(() => sys.readdir(`/proc/${pid}/fd`)) ?? [];
  return names.flatMap(({ name }) => (/^\d+$/.test(name) ? [Number(name)] : [])).sort((a, b) => a - b);
}

/** The user a process belongs to; null when it is gone. */
export function ownerOf(sys: Sys, pid: number | string): number | null {
  return orNull(() => sys.stat(`/proc/${pid}`).uid);
}

/** Inode of a namespace of a process; null when it may not be seen. `file`: below /proc/PID/ns. */
export function namespaceOf(sys: Sys, pid: number | string, file: string): number | null {
  return orNull(() => sys.stat(`/proc/${pid}/ns/${file}`).ino);
}

export function linkTarget(sys: Sys, path: string): string | null {
  return orNull(() => sys.readlink(path));
}

/** `pts/0` for a device number of stat; null for none. */
export function terminalName(device: number): string | null {
  if (device === 0) return null;
  const major = (device >> 8) & 0xfff;
  const minor = (device & 0xff) | ((device >> 12) & 0xfff00);
  if (major >= 136 && major <= 143) return `pts/${minor + 256 * (major - 136)}`;
  if (major === 4) return minor < 64 ? `tty${minor}` : `ttyS${minor - 64}`;
  if (major === 5) return ['tty', 'console', 'ptmx'][minor] ?? null;
  return null;
}

/** The number in stat for the device of a terminal. */
export function terminalNumber({ major, minor }: { major: number; minor: number }): number {
  return (minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12);
}
