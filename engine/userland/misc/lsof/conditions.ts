/** Which files are wanted: what the options and operands of lsof select. */

import { type Blocking, isSysError, type Stat, type Sys } from '../../../kernel/sim';
import { type Command, Fatal, Quit } from '../../lib/command';
import { writeAll } from '../../lib/io';
import { readMounts } from '../../lib/mountinfo';
import { canonicalPath } from '../../lib/realpath';
import { isDirectory } from '../../lib/stat';
import type { Accounts } from '../../lib/users';
import type { OpenFile, ProcessFiles } from './files';

/** Whether a file of a process is wanted; the name it is shown by when it is not the usual one. */
export interface Condition {
  about: 'process' | 'file';
  holds(process: ProcessFiles, file: OpenFile): boolean;
  /** Whether part of what was asked for has not been found. */
  isMissed?(): boolean;
  nameOf?: (file: OpenFile) => string | null;
}

export function conditionsOf(command: Command, accounts: Accounts): Condition[] {
  const conditions: Condition[] = [];
  const list = (option: string) => command.options.values(option).flatMap((value) => value.split(','));
  const pids = list('p');
  if (pids.length > 0) conditions.push(listed(pids, ({ pid }) => String(pid)));
  const groups = list('g');
  if (groups.length > 0) conditions.push(listed(groups, ({ pgid }) => String(pgid)));
  const users = list('u');
  const unknown = users.find((name) => userOf(accounts, name) === null);
  if (unknown !== undefined) throw new Fatal(`can't get UID for ${unknown.replace('^', '')}`);
  if (users.length > 0) {
    const numbers = users.map((name) => userOf(accounts, name) ?? '');
    conditions.push({ ...listed(numbers, ({ uid }) => String(uid)), isMissed: () => false });
  }
  const commands = list('c');
  if (commands.length > 0) conditions.push(listed(commands, ({ command: name }) => name, 'beginning'));
  const fds = list('d');
  if (fds.length > 0) conditions.push({ about: 'file', holds: (_, { fd }) => fds.some((one) => fdMatches(one, fd)) });
  for (const value of command.has('i') ? internetValues(command) : []) conditions.push(internet(value));
  if (command.has('U')) conditions.push({ about: 'file', holds: (_, { type }) => type === 'unix' });
  conditions.push(...directories(command));
  return conditions;
}

/** A number or a name of a user, as a number; `^` in front stays. */
function userOf(accounts: Accounts, text: string): string | null {
  const [, not = '', name = ''] = /^(\^?)(.*)$/.exec(text) ?? [];
  const uid = accounts.user(name)?.uid ?? (/^\d+$/.test(name) ? Number(name) : null);
  return uid === null ? null : `${not}${uid}`;
}

/** One of several, or none of those with a `^` in front. */
function listed(
  wanted: readonly string[],
  of: (process: ProcessFiles) => string,
  how: 'all' | 'beginning' = 'all',
): Condition {
  const [not, some] = [wanted.filter((one) => one.startsWith('^')), wanted.filter((one) => !one.startsWith('^'))];
  const missed = new Set(some);
  const fits = (one: string, text: string) => (how === 'all' ? text === one : text.startsWith(one));
  return {
    about: 'process',
    holds: (process) => {
      const text = of(process);
      if (not.some((one) => fits(one.slice(1), text))) return false;
      const found = some.find((one) => fits(one, text));
      if (found !== undefined) missed.delete(found);
      return some.length === 0 || found !== undefined;
    },
    isMissed: () => missed.size > 0,
  };
}

function fdMatches(wanted: string, fd: string): boolean {
  const range = /^(\d+)-(\d+)$/.exec(wanted);
  if (range && /^\d+$/.test(fd)) return Number(fd) >= Number(range[1]) && Number(fd) <= Number(range[2]);
  return wanted === fd;
}

function internetValues(command: Command): string[] {
  return command.options.given.filter(({ name }) => name === 'i').map(({ value }) => value ?? '');
}

function internet(value: string): Condition {
  const match = /^([46]?)(TCP|UDP)?(?:@([^:]*))?(?::(.*))?$/i.exec(value);
  if (!match) throw new Fatal(`unknown protocol name (${value}) in: -i ${value}`);
  const [, family = '', protocol = '', host = '', ports = ''] = match;
  const wanted = ports.split(',').filter((port) => port !== '');
  return noticing({
    about: 'file',
    holds: (_, { socket }) => {
      if (!socket || (socket.family !== 'inet' && socket.family !== 'inet6')) return false;
      if (family !== '' && (socket.family === 'inet6') !== (family === '6')) return false;
      if (protocol !== '' && socket.protocol !== protocol.toLowerCase()) return false;
      if (host !== '' && socket.local !== host && socket.remote !== host) return false;
      return wanted.length === 0 || wanted.some((port) => [socket.localPort, socket.remotePort].includes(Number(port)));
    },
  });
}

/** It has been missed when it has held for nothing. */
function noticing(condition: Condition): Condition {
  let isMissed = true;
  return {
    ...condition,
    holds: (process, file) => {
      const holds = condition.holds(process, file);
      if (holds) isMissed = false;
      return holds;
    },
    isMissed: () => isMissed,
  };
}

function directories({ sys, options }: Command): Condition[] {
  const inside = (value: string, isDeep: boolean): Condition => {
    const base = canonicalPath(sys, value, 'nothing').replace(/\/+$/, '');
    const shown = value.replace(/\/+$/, '');
    const missed = new Set([base, ...below(sys, base, isDeep)]);
    return {
      about: 'file',
      holds: (_, { name }) => {
        const isInside = name === base || name.startsWith(`${base}/`);
        if (!isInside || (!isDeep && name.slice(base.length + 1).includes('/'))) return false;
        missed.delete(name);
        return true;
      },
      isMissed: () => missed.size > 0,
      nameOf: ({ name }) =>
        name === base || name.startsWith(`${base}/`) ? `${shown}${name.slice(base.length)}` : null,
    };
  };
  return [
    ...options.values('plus-D').map((value) => inside(value, true)),
    ...options.values('plus-d').map((value) => inside(value, false)),
  ];
}

function below(sys: Sys, directory: string, isDeep: boolean): string[] {
  try {
    const names = sys.readdir(directory).map(({ name }) => name);
    return names
      .filter((name) => name !== '.' && name !== '..')
      .map((name) => `${directory}/${name}`)
      .flatMap((path) => (isDeep && isDirectory(sys.lstat(path)) ? [path, ...below(sys, path, true)] : [path]));
  } catch (error) {
    if (isSysError(error)) return [];
    throw error;
  }
}

/** Files that are named; a mount point means its whole filesystem. */
export function* named(command: Command): Blocking<Condition[]> {
  const { sys } = command;
  const conditions: Condition[] = [];
  const mounts = yield* mountPoints(sys);
  for (const name of command.operands) {
    let wanted: Stat;
    try {
      wanted = sys.stat(name);
    } catch (error) {
      if (!isSysError(error)) throw error;
      yield* writeAll(sys, 2, `lsof: status error on ${name}: No such file or directory\n`);
      command.status = 1;
      continue;
    }
    const whole = mounts.includes(name.replace(/(.)\/+$/, '$1'));
    const same = ({ stat }: OpenFile) =>
      stat !== null &&
      stat.dev.major === wanted.dev.major &&
      stat.dev.minor === wanted.dev.minor &&
      (whole || stat.ino === wanted.ino);
    conditions.push(
      noticing({
        about: 'file',
        holds: (_, file) => same(file),
        nameOf: (file) => (!whole && same(file) ? name : null),
      }),
    );
  }
  if (command.operands.length > 0 && conditions.length === 0) throw new Quit(1);
  return conditions;
}

function* mountPoints(sys: Sys): Blocking<string[]> {
  return (yield* readMounts(sys)).map(({ target }) => target);
}

/** All are asked, so that each knows whether it has held for anything. */
export function holdingOf(conditions: readonly Condition[], process: ProcessFiles, file: OpenFile): Condition[] {
  return conditions.filter((condition) => condition.holds(process, file));
}
