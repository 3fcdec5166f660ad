/** The command line of tar: old style (`tar xf FILE`), short and long options, and names between them (tar(1), version 1.34). */
import { append } from '../../lib/append';
import { type GivenOption, type OptionSpec, parseOptions } from '../../lib/options';

const plain = (long: string, short?: string, as = long): OptionSpec => ({ long, as, ...(short ? { short } : {}) });
const valued = (long: string, short?: string): OptionSpec => ({ ...plain(long, short), value: 'required' });

const specs: readonly OptionSpec[] = [
  plain('create', 'c'),
  plain('extract', 'x'),
  plain('get', undefined, 'extract'),
  plain('list', 't'),
  valued('file', 'f'),
  valued('directory', 'C'),
  plain('verbose', 'v'),
  plain('gzip', 'z'),
  plain('gunzip', undefined, 'gzip'),
  plain('ungzip', undefined, 'gzip'),
  plain('bzip2', 'j'),
  plain('xz', 'J'),
  plain('zstd'),
  valued('use-compress-program', 'I'),
  plain('auto-compress', 'a'),
  plain('absolute-names', 'P'),
  plain('preserve-permissions', 'p'),
  plain('same-permissions', undefined, 'preserve-permissions'),
  plain('no-same-permissions'),
  plain('same-owner'),
  plain('no-same-owner', 'o'),
  plain('touch', 'm'),
  plain('keep-old-files', 'k'),
  plain('skip-old-files'),
  plain('overwrite'),
  plain('unlink-first', 'U'),
  plain('recursive-unlink'),
  plain('to-stdout', 'O'),
  plain('numeric-owner'),
  valued('owner'),
  valued('group'),
  valued('mode'),
  valued('mtime'),
  valued('sort'),
  valued('exclude'),
  valued('exclude-from', 'X'),
  valued('files-from', 'T'),
  valued('strip-components'),
  plain('no-recursion'),
  plain('recursion'),
  plain('one-file-system'),
  plain('dereference', 'h'),
  valued('format', 'H'),
  plain('xattrs'),
  plain('no-xattrs'),
  plain('wildcards'),
  plain('no-wildcards'),
  plain('full-time'),
  plain('utc'),
  plain('help', '?'),
  plain('usage'),
  plain('version'),
];

/** What an option without a dash in front stands for. */
const ofLetter = new Map(specs.flatMap((spec) => (spec.short === undefined ? [] : [[spec.short, spec] as const])));

/** In the order they stood there: `-C` changes what the names after it mean. */
export type Argument = { is: 'option'; option: GivenOption } | { is: 'name'; name: string };

/** Ends the program: `text` without its name, and a hint at --help. */
export class Misuse extends Error {
  constructor(
    text: string,
    readonly status = 2,
  ) {
    super(text);
  }
}

/** Errors: `Misuse`, `UsageError`. */
export function readArguments(args: readonly string[]): Argument[] {
  const [first] = args;
  const modern = first === undefined || first.startsWith('-') ? args : modernised(first, args.slice(1));
  const dashes = modern.indexOf('--');
  const found: Argument[] = [];
  let rest = dashes < 0 ? modern : modern.slice(0, dashes);
  while (rest.length > 0) {
    const { given, operands } = parseOptions(rest, specs, { stopAtOperand: true });
    append(
      found,
      given.map((option) => ({ is: 'option', option })),
    );
    const [name, ...behind] = operands;
    if (name !== undefined) found.push({ is: 'name', name });
    rest = behind;
  }
  if (dashes >= 0)
    append(
      found,
      modern.slice(dashes + 1).map((name) => ({ is: 'name', name })),
    );
  return found;
}

/** `xfC a.tar dir` is `-x -f a.tar -C dir`. */
function modernised(letters: string, rest: readonly string[]): string[] {
  const values = [...rest];
  const options: string[] = [];
  for (const letter of letters) {
    options.push(`-${letter}`);
    if (ofLetter.get(letter)?.value === undefined) continue;
    const value = values.shift();
    if (value === undefined) throw new Misuse(`Old option '${letter}' requires an argument.`);
    options.push(value);
  }
  return [...options, ...values];
}
