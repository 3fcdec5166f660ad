/** awk: Debian's is mawk (mawk(1), 1.3.4), and so is this one in what it prints. It knows bytes, not characters. */
import { type Blocking, encode, type Sys, strerror } from '../../../kernel/sim';
import { readAll, writeAll } from '../../lib/io';
import { RegexBudgetError, RegexError } from '../../regex';
import { closeInput, openInput } from '../common/input';
import { decodeLatin1, encodeLatin1 } from '../common/lossless';
import type { Environment } from '../common/spawn';
import { Machine } from './machine';
import { parseProgram } from './parser';
import { AwkRuntimeError } from './runtime';
import { AwkStreamError } from './streams';
import { AwkSyntaxError } from './tokens';
import { InputText } from './values';

const versionText = `mawk 1.3.4 20200120
Copyright 2008-2019,2020, Thomas E. Dickey
Copyright 1991-1996,2014, Michael D. Brennan

random-funcs:       srandom/random
regex-funcs:        internal
compiled limits:
sprintf buffer      8192
maximum-integer     2147483647
`;
const usage = `Usage: mawk [Options] [Program] [file ...]

  -f FILE        the program is in FILE (more than one may be given)
  -F VALUE       sets FS
  -v VAR=VALUE   sets a variable before the program begins
  --             ends the options
  -W version     says the version
`;

/** The command line is wrong; the text stands behind \`awk: \`. */
class OptionError extends Error {}

interface Settings {
  sources: string[];
  separator: string | null;
  assignments: string[];
  show: 'version' | 'usage' | null;
  /** Options of -W that mean nothing. */
  vacuous: string[];
  operands: string[];
}

export function* awk(sys: Sys, argv: readonly string[], env: Environment): Blocking<number> {
  const name = (argv[0] ?? 'awk').split('/').at(-1) ?? 'awk';
  let machine: Machine | null = null;
  try {
    const settings = readOptions(argv.slice(1));
    if (settings.show !== null) {
      yield* writeAll(sys, settings.show === 'version' ? 1 : 2, settings.show === 'version' ? versionText : usage);
      return 0;
    }
    for (const option of settings.vacuous) yield* writeAll(sys, 2, `${name}: vacuous option: -W ${option}\n`);
    const source = yield* readProgram(sys, settings);
    if (source === null) {
      yield* writeAll(sys, 2, usage);
      return 0;
    }
    machine = new Machine(sys, env, parseProgram(source));
    prepare(machine, settings, name, env);
    return yield* machine.run();
  } catch (error) {
    yield* writeAll(sys, 2, encodeLatin1(`${name}: ${explain(error, machine)}\n`));
    if (machine && error instanceof AwkRuntimeError) machine.streams.print(error.partial);
    if (machine) yield* machine.streams.closeAll();
    return 2;
  }
}

function explain(error: unknown, machine: Machine | null): string {
  if (error instanceof AwkRuntimeError || error instanceof RegexBudgetError) {
    const runtime = machine?.runtime;
    const at = `\tFILENAME="${runtime?.textOf('FILENAME') ?? ''}" FNR=${runtime?.textOf('FNR') ?? 0} NR=${runtime?.textOf('NR') ?? 0}`;
    return `run time error: ${error.message}\n${at}`;
  }
  if (error instanceof RegexError) return `regular expression compile failed (${error.message})`;
  if (error instanceof AwkSyntaxError || error instanceof AwkStreamError || error instanceof OptionError)
    return error.message;
  throw error;
}

function readOptions(args: readonly string[]): Settings {
  const settings: Settings = { sources: [], separator: null, assignments: [], show: null, vacuous: [], operands: [] };
  let at = 0;
  for (; at < args.length; at++) {
    const arg = args[at] ?? '';
    if (arg === '--') {
      at++;
      break;
    }
    if (!arg.startsWith('-') || arg === '-') break;
    const letter = arg[1] ?? '';
    if (!'fFvW'.includes(letter)) throw new OptionError(`not an option: ${arg}`);
    const value = arg.length > 2 ? arg.slice(2) : args[++at];
    if (value === undefined) throw new OptionError(`option -${letter} lacks argument`);
    applyOption(settings, letter, value);
  }
  settings.operands = args.slice(at);
  return settings;
}

function applyOption(settings: Settings, letter: string, value: string): void {
  if (letter === 'f') settings.sources.push(value);
  else if (letter === 'F') settings.separator = value;
  else if (letter === 'v') {
    if (!/^[A-Za-z_]\w*=/.test(value)) throw new OptionError(`improper assignment: -v ${value}`);
    settings.assignments.push(value);
  } else if ('version'.startsWith(value)) settings.show = 'version';
  else if ('usage'.startsWith(value) || 'help'.startsWith(value)) settings.show = 'usage';
  else if (!'interactive'.startsWith(value) && !'posix_space'.startsWith(value)) settings.vacuous.push(value);
}

function* readProgram(sys: Sys, settings: Settings): Blocking<string | null> {
  if (settings.sources.length === 0) {
    const program = settings.operands.shift();
    return program === undefined ? null : bytesOf(program);
  }
  const parts: string[] = [];
  for (const file of settings.sources) {
    const opened = yield* openInput(sys, file);
    if ('errno' in opened) throw new OptionError(`cannot open ${file} (${strerror(opened.errno)})`);
    parts.push(decodeLatin1(yield* readAll(sys, opened.fd)));
    closeInput(sys, opened.fd);
  }
  return parts.join('\n');
}

function bytesOf(text: string): string {
  return decodeLatin1(encode(text));
}

function prepare(machine: Machine, settings: Settings, name: string, env: Environment): void {
  const { runtime } = machine;
  const environ = runtime.array('ENVIRON');
  for (const [key, value] of Object.entries(env)) environ.set(bytesOf(key), new InputText(bytesOf(value)));
  const operands = runtime.array('ARGV');
  operands.set('0', name, true);
  for (const [at, operand] of settings.operands.entries())
    operands.set(String(at + 1), new InputText(bytesOf(operand)), true);
  runtime.set('ARGC', settings.operands.length + 1);
  if (settings.separator !== null) machine.assign('FS', bytesOf(settings.separator));
  for (const assignment of settings.assignments) {
    const equals = assignment.indexOf('=');
    machine.assign(assignment.slice(0, equals), bytesOf(assignment.slice(equals + 1)));
  }
}
