/** nano: a small editor without modes (nano(1), version 7.2; a part of it). */
import type { Blocking, Sys } from '../../../kernel/sim';
import { writeAll } from '../../lib/io';
import type { Environment } from '../common/spawn';
import { Terminal } from '../common/terminal';
import { Nano } from './editor';

const help = `Usage: nano [OPTIONS] [[+LINE] FILE]

 -l   line numbers     -v   view only     -V   say the version
`;

export function* nano(sys: Sys, argv: readonly string[], env: Environment): Blocking<number> {
  const args = argv.slice(1);
  if (args.some((arg) => ['-V', '--version', '-h', '--help'].includes(arg))) {
    yield* writeAll(
      sys,
      1,
      args.some((arg) => arg === '-V' || arg === '--version') ? ' GNU nano, version 7.2\n' : help,
    );
    return 0;
  }
  let start = 1;
  let isView = false;
  let numbers = false;
  const files: string[] = [];
  for (const arg of args) {
    if (/^\+\d+$/.test(arg)) start = Number(arg.slice(1));
    else if (arg === '-v' || arg === '--view') isView = true;
    else if (arg === '-l' || arg === '--linenumbers') numbers = true;
    else if (/^-[wcimASET]+$/.test(arg)) continue;
    else if (arg.startsWith('-') && arg !== '-') {
      yield* writeAll(
        sys,
        2,
        `nano: invalid option -- '${arg.replace(/^-+/, '')}'\nType 'nano -h' for a list of available options.\n`,
      );
      return 1;
    } else files.push(arg);
  }
  const terminal = sys.isatty(0) && sys.isatty(1) ? yield* Terminal.open(sys) : null;
  if (terminal === null || (env.TERM ?? '') === '') {
    yield* writeAll(
      sys,
      2,
      terminal === null ? 'Standard input is not a terminal\n' : 'Error opening terminal: unknown.\n',
    );
    return 1;
  }
  return yield* new Nano(sys, terminal, isView, numbers).run(files[0] ?? null, start);
}
