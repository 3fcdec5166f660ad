/** File modes as text: `drwxr-xr-x`, and the changes of chmod(1) (`u+x,go=rX`, `0755`). */

import * as abi from '../../kernel/sim';
import { bare } from '../../kernel/sim';

const types: ReadonlyMap<number, string> = new Map([
  [abi.S_IFDIR, 'd'],
  [abi.S_IFLNK, 'l'],
  [abi.S_IFCHR, 'c'],
  [abi.S_IFBLK, 'b'],
  [abi.S_IFIFO, 'p'],
  [abi.S_IFSOCK, 's'],
  [abi.S_IFREG, '-'],
]);

export function typeLetter(mode: number): string {
  return types.get(mode & abi.S_IFMT) ?? '?';
}

/** Ten characters, as ls -l shows them. */
export function modeString(mode: number): string {
  return typeLetter(mode) + permissionString(mode);
}

export function permissionString(mode: number): string {
  const triple = (shift: number, special: number, letter: string) => {
    const bits = mode >> shift;
    const x = (bits & 1) !== 0;
    const last = (mode & special) !== 0 ? (x ? letter : letter.toUpperCase()) : x ? 'x' : '-';
    return `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${last}`;
  };
  return triple(6, abi.S_ISUID, 's') + triple(3, abi.S_ISGID, 's') + triple(0, abi.S_ISVTX, 't');
}

interface Change {
  /** Bits it may touch. */
  affected: number;
  operator: '+' | '-' | '=';
  bits: number;
  /** `X`: execute only for directories and what somebody may execute already. */
  conditionalExecute: boolean;
  /** `u=g`: the bits of another class. */
  copyFrom: number | null;
  /** Nobody was named: the umask holds some bits back. */
  isMasked: boolean;
  /** Octal: for directories, only the set-id bits it names are touched. */
  octalMentioned: number | null;
}

export type ModeChanges = readonly Change[];

const all = 0o7777;
const classes: Readonly<Record<string, number>> = bare({ u: 0o4700, g: 0o2070, o: 0o1007, a: all });
const permissions: Readonly<Record<string, number>> = bare({
  r: 0o444,
  w: 0o222,
  x: 0o111,
  X: 0o111,
  s: 0o6000,
  t: 0o1000,
});
const copies: Readonly<Record<string, number>> = bare({ u: 6, g: 3, o: 0 });

/** Null when it is no mode. */
export function parseMode(text: string): ModeChanges | null {
  if (/^[0-7]+$/.test(text)) return parseOctal(text);
  const changes: Change[] = [];
  for (const clause of text.split(',')) {
    const match = /^([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]|[0-7]+))+)$/.exec(clause);
    if (!match) return null;
    const [, who = '', actions = ''] = match;
    for (const [, operator = '+', what = ''] of actions.matchAll(/([-+=])([^-+=]*)/g)) {
      const change = parseAction(who, operator, what);
      if (change === null) return null;
      changes.push(change);
    }
  }
  return changes;
}

function parseOctal(text: string): ModeChanges | null {
  const bits = Number.parseInt(text, 8);
  if (bits > all) return null;
  const mentioned = text.length < 5 ? (bits & 0o6000) | 0o1777 : all;
  const base = { affected: all, bits, conditionalExecute: false, copyFrom: null, isMasked: false };
  return [{ ...base, operator: '=', octalMentioned: mentioned }];
}

function parseAction(who: string, operator: string, what: string): Change | null {
  if (operator !== '+' && operator !== '-' && operator !== '=') return null;
  const named = [...who].reduce((mask, letter) => mask | (classes[letter] ?? 0), 0);
  const affected = named === 0 ? all : named;
  const base = { affected, operator, isMasked: named === 0, octalMentioned: null } as const;
  if (/^[0-7]+$/.test(what)) {
    const bits = Number.parseInt(what, 8);
    if (who !== '' || bits > all) return null;
    return { ...base, isMasked: false, bits, conditionalExecute: false, copyFrom: null, octalMentioned: all };
  }
  const copyFrom = copies[what];
  if (copyFrom !== undefined) return { ...base, bits: 0, conditionalExecute: false, copyFrom };
  const plain = what.replaceAll('X', '');
  const bits = [...plain].reduce((mask, letter) => mask | (permissions[letter] ?? 0), 0);
  return { ...base, bits, conditionalExecute: what.includes('X'), copyFrom: null };
}

/** The permission bits a file with `mode` gets. */
export function applyMode(changes: ModeChanges, mode: number, umask: number): number {
  const isDirectory = (mode & abi.S_IFMT) === abi.S_IFDIR;
  let result = mode & all;
  for (const change of changes) {
    // Directories keep set-user-id and set-group-id bits that are not asked for explicitly.
    const mentioned = change.octalMentioned ?? change.affected & (change.bits | ~0o6000);
    const kept = isDirectory ? 0o6000 & ~mentioned : 0;
    let value = change.bits;
    if (change.copyFrom !== null) value = copiedBits((result >> change.copyFrom) & 7);
    if (change.conditionalExecute && (isDirectory || (result & 0o111) !== 0)) value |= 0o111;
    value &= change.affected & ~(change.isMasked ? umask : 0) & ~kept;
    if (change.operator === '+') result |= value;
    else if (change.operator === '-') result &= ~value;
    else result = (result & (~change.affected | kept)) | value;
  }
  return result;
}

function copiedBits(triple: number): number {
  return triple | (triple << 3) | (triple << 6);
}
