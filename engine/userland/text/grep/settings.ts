/** The command line of grep (grep(1), GNU grep 3.8). */
import { type GivenOption, type OptionSpec, type ParsedOptions, parseOptions, UsageError } from '../../lib/options';

export interface Settings {
  dialect: 'basic' | 'extended' | 'fixed' | 'perl';
  /** -e, and -f names files of them; null: the first operand is the pattern. */
  patterns: Array<{ text: string } | { file: string }>;
  ignoreCase: boolean;
  wholeWord: boolean;
  wholeLine: boolean;
  invert: boolean;
  count: boolean;
  list: 'matching' | 'lacking' | null;
  maxCount: number;
  lineNumber: boolean;
  byteOffset: boolean;
  withFilename: boolean | null;
  onlyMatching: boolean;
  quiet: boolean;
  noMessages: boolean;
  recursive: 'no' | 'yes' | 'following';
  directories: 'read' | 'skip';
  /** Lines of context; -1 when none was asked for. */
  before: number;
  after: number;
  separator: string | null;
  nullData: boolean;
  nullNames: boolean;
  initialTab: boolean;
  binary: 'binary' | 'text' | 'without-match';
  color: 'always' | 'never' | 'auto';
  label: string;
  lineBuffered: boolean;
  files: Array<{ glob: string; include: boolean }>;
  excludeDirectories: string[];
  excludeFrom: string[];
  help: 'help' | 'version' | null;
  operands: string[];
}

/** A value that is wrong: printed after `grep: `, without the usage. */
export class ValueError extends Error {}

/** A value out of a list: argmatch of gnulib ends with status 1. */
export class ArgumentError extends UsageError {}

const flag = (short: string, long: string, as = long): OptionSpec => ({ short, long, as });
const taking = (short: string, long: string, as = long): OptionSpec => ({ short, long, as, value: 'required' });

const specs: OptionSpec[] = [
  flag('E', 'extended-regexp'),
  flag('F', 'fixed-strings'),
  flag('G', 'basic-regexp'),
  flag('P', 'perl-regexp'),
  taking('e', 'regexp'),
  taking('f', 'file'),
  flag('i', 'ignore-case'),
  flag('y', 'ignore-case'),
  { long: 'no-ignore-case' },
  flag('w', 'word-regexp'),
  flag('z', 'null-data'),
  flag('s', 'no-messages'),
  flag('v', 'invert-match'),
  flag('V', 'version'),
  { long: 'help' },
  taking('m', 'max-count'),
  flag('b', 'byte-offset'),
  { long: 'line-buffered' },
  flag('n', 'line-number'),
  flag('x', 'line-regexp'),
  flag('H', 'with-filename'),
  flag('h', 'no-filename'),
  { long: 'label', value: 'required' },
  flag('o', 'only-matching'),
  flag('q', 'quiet'),
  { long: 'silent', as: 'quiet' },
  { long: 'binary-files', value: 'required' },
  flag('a', 'text'),
  { short: 'I', as: 'without-match' },
  taking('d', 'directories'),
  taking('D', 'devices'),
  flag('r', 'recursive'),
  flag('R', 'dereference-recursive'),
  { long: 'include', value: 'required' },
  { long: 'exclude', value: 'required' },
  { long: 'exclude-from', value: 'required' },
  { long: 'exclude-dir', value: 'required' },
  flag('L', 'files-without-match'),
  flag('l', 'files-with-matches'),
  flag('c', 'count'),
  flag('T', 'initial-tab'),
  flag('Z', 'null'),
  taking('B', 'before-context'),
  taking('A', 'after-context'),
  taking('C', 'context'),
  { long: 'group-separator', value: 'required' },
  { long: 'no-group-separator' },
  { long: 'color', value: 'optional' },
  { long: 'colour', value: 'optional', as: 'color' },
  flag('U', 'binary'),
  ...[...'0123456789'].map((digit) => ({ short: digit, as: `digit-${digit}` })),
];

export function readSettings(args: readonly string[], name: string): Settings {
  const parsed = parseOptions(args, specs);
  const settings = initial(parsed, name);
  for (const option of parsed.given) apply(settings, option);
  const digits = contextDigits(parsed);
  if (digits !== null) settings.before = settings.after = digits;
  for (const { name: option, value } of parsed.given) {
    if (option === 'context') settings.before = settings.after = contextLength(value);
  }
  for (const { name: option, value } of parsed.given) {
    if (option === 'before-context') settings.before = contextLength(value);
    if (option === 'after-context') settings.after = contextLength(value);
  }
  return settings;
}

function initial(parsed: ParsedOptions, name: string): Settings {
  const base = name.slice(name.lastIndexOf('/') + 1);
  return {
    dialect: base === 'egrep' ? 'extended' : base === 'fgrep' ? 'fixed' : 'basic',
    patterns: [],
    ignoreCase: false,
    wholeWord: false,
    wholeLine: false,
    invert: false,
    count: false,
    list: null,
    maxCount: Number.POSITIVE_INFINITY,
    lineNumber: false,
    byteOffset: false,
    withFilename: null,
    onlyMatching: false,
    quiet: false,
    noMessages: false,
    recursive: 'no',
    directories: 'read',
    before: -1,
    after: -1,
    separator: '--',
    nullData: false,
    nullNames: false,
    initialTab: false,
    binary: 'binary',
    color: 'never',
    label: '(standard input)',
    lineBuffered: false,
    files: [],
    excludeDirectories: [],
    excludeFrom: [],
    help: null,
    operands: parsed.operands,
  };
}

/** `-12` and `-1 -2` both say 12. */
function contextDigits(parsed: ParsedOptions): number | null {
  const digits = parsed.given
    .filter(({ name }) => name.startsWith('digit-'))
    .map(({ name }) => name.slice('digit-'.length));
  return digits.length === 0 ? null : Number(digits.join(''));
}

function contextLength(value: string | null): number {
  if (value === null || !/^\d+$/.test(value)) throw new ValueError(`${value}: invalid context length argument`);
  return Number(value);
}

function apply(settings: Settings, { name, value }: GivenOption): void {
  const text = value ?? '';
  const actions: Record<string, () => void> = {
    'extended-regexp': () => {
      settings.dialect = 'extended';
    },
    'fixed-strings': () => {
      settings.dialect = 'fixed';
    },
    'basic-regexp': () => {
      settings.dialect = 'basic';
    },
    'perl-regexp': () => {
      settings.dialect = 'perl';
    },
    regexp: () => {
      settings.patterns.push({ text });
    },
    file: () => {
      settings.patterns.push({ file: text });
    },
    'ignore-case': () => {
      settings.ignoreCase = true;
    },
    'no-ignore-case': () => {
      settings.ignoreCase = false;
    },
    'word-regexp': () => {
      settings.wholeWord = true;
    },
    'line-regexp': () => {
      settings.wholeLine = true;
    },
    'null-data': () => {
      settings.nullData = true;
    },
    'no-messages': () => {
      settings.noMessages = true;
    },
    'invert-match': () => {
      settings.invert = true;
    },
    version: () => {
      settings.help ??= 'version';
    },
    help: () => {
      settings.help ??= 'help';
    },
    'max-count': () => {
      if (!/^\s*[-+]?\d+$/.test(text)) throw new ValueError('invalid max count');
      settings.maxCount = Number(text) < 0 ? Number.POSITIVE_INFINITY : Number(text);
    },
    'byte-offset': () => {
      settings.byteOffset = true;
    },
    'line-number': () => {
      settings.lineNumber = true;
    },
    'line-buffered': () => {
      settings.lineBuffered = true;
    },
    'with-filename': () => {
      settings.withFilename = true;
    },
    'no-filename': () => {
      settings.withFilename = false;
    },
    label: () => {
      settings.label = text;
    },
    'only-matching': () => {
      settings.onlyMatching = true;
    },
    quiet: () => {
      settings.quiet = true;
    },
    'binary-files': () => {
      if (text !== 'binary' && text !== 'text' && text !== 'without-match')
        throw new ValueError('unknown binary-files type');
      settings.binary = text;
    },
    text: () => {
      settings.binary = 'text';
    },
    'without-match': () => {
      settings.binary = 'without-match';
    },
    directories: () => {
      if (text === 'recurse') settings.recursive = 'yes';
      else if (text === 'read' || text === 'skip') settings.directories = text;
      else
        throw new ArgumentError(
          `invalid argument ‘${text}’ for ‘--directories’\nValid arguments are:\n  - ‘read’\n  - ‘recurse’\n  - ‘skip’`,
        );
    },
    devices: () => {
      if (text !== 'read' && text !== 'skip') throw new UsageError('unknown devices method');
    },
    recursive: () => {
      settings.recursive = 'yes';
    },
    'dereference-recursive': () => {
      settings.recursive = 'following';
    },
    include: () => {
      settings.files.push({ glob: text, include: true });
    },
    exclude: () => {
      settings.files.push({ glob: text, include: false });
    },
    'exclude-from': () => {
      settings.excludeFrom.push(text);
    },
    'exclude-dir': () => {
      settings.excludeDirectories.push(text.replace(/(.)\/+$/, '$1'));
    },
    'files-without-match': () => {
      settings.list = 'lacking';
    },
    'files-with-matches': () => {
      settings.list = 'matching';
    },
    count: () => {
      settings.count = true;
    },
    'initial-tab': () => {
      settings.initialTab = true;
    },
    null: () => {
      settings.nullNames = true;
    },
    'group-separator': () => {
      settings.separator = text;
    },
    'no-group-separator': () => {
      settings.separator = null;
    },
    color: () => {
      const when = text.toLowerCase();
      if (['always', 'yes', 'force'].includes(when)) settings.color = 'always';
      else if (['never', 'no', 'none'].includes(when)) settings.color = 'never';
      else if (value === null || ['auto', 'tty', 'if-tty'].includes(when)) settings.color = 'auto';
      else settings.help = 'help';
    },
  };
  actions[name]?.();
}
