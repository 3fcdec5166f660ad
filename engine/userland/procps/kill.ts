/** kill of procps-ng: the program behind /bin/kill; shells have one of their own. */
import {
  type Blocking,
  isSysError,
  type Program,
  type Signal,
  type Sys,
  signalNumbers,
  strerror,
} from '../../kernel/sim';
import { writeAll } from '../lib/io';
import { shortSignalName, signalFrom } from '../lib/signals';

const usage = `
Usage:
 kill [options] <pid> [...]

Options:
 <pid> [...]              processes to send a signal to
 -<signal>, -s, --signal <signal>
                          instead of SIGTERM
 -q, --queue <number>     to be sent along
 -l, --list=[<signal>]    the names of all signals, or of one
 -L, --table              names and numbers in a table

 -h, --help
 -V, --version

For more details see kill(1).
`;

const standard = Array.from({ length: 31 }, (_, at) => at + 1);
const lineWidth = 78;

export const kill: Program = function* (sys, argv) {
  const name = argv[0] ?? 'kill';
  const args = argv.slice(1);
  const [first = ''] = args;
  if (args.length === 0) return yield* misuse(sys);
  if (first === '-h' || first === '--help') return yield* say(sys, usage);
  if (first === '-V' || first === '--version') return yield* say(sys, 'kill from procps-ng 4.0.2\n');
  if (first === '-L' || first === '--table') return yield* say(sys, table());
  if (/^(-l|--list)/.test(first)) return yield* list(sys, name, args);
  return yield* send(sys, name, args);
};

function* send(sys: Sys, name: string, args: readonly string[]): Blocking<number> {
  let signal: Signal = signalNumbers.SIGTERM;
  const pids: string[] = [];
  const rest = [...args];
  let isFirst = true;
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift(), isFirst = false) {
    const named = isFirst && /^-./.test(arg) ? signalFrom(arg.slice(1)) : null;
    const value = /^(?:-s|--signal)(?:=|$)(.*)/.exec(arg);
    if (named !== null) signal = named;
    else if (value) signal = signalFrom(value[1] || (rest.shift() ?? '')) ?? -1;
    else if (arg === '-q' || arg === '--queue') rest.shift();
    else if (arg === '--') pids.push(...rest.splice(0));
    else if (arg.startsWith('-') && !/^-\d+$/.test(arg)) {
      yield* writeAll(sys, 2, `${name}: invalid argument ${arg.slice(1, 2)}\n`);
      return yield* misuse(sys);
    } else pids.push(arg);
  }
  if (pids.length === 0) return yield* misuse(sys);
  let status = 0;
  for (const text of pids) {
    if (!/^-?\d+$/.test(text)) {
      yield* writeAll(sys, 2, `${name}: failed to parse argument: '${text}'\n`);
      return 1;
    }
    try {
      sys.kill(Number(text), signal);
    } catch (error) {
      if (!isSysError(error)) throw error;
      yield* writeAll(sys, 2, `${name}: (${text}): ${strerror(error.errno)}\n`);
      status = 1;
    }
  }
  return status;
}

function* list(sys: Sys, name: string, args: readonly string[]): Blocking<number> {
  const wanted = /^(?:--list=|-l)(.+)$/.exec(args[0] ?? '')?.[1] ?? args[1];
  if (wanted === undefined) return yield* say(sys, names());
  const answer = /^\d+$/.test(wanted) ? shortSignalName(Number(wanted)) : standardNumber(wanted);
  if (answer !== undefined) return yield* say(sys, `${answer}\n`);
  yield* writeAll(sys, 2, `${name}: unknown signal name ${wanted}\n`);
  return 0;
}

function standardNumber(name: string): number | undefined {
  const number = signalFrom(name);
  return number !== null && number <= 31 ? number : undefined;
}

function names(): string {
  const lines = [''];
  for (const number of standard) {
    const name = shortSignalName(number) ?? '';
    const last = lines[lines.length - 1] ?? '';
    if (last === '') lines[lines.length - 1] = name;
    else if (last.length + 1 + name.length < lineWidth) lines[lines.length - 1] = `${last} ${name}`;
    else lines.push(name);
  }
  return `${lines.join('\n')}\n`;
}

/** Seven in a row. */
function table(): string {
  const cells = standard.map((number) => `${String(number).padStart(2)} ${(shortSignalName(number) ?? '').padEnd(8)}`);
  const rows: string[] = [];
  for (let at = 0; at < cells.length; at += 7) {
    const row = cells.slice(at, at + 7);
    rows.push(row.length === 7 ? row.join('').trimEnd() : row.join(''));
  }
  return `${rows.join('\n')}\n`;
}

function* misuse(sys: Sys): Blocking<number> {
  yield* writeAll(sys, 2, usage);
  return 1;
}

function* say(sys: Sys, text: string): Blocking<number> {
  yield* writeAll(sys, 1, text);
  return 0;
}
