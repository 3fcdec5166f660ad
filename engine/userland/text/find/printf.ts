/** -printf: directives and escapes. */
import { bare, isSysError, type Nanoseconds } from '../../../kernel/sim';
import { modeString, typeLetter } from '../../lib/mode';
import { dirName } from '../../lib/paths';
import { calendarOf, strftime } from '../../lib/time';
import type { Filesystems } from './filesystems';
import { type FindContext, FindUsageError, type Found } from './types';

type Piece = { text: string } | { directive: string; flags: string; width: number };

const escapes: Readonly<Record<string, string>> = bare({
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '0': '\0',
  '\\': '\\',
});

export interface PrintfFormat {
  pieces: Piece[];
  /** `\c`: nothing more, and flush. */
  warnings: string[];
}

export function parseFormat(format: string): PrintfFormat {
  const pieces: Piece[] = [];
  const warnings: string[] = [];
  const add = (text: string) => {
    const last = pieces.at(-1);
    if (last && 'text' in last) last.text += text;
    else pieces.push({ text });
  };
  for (let at = 0; at < format.length; ) {
    const char = format[at] ?? '';
    if (char === '\\') {
      const octal = /^[0-7]{1,3}/.exec(format.slice(at + 1, at + 4));
      const next = format[at + 1] ?? '\\';
      if (next === 'c' && !octal) break;
      if (octal) add(String.fromCharCode(Number.parseInt(octal[0], 8) & 255));
      else if (escapes[next] !== undefined) add(escapes[next]);
      else {
        warnings.push(`warning: unrecognized escape \`\\${next}'`);
        add(`\\${next}`);
      }
      at += 1 + (octal ? octal[0].length : 1);
    } else if (char === '%') {
      const match = /^%([-+ 0#]*)(\d*)(?:\.\d+)?([ABCT].|.)?/.exec(format.slice(at));
      const [whole = '%', flags = '', width = '', directive] = match ?? [];
      if (directive === undefined) throw new FindUsageError('error: % at end of format string');
      if (directive === '%') add('%');
      else if ('abcdDfFgGhHiklmMnpPsStuUyYZ'.includes(directive[0] ?? '') || /^[ABCT]./.test(directive)) {
        pieces.push({ directive, flags, width: Number(width) });
      } else {
        warnings.push(`warning: unrecognized format directive \`%${directive}'`);
        add(whole);
      }
      at += whole.length;
    } else {
      add(char);
      at++;
    }
  }
  return { pieces, warnings };
}

const numeric = new Set(['b', 'd', 'D', 'i', 'k', 'm', 'n', 's', 'U', 'G']);

export function expandFormat(
  format: PrintfFormat,
  file: Found,
  context: FindContext,
  filesystems: Filesystems | null,
): string {
  return format.pieces
    .map((piece) => {
      if ('text' in piece) return piece.text;
      const { directive, flags, width } = piece;
      const text = fieldText(directive, file, context, filesystems);
      const body = directive === 'm' && flags.includes('#') && !text.startsWith('0') ? `0${text}` : text;
      if (flags.includes('-')) return body.padEnd(width);
      return body.padStart(width, flags.includes('0') && numeric.has(directive) ? '0' : ' ');
    })
    .join('');
}

function fieldText(directive: string, file: Found, context: FindContext, filesystems: Filesystems | null): string {
  const { stat, path, start } = file;
  const { accounts, sys } = context;
  switch (directive) {
    case 'p':
      return path;
    case 'f':
      return file.name;
    case 'h':
      return path.includes('/') ? path.replace(/\/[^/]*\/*$/, '') || '/' : dirName(path);
    case 'P':
      return path.slice(start.length).replace(/^\//, '');
    case 'H':
      return start;
    case 's':
      return String(stat.size);
    case 'b':
      return String(stat.blocks);
    case 'k':
      return String(Math.ceil(stat.blocks / 2));
    case 'S':
      return stat.size === 0 ? '1' : String((stat.blocks * 512) / stat.size);
    case 'm':
      return (stat.mode & 0o7777).toString(8);
    case 'M':
      return modeString(stat.mode);
    case 'u':
      return accounts.userName(stat.uid);
    case 'g':
      return accounts.groupName(stat.gid);
    case 'U':
      return String(stat.uid);
    case 'G':
      return String(stat.gid);
    case 'n':
      return String(stat.nlink);
    case 'i':
      return String(stat.ino);
    case 'd':
      return String(file.depth);
    case 'D':
      return String(stat.dev.major * 256 + stat.dev.minor);
    case 'y':
      return letterOf(stat.mode);
    case 'Y':
      return targetLetter(file, context);
    case 'l':
      return typeLetter(stat.mode) === 'l' ? sys.readlink(path) : '';
    case 'F':
      return filesystems?.typeOf(stat) ?? 'unknown';
    case 'a':
      return timeText(stat.atime);
    case 'c':
      return timeText(stat.ctime);
    case 't':
      return timeText(stat.mtime);
    case 'Z':
      return '';
    default: {
      const which = directive[0];
      const time = which === 'A' ? stat.atime : which === 'T' ? stat.mtime : stat.ctime;
      return timePart(time, directive.slice(1));
    }
  }
}

function letterOf(mode: number): string {
  const letter = typeLetter(mode);
  return letter === '-' ? 'f' : letter;
}

function targetLetter({ path, stat }: Found, { sys }: FindContext): string {
  if (typeLetter(stat.mode) !== 'l') return letterOf(stat.mode);
  try {
    return letterOf(sys.stat(path).mode);
  } catch (error) {
    if (!isSysError(error)) throw error;
    return error.errno === 'ELOOP' ? 'L' : error.errno === 'ENOENT' || error.errno === 'ENOTDIR' ? 'N' : '?';
  }
}

/** Ten digits, as findutils prints nanoseconds. */
function fraction(time: Nanoseconds): string {
  return `.${String(Math.floor(time % 1e9)).padStart(9, '0')}0`;
}

function timeText(time: Nanoseconds): string {
  const calendar = calendarOf(time);
  return `${strftime('%a %b %e %H:%M:%S', calendar)}${fraction(time)} ${strftime('%Y', calendar)}`;
}

function timePart(time: Nanoseconds, letter: string): string {
  const calendar = calendarOf(time);
  if (letter === '@') return `${Math.floor(time / 1e9)}${fraction(time)}`;
  if (letter === '+') return `${strftime('%Y-%m-%d+%H:%M:%S', calendar)}${fraction(time)}`;
  if (letter === 'S' || letter === 'T' || letter === 'X') return strftime(`%${letter}`, calendar) + fraction(time);
  return strftime(`%${letter}`, calendar);
}
