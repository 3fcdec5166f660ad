/** BusyBox's ps: every process, with few columns. */
import type { Blocking, Sys } from '../../kernel/sim';
import {
  ownerOf,
  type ProcessStat,
  pageKiB,
  processNumbers,
  readArguments,
  readStat,
  readStatus,
  terminalNumber,
} from '../lib/processes';
import { Accounts } from '../lib/users';
import { AppletError, makeApplet } from './applet';

interface Process {
  stat: ProcessStat;
  /** Real and effective ids. */
  uids: readonly number[];
  gids: readonly number[];
  args: readonly string[];
}

interface Column {
  name: string;
  title: string;
  width: number;
  /** Numbers stand at the right. */
  isNumber?: boolean;
  text(process: Process, accounts: Accounts): string;
}

/** In the order in which a wrong name is told of. */
const columns: readonly Column[] = [
  { name: 'user', title: 'USER', width: 8, text: ({ uids }, accounts) => accounts.userName(uids[1] ?? 0) },
  { name: 'group', title: 'GROUP', width: 8, text: ({ gids }, accounts) => accounts.groupName(gids[1] ?? 0) },
  { name: 'comm', title: 'COMMAND', width: 16, text: ({ stat }) => stat.comm },
  { name: 'args', title: 'COMMAND', width: 256, text: commandLine },
  { name: 'pid', title: 'PID', width: 5, isNumber: true, text: ({ stat }) => String(stat.pid) },
  { name: 'ppid', title: 'PPID', width: 5, isNumber: true, text: ({ stat }) => String(stat.ppid) },
  { name: 'pgid', title: 'PGID', width: 5, isNumber: true, text: ({ stat }) => String(stat.pgrp) },
  { name: 'nice', title: 'NI', width: 5, isNumber: true, text: ({ stat }) => String(stat.nice) },
  { name: 'rgroup', title: 'RGROUP', width: 8, text: ({ gids }, accounts) => accounts.groupName(gids[0] ?? 0) },
  { name: 'ruser', title: 'RUSER', width: 8, text: ({ uids }, accounts) => accounts.userName(uids[0] ?? 0) },
  { name: 'tty', title: 'TT', width: 6, text: ({ stat }) => (stat.tty === 0 ? '?' : numbers(stat.tty)) },
  { name: 'vsz', title: 'VSZ', width: 5, text: ({ stat }) => memory(stat.vsize / 1024) },
  { name: 'sid', title: 'SID', width: 5, isNumber: true, text: ({ stat }) => String(stat.session) },
  { name: 'stat', title: 'STAT', width: 4, text: ({ stat }) => stateText(stat) },
  { name: 'rss', title: 'RSS', width: 4, text: ({ stat }) => memory(stat.rss * pageKiB) },
];

export const ps = makeApplet({
  name: 'ps',
  options: [{ short: 'o', value: 'required' }, { short: 'T' }, ...[...'aAdefl'].map((short) => ({ short }))],
  usage: `ps [-o COL1,COL2=HEADER] [-T]

Show list of processes

	-o COL1,COL2=HEADER	Select columns for display
	-T			Show threads`,
  *run({ sys, options, out }) {
    const lists = options.values('o');
    const chosen = (lists.length === 0 ? ['pid,user,args'] : lists).flatMap(readColumns);
    const accounts = yield* Accounts.load(sys);
    yield* out.write(
      `${laidOut(
        chosen,
        chosen.map(({ title }) => title),
      )}\n`,
    );
    for (const pid of processNumbers(sys)) {
      const process = yield* look(sys, pid);
      if (process)
        yield* out.write(
          `${laidOut(
            chosen,
            chosen.map((column) => {
              const text = column.text(process, accounts);
              return column.isNumber ? text.padStart(column.width) : text;
            }),
          )}\n`,
        );
    }
    return 0;
  },
});

function readColumns(list: string): Column[] {
  return list.split(',').map((word) => {
    const [name = '', title] = word.split('=');
    const column = columns.find((one) => one.name === name);
    if (!column) {
      const known = columns.map((one) => one.name).join(',');
      throw new AppletError(`bad -o argument '${name}', supported arguments: ${known}`);
    }
    return title === undefined ? column : { ...column, title, width: title.length };
  });
}

/** Columns but the last are as wide as they are, whatever is in them. */
function laidOut(chosen: readonly Column[], texts: readonly string[]): string {
  const last = chosen.length - 1;
  return texts.map((text, at) => (at === last ? text : text.padEnd(chosen[at]?.width ?? 0))).join(' ');
}

function* look(sys: Sys, pid: number): Blocking<Process | null> {
  const stat = yield* readStat(sys, pid);
  if (!stat) return null;
  const status = yield* readStatus(sys, pid);
  const ids = (name: string) => (status.get(name) ?? '').trim().split(/\s+/).map(Number);
  const owner = ownerOf(sys, pid) ?? 0;
  const uids = status.has('Uid') ? ids('Uid') : [owner, owner];
  return { stat, uids, gids: ids('Gid'), args: yield* readArguments(sys, pid) };
}

/** A name that is not the program's stands behind it: `{sleep} longname 300`. */
function commandLine({ stat, args }: Process): string {
  const [first = ''] = args;
  if (args.length === 0) return `[${stat.comm}]`;
  const own = first.slice(first.lastIndexOf('/') + 1).replace(/^-/, '');
  const line = args.join(' ').replace(/[\n\t]/g, ' ');
  return own.startsWith(stat.comm) ? line : `{${stat.comm}} ${line}`;
}

function numbers(tty: number): string {
  const [major, minor] = [(tty >> 8) & 0xfff, (tty & 0xff) | ((tty >> 12) & 0xfff00)];
  return terminalNumber({ major, minor }) === tty ? `${major},${minor}` : '?';
}

/** `4.2m` above 9999 KiB. */
function memory(kib: number): string {
  if (kib < 9_999) return String(Math.floor(kib)).padStart(4);
  const mib = kib / 1024;
  return mib < 100 ? `${mib.toFixed(1).slice(0, 3)}m` : `${Math.floor(mib)}m`;
}

function stateText({ state, rss, nice }: ProcessStat): string {
  const swapped = rss === 0 && state !== 'Z' ? 'W' : ' ';
  return `${state}${swapped}${nice < 0 ? '<' : nice > 0 ? 'N' : ' '}`.trimEnd().padEnd(4);
}
