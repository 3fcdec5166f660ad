/** What pgrep can be asked to look at besides the name. */
import { type Blocking, isSysError, type Sys } from '../../kernel/sim';
import { type Command, Fatal, Quit } from '../lib/command';
import { readFile, readFileOrNull, writeAll } from '../lib/io';
import {
  namespaceOf,
  type ProcessStat,
  processNumbers,
  readArguments,
  readStat,
  readStatus,
  terminalName,
  ticksPerSecond,
} from '../lib/processes';
import { Accounts } from '../lib/users';

export interface Candidate {
  stat: ProcessStat;
  /** The command line; the name where there is none. */
  line: string;
  euid: number;
  uid: number;
  gid: number;
  namespaces: ReadonlyMap<string, number | null>;
  cgroup: string;
}

type Test = (candidate: Candidate) => boolean;

const namespaceFiles = ['ipc', 'mnt', 'net', 'pid', 'user', 'uts'];

export function* readCandidates(sys: Sys): Blocking<Candidate[]> {
  const found: Candidate[] = [];
  for (const pid of processNumbers(sys)) {
    const stat = yield* readStat(sys, pid);
    if (!stat) continue;
    const status = yield* readStatus(sys, pid);
    const ids = (field: string) => (status.get(field) ?? '').split('\t').map(Number);
    const [uid = 0, euid = 0] = ids('Uid');
    const [gid = 0] = ids('Gid');
    const args = yield* readArguments(sys, pid);
    found.push({
      stat,
      line: args.length > 0 ? args.join(' ').replaceAll('\n', ' ') : stat.comm,
      euid,
      uid,
      gid,
      namespaces: new Map(namespaceFiles.map((file) => [file, namespaceOf(sys, pid, file)])),
      cgroup: ((yield* readFileOrNull(sys, `/proc/${pid}/cgroup`)) ?? '').trim(),
    });
    yield* sys.checkpoint();
  }
  return found;
}

export function* criteria(command: Command): Blocking<Test[]> {
  const { sys } = command;
  const accounts = yield* Accounts.load(sys);
  const tests: Test[] = [];
  const given = (option: string) => command.value(option)?.split(',');
  const add = (option: string, read: (text: string) => number, value: (candidate: Candidate) => number) => {
    const wanted = given(option)?.map(read);
    if (wanted) tests.push((candidate) => wanted.includes(value(candidate)));
  };
  add(
    'euid',
    (text) => userId(text, accounts),
    ({ euid }) => euid,
  );
  add(
    'uid',
    (text) => userId(text, accounts),
    ({ uid }) => uid,
  );
  add(
    'group',
    (text) => groupId(text, accounts),
    ({ gid }) => gid,
  );
  add(
    'parent',
    (text) => numberOr(text, `not a number: ${text}`),
    ({ stat }) => stat.ppid,
  );
  add(
    'pgroup',
    (text) => numberOr(text, `invalid process group: ${text}`) || sys.getpgid(),
    ({ stat }) => stat.pgrp,
  );
  add(
    'session',
    (text) => numberOr(text, `invalid session id: ${text}`) || sys.getsid(),
    ({ stat }) => stat.session,
  );
  const terminals = given('terminal');
  if (terminals) tests.push(({ stat }) => terminals.includes(terminalName(stat.tty) ?? '-'));
  const states = command.value('runstates');
  if (states !== null) tests.push(({ stat }) => states.includes(stat.state));
  const groups = given('cgroup');
  if (groups) tests.push(({ cgroup }) => cgroup.split('\n').some((line) => groups.includes(line.replace(/^0::/, ''))));
  tests.push(...olderThan(command, yield* readFileOrNull(sys, '/proc/uptime')), ...inNamespaces(command));
  if (command.has('pidfile')) tests.push(yield* inFile(command));
  if (command.has('ignore-ancestors')) tests.push(yield* noAncestors(sys));
  return tests;
}

function userId(text: string, accounts: Accounts): number {
  const id = accounts.user(text)?.uid ?? (/^\d+$/.test(text) ? Number(text) : null);
  if (id === null) throw new Fatal(`invalid user name: ${text}`, 2);
  return id;
}

function groupId(text: string, accounts: Accounts): number {
  const id = accounts.group(text)?.gid ?? (/^\d+$/.test(text) ? Number(text) : null);
  if (id === null) throw new Fatal(`invalid group name: ${text}`, 2);
  return id;
}

function numberOr(text: string, mistake: string): number {
  if (!/^\d+$/.test(text)) throw new Fatal(mistake, 2);
  return Number(text);
}

function olderThan(command: Command, uptime: string | null): Test[] {
  const seconds = Number.parseInt(command.value('older') ?? '0', 10) || 0;
  const now = Number(uptime?.split(' ')[0] ?? 0);
  return seconds > 0 ? [({ stat }) => now - stat.start / ticksPerSecond > seconds] : [];
}

function inNamespaces(command: Command): Test[] {
  const pid = command.value('ns');
  const list = command.value('nslist')?.split(',');
  if (list?.some((name) => !namespaceFiles.includes(name))) throw new Quit(2);
  if (pid === null) return [];
  const wanted = (list ?? namespaceFiles).map((file) => [file, namespaceOf(command.sys, pid, file)] as const);
  if (wanted.every(([, inode]) => inode === null)) return [() => false];
  return [({ namespaces }) => wanted.every(([file, inode]) => namespaces.get(file) === inode)];
}

function* inFile(command: Command): Blocking<Test> {
  try {
    const path = command.value('pidfile') ?? '';
    const text = path === '-' ? '' : yield* readFile(command.sys, path);
    const pid = /^\s*(\d+)/.exec(text)?.[1];
    if (pid !== undefined) return ({ stat }) => stat.pid === Number(pid);
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
  yield* command.warn('pidfile not valid');
  yield* writeAll(command.sys, 2, `Try \`${command.name} --help' for more information.\n`);
  throw new Quit(1);
}

function* noAncestors(sys: Sys): Blocking<Test> {
  const above = new Set<number>();
  for (let pid = sys.getppid(); pid > 0 && !above.has(pid); ) {
    above.add(pid);
    pid = (yield* readStat(sys, pid))?.ppid ?? 0;
  }
  return ({ stat }) => !above.has(stat.pid);
}
