/** pmap(1): the memory map of a process. */
import type { Blocking } from '../../kernel/sim';
import { type Command, Fatal, makeCommand } from '../lib/command';
import { readFileOrNull } from '../lib/io';
import { readArguments, readStat } from '../lib/processes';

const noProcessStatus = 42;

export const pmap = makeCommand({
  name: 'pmap',
  options: [
    { short: 'x', long: 'extended' },
    { short: 'q', long: 'quiet' },
    { short: 'p', long: 'show-path' },
  ],
  usage: `
Usage:
 pmap [options] PID [PID ...]

Options:
 -x, --extended    with resident and dirty sizes
 -q, --quiet       neither head nor sum
 -p, --show-path   whole paths

 -h, --help
 -V, --version

For more details see pmap(1).
`,
  version: 'pmap from procps-ng 4.0.2',
  *run(command) {
    if (command.operands.length === 0) return yield* command.misuse();
    for (const operand of command.operands) {
      if (!/^(\/proc\/)?\d+$/.test(operand)) throw new Fatal(`failed to parse argument: '${operand}'`);
      yield* show(command, Number(operand.replace('/proc/', '')));
    }
  },
});

function* show(command: Command, pid: number): Blocking<void> {
  const stat = yield* readStat(command.sys, pid);
  if (!stat) {
    command.status = noProcessStatus;
    return;
  }
  const args = yield* readArguments(command.sys, pid);
  const quiet = command.has('quiet');
  const extended = command.has('extended');
  yield* command.line(`${pid}:   ${args.length > 0 ? args.join(' ') : `[${stat.comm}]`}`);
  if (extended && !quiet) yield* command.line('Address           Kbytes     RSS   Dirty Mode  Mapping');
  const maps = (yield* readFileOrNull(command.sys, `/proc/${pid}/maps`)) ?? '';
  let total = 0;
  for (const line of maps.split('\n')) {
    const match = /^([0-9a-f]+)-([0-9a-f]+) (\S{4}) \S+ \S+ \d+\s*(.*)$/.exec(line);
    if (!match) continue;
    const [, from = '', to = '', access = '', name = ''] = match;
    const kiB = (Number.parseInt(to, 16) - Number.parseInt(from, 16)) / 1024;
    total += kiB;
    const mode = `${access.slice(0, 3)}${access[3] === 's' ? 's' : '-'}-`;
    const address = from.padStart(16, '0');
    const size = extended
      ? `${String(kiB).padStart(7)} ${String(kiB).padStart(7)}       0`
      : `${String(kiB).padStart(6)}K`;
    yield* command.line(`${address} ${size} ${mode} ${mapping(name, command.has('show-path'))}`);
  }
  if (quiet) return;
  if (extended) {
    yield* command.line('---------------- ------- ------- ------- ');
    yield* command.line(`total kB ${String(total).padStart(15)} ${String(stat.rss * 4).padStart(7)}       0`);
  } else yield* command.line(` total ${String(total).padStart(16)}K`);
}

function mapping(name: string, wholePath: boolean): string {
  if (name === '[stack]') return '  [ stack ]';
  if (name === '' || name.startsWith('[')) return '  [ anon ]';
  return wholePath ? name : name.slice(name.lastIndexOf('/') + 1);
}
