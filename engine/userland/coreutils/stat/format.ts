/** The directives of stat -c and --printf (stat(1)). */
import { type FsStat, S_IFBLK, S_IFCHR, S_IFMT, type Stat } from '../../../kernel/sim';
import { modeString } from '../../lib/mode';
import { kindName } from '../../lib/stat';
import { calendarOf, strftime } from '../../lib/time';
import type { Accounts } from '../../lib/users';
import { filesystemName } from './filesystems';

export interface FileFacts {
  name: string;
  stat: Stat;
  accounts: Accounts;
  /** `'name'`, or `'link' -> 'target'`. */
  quoted: string;
  mountPoint: () => string;
}

/** Text, or a number with a sign; null for a directive there is not. */
export type Value = string | { number: number; octal?: boolean; hex?: boolean } | { time: number } | null;

export function fileValue(directive: string, facts: FileFacts): Value {
  const { stat, accounts } = facts;
  const isDevice = [S_IFCHR, S_IFBLK].includes(stat.mode & S_IFMT);
  const number = (value: number) => ({ number: value });
  switch (directive) {
    case 'a':
      return { number: stat.mode & 0o7777, octal: true };
    case 'A':
      return modeString(stat.mode);
    case 'b':
      return number(stat.blocks);
    case 'B':
      return number(512);
    case 'd':
      return number(deviceNumber(stat.dev));
    case 'D':
      return { number: deviceNumber(stat.dev), hex: true };
    case 'Hd':
      return number(stat.dev.major);
    case 'Ld':
      return number(stat.dev.minor);
    case 'f':
      return { number: stat.mode, hex: true };
    case 'F':
      return kindName(stat);
    case 'g':
      return number(stat.gid);
    case 'G':
      return accounts.groupById(stat.gid)?.name ?? 'UNKNOWN';
    case 'h':
      return number(stat.nlink);
    case 'i':
      return number(stat.ino);
    case 'm':
      return facts.mountPoint();
    case 'n':
      return facts.name;
    case 'N':
      return facts.quoted;
    case 'o':
      return number(stat.blksize);
    case 'r':
      return number(deviceNumber(stat.rdev));
    case 'R':
      return { number: deviceNumber(stat.rdev), hex: true };
    case 's':
      return number(stat.size);
    case 't':
      return { number: isDevice ? stat.rdev.major : 0, hex: true };
    case 'T':
      return { number: isDevice ? stat.rdev.minor : 0, hex: true };
    case 'Hr':
      return number(isDevice ? stat.rdev.major : 0);
    case 'Lr':
      return number(isDevice ? stat.rdev.minor : 0);
    case 'u':
      return number(stat.uid);
    case 'U':
      return accounts.userById(stat.uid)?.name ?? 'UNKNOWN';
    case 'w':
      return stat.btime === undefined ? '-' : timeText(stat.btime);
    case 'W':
      return stat.btime === undefined ? number(0) : { time: stat.btime };
    case 'x':
      return timeText(stat.atime);
    case 'X':
      return { time: stat.atime };
    case 'y':
      return timeText(stat.mtime);
    case 'Y':
      return { time: stat.mtime };
    case 'z':
      return timeText(stat.ctime);
    case 'Z':
      return { time: stat.ctime };
    default:
      return null;
  }
}

export interface FilesystemFacts {
  name: string;
  stat: FsStat;
  id: string;
}

export function filesystemValue(directive: string, { name, stat, id }: FilesystemFacts): Value {
  switch (directive) {
    case 'a':
    case 'f':
      return { number: stat.free };
    case 'b':
      return { number: stat.blocks };
    case 'c':
      return { number: stat.files };
    case 'd':
      return { number: stat.filesFree };
    case 'i':
      return id;
    case 'l':
      return { number: 255 };
    case 'n':
      return name;
    case 's':
    case 'S':
      return { number: stat.blockSize };
    case 't':
      return { number: stat.magic, hex: true };
    case 'T':
      return filesystemName(stat.magic);
    default:
      return null;
  }
}

/** Takes the number apart as makedev(3) puts it together. */
export function deviceNumber({ major, minor }: { major: number; minor: number }): number {
  return (minor & 0xff) + (major & 0xfff) * 256 + Math.floor(minor / 256) * 1_048_576;
}

export function timeText(time: number): string {
  return strftime('%Y-%m-%d %H:%M:%S.%N %z', calendarOf(time));
}

/** One directive with its flags, width and precision. */
export function formatValue(value: Value, flags: string, width: number, precision: number | null): string {
  if (value === null) return '?';
  if (typeof value === 'string') {
    const text = precision === null ? value : value.slice(0, precision);
    return flags.includes('-') ? text.padEnd(width) : text.padStart(width);
  }
  const body = 'time' in value ? secondsText(value.time, precision) : numberText(value, flags, precision);
  const isSigned = 'time' in value;
  const sign = !body.startsWith('-') && isSigned ? (flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '') : '';
  if (flags.includes('-')) return (sign + body).padEnd(width);
  if (flags.includes('0') && precision === null) return sign + body.padStart(width - sign.length, '0');
  return (sign + body).padStart(width);
}

function numberText(
  value: { number: number; octal?: boolean; hex?: boolean },
  flags: string,
  precision: number | null,
): string {
  const radix = value.octal ? 8 : value.hex ? 16 : 10;
  const text = value.number.toString(radix).padStart(precision ?? 1, '0');
  if (!flags.includes('#')) return text;
  if (value.octal && !text.startsWith('0')) return `0${text}`;
  return value.hex && value.number !== 0 ? `0x${text}` : text;
}

/** `%.3X`: with so many digits after the point. */
function secondsText(time: number, precision: number | null): string {
  const { epoch, nanosecond } = calendarOf(time);
  if (precision === null || precision === 0) return String(epoch);
  return `${epoch}.${String(nanosecond).padStart(9, '0').padEnd(precision, '0').slice(0, precision)}`;
}
