/** The lists that follow options of ps: numbers, users, groups, terminals, columns. */
import { isSysError, S_IFCHR, S_IFMT, type Sys } from '../../../kernel/sim';
import { terminalNumber } from '../../lib/processes';
import type { Accounts } from '../../lib/users';
import { columns, percentColumns } from './columns';
import { type Field, PsError, type SortKey } from './request';

/** Between commas, spaces and tabs; nothing may be left empty. */
function items(text: string): string[] {
  const parts = text.split(/[ ,\t\n]+/);
  if (text === '' || /^[ ,\t\n]|,\s*,/.test(text)) throw new PsError('improper list');
  return parts.filter((part) => part !== '');
}

export function pidList(text: string): number[] {
  return items(text).map((item) => {
    if (!/^\d+$/.test(item)) throw new PsError('process ID list syntax error');
    const number = Number(item);
    if (number < 1 || number > 0x7fffffff) throw new PsError('process ID out of range');
    return number;
  });
}

/** Parents may be 0: those that came from outside. */
export function parentList(text: string): number[] {
  return items(text).map((item) => {
    if (!/^\d+$/.test(item)) throw new PsError('process ID list syntax error');
    return Number(item);
  });
}

export function userList(text: string, accounts: Accounts): number[] {
  return items(text).map((item) => {
    const found = accounts.user(item)?.uid;
    if (found !== undefined) return found;
    if (/^\d+$/.test(item)) return Number(item);
    throw new PsError('user name does not exist');
  });
}

export function groupList(text: string, accounts: Accounts): number[] {
  return items(text).map((item) => {
    const found = accounts.group(item)?.gid;
    if (found !== undefined) return found;
    if (/^\d+$/.test(item)) return Number(item);
    throw new PsError('group name does not exist');
  });
}

export function commandList(text: string): string[] {
  return items(text);
}

/** `?` and `-` stand for no terminal. */
export function terminalList(sys: Sys, text: string): number[] {
  return items(text).map((item) => (item === '?' || item === '-' ? 0 : terminal(sys, item)));
}

function terminal(sys: Sys, name: string): number {
  const places = name.startsWith('/')
    ? [name]
    : [`/dev/pts/${name}`, `/dev/${name}`, `/dev/tty${name}`, `/dev/${name}`];
  for (const place of places) {
    try {
      const { mode, rdev } = sys.stat(place);
      if ((mode & S_IFMT) === S_IFCHR) return terminalNumber(rdev);
    } catch (error) {
      if (!isSysError(error)) throw error;
    }
  }
  throw new PsError('TTY could not be found');
}

/** `pid,comm=NAME,user:12`, or the descriptors of AIX. */
export function fieldList(text: string): Field[] {
  if (text === '') throw new PsError('improper format list');
  if (text.includes('%') && columns[text.split(/[ ,]/)[0] ?? ''] === undefined) return percentFields(text);
  if (/(^|[ ,]),|[ ,]$/.test(text) && !/=[^ ,]*$/.test(text)) throw new PsError('improper format list');
  return text.split(/[ ,\t\n]+/).map(field);
}

function field(item: string): Field {
  const equals = item.indexOf('=');
  const header = equals < 0 ? null : item.slice(equals + 1);
  const [name = '', width] = (equals < 0 ? item : item.slice(0, equals)).split(':');
  if (width !== undefined && !/^[1-9]\d*$/.test(width))
    throw new PsError('column widths must be unsigned decimal numbers');
  const column = Object.hasOwn(columns, name) ? columns[name] : undefined;
  if (!column) throw new PsError(`unknown user-defined format specifier "${name}"`);
  const shown = header ?? column.header;
  const least = width === undefined ? Math.max(column.width, header === null ? 0 : shown.length) : Number(width);
  return { column, header: shown, width: least };
}

function percentFields(text: string): Field[] {
  if (!/^(%[A-Za-z]|[^%])+$/.test(text)) throw new PsError('improper AIX field descriptor');
  return [...text.matchAll(/%([A-Za-z])/g)].map(([, letter = '']) => {
    const name = percentColumns[letter];
    if (name === undefined) throw new PsError('unknown AIX field descriptor');
    return field(name);
  });
}

/** Fields by name, for formats that are known to be right. */
export function fieldsOf(names: readonly string[]): Field[] {
  return names.map(field);
}

export function sortList(text: string): SortKey[] {
  return text
    .split(/[ ,]+/)
    .filter((item) => item !== '')
    .map((item) => {
      const name = item.replace(/^[+-]/, '');
      const column = Object.hasOwn(columns, name) ? columns[name] : undefined;
      if (!column) throw new PsError('unknown sort specifier');
      return { column, descending: item.startsWith('-') };
    });
}
