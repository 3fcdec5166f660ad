/** vi, vim.tiny, view: the editor's command line (vim(1); a part of it, modal and whole-screen). */
import type { Blocking, Sys } from '../../../kernel/sim';
import { writeAll } from '../../lib/io';
import type { Environment } from '../common/spawn';
import {
  clearScreen,
  enterAlternateScreen,
  keypadOff,
  keypadOn,
  leaveAlternateScreen,
  Terminal,
} from '../common/terminal';
import { Editor } from './editor';
import { runEx } from './ex';
import { openFile } from './files';
import { EditorState } from './state';

const usage = `VIM - Vi IMproved, a small part of it for this simulator

Usage: vi [arguments] [file]

   +[N]   begin at the last line, or line N     +CMD, -c CMD   run a command first
   -R     read-only, as view                    --version      say the version
`;

interface Arguments {
  files: string[];
  commands: string[];
  readonly: boolean;
}

export function* vi(sys: Sys, argv: readonly string[], env: Environment): Blocking<number> {
  const args = argv.slice(1);
  if (args.includes('--version') || args.includes('--help') || args.includes('-h')) {
    yield* writeAll(
      sys,
      1,
      args.includes('--version') ? 'VIM - Vi IMproved 9.0 (2022 Jun 28), small version of this simulator\n' : usage,
    );
    return 0;
  }
  const parsed = readArguments(args, (argv[0] ?? 'vi').split('/').at(-1) ?? 'vi');
  if (typeof parsed === 'string') {
    yield* writeAll(
      sys,
      2,
      `VIM - Vi IMproved 9.0 (2022 Jun 28)\nUnknown option argument: "${parsed}"\nMore info with: "vim -h"\n`,
    );
    return 1;
  }
  const terminal = sys.isatty(0) && sys.isatty(1) ? yield* Terminal.open(sys) : null;
  if (terminal === null) {
    const what = sys.isatty(1) ? 'Input is not from a terminal' : 'Output is not to a terminal';
    yield* writeAll(sys, 2, `Vim: Warning: ${what}\nThis simulator's vi needs a terminal.\n`);
    return 1;
  }
  return yield* edit(new EditorState(sys, env, terminal), parsed);
}

function readArguments(args: readonly string[], name: string): Arguments | string {
  const parsed: Arguments = { files: [], commands: [], readonly: name === 'view' || name === 'rview' };
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--') {
      parsed.files.push(...rest);
      break;
    }
    if (arg === '-R') parsed.readonly = true;
    else if (arg === '-c') parsed.commands.push(rest.shift() ?? '');
    else if (arg === '+') parsed.commands.push('$');
    else if (arg.startsWith('+')) parsed.commands.push(arg.slice(1));
    else if (/^-(n|N|C|Z|i)$/.test(arg)) continue;
    else if (arg === '-u') rest.shift();
    else if (arg.startsWith('-')) return arg;
    else parsed.files.push(arg);
  }
  return parsed;
}

function* edit(state: EditorState, { files, commands, readonly }: Arguments): Blocking<number> {
  const { terminal } = state;
  const [file, ...others] = files;
  if (readonly) state.options.readonly = true;
  if (file === undefined) state.say('');
  else yield* openFile(state, file);
  if (others.length > 0)
    state.say(`${files.length} files to edit: this simulator's vi takes the first, :e opens another`);
  for (const command of commands) yield* runEx(state, command);
  terminal.raw(false);
  terminal.draw(enterAlternateScreen + keypadOn + clearScreen);
  const status = yield* new Editor(state).run();
  terminal.draw(`\x1b[${terminal.size.rows};1H${keypadOff}${leaveAlternateScreen}`);
  yield* terminal.flush();
  terminal.restore();
  return status;
}
