/** What lsof prints: the table, or fields for programs (`-F`). */

import type { Blocking } from '../../../kernel/sim';
import type { Command } from '../../lib/command';
import type { Accounts } from '../../lib/users';
import { type OpenFile, type ProcessFiles, stateOf } from './files';

export interface Found {
  process: ProcessFiles;
  file: OpenFile;
  /** As it was asked for. */
  name: string;
}

export function* print(command: Command, accounts: Accounts, found: readonly Found[]): Blocking<void> {
  if (command.has('t')) {
    for (const pid of new Set(found.map(({ process }) => process.pid))) yield* command.line(String(pid));
    return;
  }
  if (command.has('F')) return yield* printFields(command, accounts, found);
  if (found.length === 0) return;
  const rows = found.map(({ process, file, name }) => [
    process.command.slice(0, 9),
    String(process.pid),
    ...(command.has('R') ? [String(process.ppid)] : []),
    ...(command.has('g') ? [String(process.pgid)] : []),
    command.has('l') ? String(process.uid) : accounts.userName(process.uid).slice(0, 8),
    `${file.fd.padStart(4)}${file.access} `,
    file.type,
    file.device,
    command.has('o') ? file.offset : file.size,
    file.node,
    name,
  ]);
  const head = [
    'COMMAND',
    'PID',
    ...(command.has('R') ? ['PPID'] : []),
    ...(command.has('g') ? ['PGID'] : []),
    command.has('l') ? '    USER' : 'USER',
    '  FD  ',
    'TYPE',
    'DEVICE',
    command.has('o') ? 'OFFSET' : 'SIZE/OFF',
    'NODE',
    'NAME',
  ];
  const table = [head, ...rows];
  const widths = table[0]?.map((_, at) => Math.max(...table.map((row) => row[at]?.length ?? 0))) ?? [];
  for (const row of table) {
    const cells = row.map((cell, at) =>
      at === 0 ? cell.padEnd(widths[at] ?? 0) : at === head.length - 1 ? cell : cell.padStart(widths[at] ?? 0),
    );
    yield* command.line(cells.join(' '));
  }
}

/** One field a line, or with `0` one process or file a line: those of the process, then those of each file. */
function* printFields(command: Command, accounts: Accounts, found: readonly Found[]): Blocking<void> {
  const asked = command.value('F') ?? '';
  const byNull = asked.includes('0');
  const letters = asked.replace('0', '');
  const line = (fields: ReadonlyArray<readonly [letter: string, text: string | null]>) => {
    const shown = fields.flatMap(([letter, text]) => {
      const isAsked = letters === '' ? !letter.startsWith('T') || letter === 'T' : letters.includes(letter.slice(0, 1));
      return text !== null && isAsked ? [letter + text] : [];
    });
    if (shown.length === 0) return '';
    return byNull ? `${shown.map((field) => `${field}\0`).join('')}\n` : shown.map((field) => `${field}\n`).join('');
  };
  let last = 0;
  for (const { process, file, name } of found) {
    if (process.pid !== last) {
      const fields = line([
        ['g', String(process.pgid)],
        ['R', String(process.ppid)],
        ['c', process.command],
        ['u', String(process.uid)],
        ['L', accounts.userName(process.uid)],
      ]);
      // The number is there whether it is asked for or not.
      yield* command.out.write(`p${process.pid}${byNull ? '\0' : '\n'}${byNull && fields === '' ? '\n' : ''}${fields}`);
      last = process.pid;
    }
    yield* command.out.write(line(fieldsOf(file, name)));
  }
}

function fieldsOf(file: OpenFile, name: string): Array<readonly [string, string | null]> {
  const { socket, stat } = file;
  const isInternet = socket?.family === 'inet' || socket?.family === 'inet6';
  const isSized = !file.size.startsWith('0t');
  return [
    ['f', file.fd],
    ['a', file.access],
    ['l', ' '],
    ['t', file.type],
    ['D', socket || !stat ? null : `0x${(stat.dev.major * 256 + stat.dev.minor).toString(16)}`],
    ['d', socket ? file.device : null],
    ['s', isSized ? file.size : null],
    ['o', isSized ? null : file.offset],
    ['i', socket || !stat ? null : file.node],
    ['k', socket || !stat ? null : String(stat.nlink)],
    ['P', isInternet ? file.node : null],
    ['n', isInternet ? name.replace(/ \([A-Z0-9_]+\)$/, '') : name],
    ['T', socket?.protocol === 'tcp' ? `ST=${stateOf(socket)}` : null],
  ];
}
