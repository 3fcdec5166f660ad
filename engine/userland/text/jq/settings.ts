/** The command line of jq. */
import { type Blocking, bare, type Sys, strerror } from '../../../kernel/sim';
import { readAll } from '../../lib/io';
import { closeInput, openInput } from '../common/input';
import { decodeLossless } from '../common/lossless';
import type { Json } from './json';
import { JsonParseError, JsonReader } from './json-reader';
import type { PrintOptions } from './json-text';

export interface JqSettings {
  program: string | null;
  fromFile: boolean;
  files: string[];
  nullInput: boolean;
  slurp: boolean;
  rawInput: boolean;
  raw: boolean;
  join: boolean;
  exitStatus: boolean;
  unbuffered: boolean;
  seq: boolean;
  print: PrintOptions;
  variables: Map<string, Json>;
  show: 'version' | 'help' | null;
}

export class JqUsageError extends Error {
  constructor(
    message: string,
    readonly withHint = true,
  ) {
    super(message);
  }
}

export const usage = `jq - commandline JSON processor [version 1.6]

Usage:	jq [options] <jq filter> [file...]

Runs a filter over JSON values and prints what it gives as JSON.

  -c  one line a value       -r  strings without quotes   -j  as -r, without newlines
  -n  null as only input     -s  all inputs as one array  -R  lines of text as strings
  -S  sorted keys            -C, -M  with, without colour  -e  exit status by the last value
  --tab, --indent N          -f FILE  the filter is in FILE
  --arg N V, --argjson N V, --slurpfile N F, --rawfile N F, --args, --jsonargs
`;

const flags: Readonly<Record<string, (settings: JqSettings) => void>> = bare({
  n: (s) => {
    s.nullInput = true;
  },
  s: (s) => {
    s.slurp = true;
  },
  R: (s) => {
    s.rawInput = true;
  },
  r: (s) => {
    s.raw = true;
  },
  j: (s) => {
    s.raw = true;
    s.join = true;
  },
  a: (s) => {
    s.print.ascii = true;
  },
  c: (s) => {
    s.print.indent = null;
  },
  C: (s) => {
    s.print.color = true;
  },
  M: (s) => {
    s.print.color = false;
  },
  S: (s) => {
    s.print.sortKeys = true;
  },
  e: (s) => {
    s.exitStatus = true;
  },
  f: (s) => {
    s.fromFile = true;
  },
  h: (s) => {
    s.show = 'help';
  },
});
const words: Readonly<Record<string, string>> = bare({
  'null-input': 'n',
  slurp: 's',
  'raw-input': 'R',
  'raw-output': 'r',
  'join-output': 'j',
  'ascii-output': 'a',
  'compact-output': 'c',
  'color-output': 'C',
  'monochrome-output': 'M',
  'sort-keys': 'S',
  'exit-status': 'e',
  'from-file': 'f',
  help: 'h',
});

export function* readSettings(sys: Sys, args: readonly string[]): Blocking<JqSettings> {
  const settings: JqSettings = {
    program: null,
    fromFile: false,
    files: [],
    nullInput: false,
    slurp: false,
    rawInput: false,
    raw: false,
    join: false,
    exitStatus: false,
    unbuffered: false,
    seq: false,
    print: { indent: '  ', color: sys.isatty(1), sortKeys: false, ascii: false },
    variables: new Map(),
    show: null,
  };
  const positional: Json[] = [];
  const rest = [...args];
  let mode: 'files' | 'args' | 'jsonargs' = 'files';
  let optionsEnded = false;
  const take = (name: string, count: number) => {
    if (rest.length < count)
      throw new JqUsageError(
        `--${name} takes ${count === 2 ? 'two parameters' : 'one parameter'} (e.g. --${name} ${count === 2 ? 'varname value' : 'n'})`,
      );
    return [rest.shift() ?? '', count === 2 ? (rest.shift() ?? '') : ''] as const;
  };
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (optionsEnded || !arg.startsWith('-') || arg === '-') {
      if (settings.program === null) settings.program = arg;
      else if (mode === 'files') settings.files.push(arg);
      else positional.push(mode === 'args' ? arg : parseValue(arg, 'jsonargs'));
    } else if (arg === '--') optionsEnded = true;
    else if (!arg.startsWith('--')) applyLetters(settings, arg);
    else if (arg === '--args' || arg === '--jsonargs') mode = arg === '--args' ? 'args' : 'jsonargs';
    else yield* applyWord(sys, settings, arg.slice(2), take);
  }
  const named = new Map([...settings.variables]);
  settings.variables.set(
    'ARGS',
    new Map<string, Json>([
      ['positional', positional],
      ['named', named],
    ]),
  );
  return settings;
}

function applyLetters(settings: JqSettings, arg: string): void {
  for (const letter of arg.slice(1)) {
    if (letter === 'V') settings.show = 'version';
    else if (flags[letter]) flags[letter](settings);
    else throw new JqUsageError(`Unknown option ${arg}`.replace(/^/, ''));
  }
}

function* applyWord(
  sys: Sys,
  settings: JqSettings,
  name: string,
  take: (name: string, count: number) => readonly [string, string],
): Blocking<void> {
  const letter = words[name];
  if (letter !== undefined) flags[letter]?.(settings);
  else if (name === 'version') settings.show = 'version';
  else if (name === 'tab') settings.print.indent = '\t';
  else if (name === 'unbuffered') settings.unbuffered = true;
  else if (name === 'seq') settings.seq = true;
  else if (name === 'indent') {
    const [text] = take(name, 1);
    const size = Number(text);
    if (!Number.isInteger(size) || size < -1 || size > 7)
      throw new JqUsageError('--indent takes a number between -1 and 7');
    settings.print.indent = size <= 0 ? null : ' '.repeat(size);
  } else if (name === 'arg') {
    const [variable, value] = take(name, 2);
    settings.variables.set(variable, value);
  } else if (name === 'argjson') {
    const [variable, value] = take(name, 2);
    settings.variables.set(variable, parseValue(value, name));
  } else if (name === 'slurpfile' || name === 'rawfile') {
    const [variable, file] = take(name, 2);
    settings.variables.set(variable, yield* readFileValue(sys, name, file, variable));
  } else throw new JqUsageError(`Unknown option --${name}`);
}

function parseValue(text: string, option: string): Json {
  try {
    const value = new JsonReader(text).next();
    if (value !== undefined) return value;
  } catch (error) {
    if (!(error instanceof JsonParseError)) throw error;
  }
  throw new JqUsageError(
    option === 'jsonargs' ? 'invalid JSON text passed to --jsonargs' : `invalid JSON text passed to --${option}`,
  );
}

function* readFileValue(sys: Sys, option: string, file: string, variable: string): Blocking<Json> {
  const opened = yield* openInput(sys, file);
  if ('errno' in opened)
    throw new JqUsageError(
      `Bad JSON in --${option} ${variable} ${file}: Could not open ${file}: ${strerror(opened.errno)}`,
      false,
    );
  const text = decodeLossless(yield* readAll(sys, opened.fd));
  closeInput(sys, opened.fd);
  if (option === 'rawfile') return text;
  const items: Json[] = [];
  try {
    const reader = new JsonReader(text);
    for (let item = reader.next(); item !== undefined; item = reader.next()) items.push(item);
  } catch (error) {
    if (!(error instanceof JsonParseError)) throw error;
    throw new JqUsageError(`Bad JSON in --${option} ${variable} ${file}: ${error.message}`, false);
  }
  return items;
}
