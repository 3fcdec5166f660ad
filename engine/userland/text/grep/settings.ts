/** The settings of grep, from its options in the order they were given. */
import { bare } from '../../../kernel/sim';
import { type GivenOption, type ParsedOptions, parseOptions, UsageError } from '../../lib/options';
import { specs } from './options';

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

/** What options without a value set. */
const switches: Readonly<Record<string, Partial<Settings>>> = bare({
  'extended-regexp': { dialect: 'extended' },
  'fixed-strings': { dialect: 'fixed' },
  'basic-regexp': { dialect: 'basic' },
  'perl-regexp': { dialect: 'perl' },
  'ignore-case': { ignoreCase: true },
  'no-ignore-case': { ignoreCase: false },
  'word-regexp': { wholeWord: true },
  'line-regexp': { wholeLine: true },
  'null-data': { nullData: true },
  'no-messages': { noMessages: true },
  'invert-match': { invert: true },
  'byte-offset': { byteOffset: true },
  'line-number': { lineNumber: true },
  'line-buffered': { lineBuffered: true },
  'with-filename': { withFilename: true },
  'no-filename': { withFilename: false },
  'only-matching': { onlyMatching: true },
  quiet: { quiet: true },
  text: { binary: 'text' },
  'without-match': { binary: 'without-match' },
  recursive: { recursive: 'yes' },
  'dereference-recursive': { recursive: 'following' },
  'files-without-match': { list: 'lacking' },
  'files-with-matches': { list: 'matching' },
  count: { count: true },
  'initial-tab': { initialTab: true },
  null: { nullNames: true },
  'no-group-separator': { separator: null },
});

/** What becomes of the others; `value` is null where an optional one is missing, `text` empty then. */
const actions: Readonly<Record<string, (settings: Settings, text: string, value: string | null) => void>> = bare({
  regexp: (settings, text) => {
    settings.patterns.push({ text });
  },
  file: (settings, text) => {
    settings.patterns.push({ file: text });
  },
  version: (settings) => {
    settings.help ??= 'version';
  },
  help: (settings) => {
    settings.help ??= 'help';
  },
  'max-count': (settings, text) => {
    if (!/^\s*[-+]?\d+$/.test(text)) throw new ValueError('invalid max count');
    settings.maxCount = Number(text) < 0 ? Number.POSITIVE_INFINITY : Number(text);
  },
  label: (settings, text) => {
    settings.label = text;
  },
  'binary-files': (settings, text) => {
    if (text !== 'binary' && text !== 'text' && text !== 'without-match')
      throw new ValueError('unknown binary-files type');
    settings.binary = text;
  },
  directories: (settings, text) => {
    if (text === 'recurse') settings.recursive = 'yes';
    else if (text === 'read' || text === 'skip') settings.directories = text;
    else
      throw new ArgumentError(
        `invalid argument ‘${text}’ for ‘--directories’\nValid arguments are:\n  - ‘read’\n  - ‘recurse’\n  - ‘skip’`,
      );
  },
  devices: (_, text) => {
    if (text !== 'read' && text !== 'skip') throw new UsageError('unknown devices method');
  },
  include: (settings, text) => {
    settings.files.push({ glob: text, include: true });
  },
  exclude: (settings, text) => {
    settings.files.push({ glob: text, include: false });
  },
  'exclude-from': (settings, text) => {
    settings.excludeFrom.push(text);
  },
  'exclude-dir': (settings, text) => {
    settings.excludeDirectories.push(text.replace(/(.)\/+$/, '$1'));
  },
  'group-separator': (settings, text) => {
    settings.separator = text;
  },
  color: (settings, text, value) => {
    const when = text.toLowerCase();
    if (['always', 'yes', 'force'].includes(when)) settings.color = 'always';
    else if (['never', 'no', 'none'].includes(when)) settings.color = 'never';
    else if (value === null || ['auto', 'tty', 'if-tty'].includes(when)) settings.color = 'auto';
    else settings.help = 'help';
  },
});

function apply(settings: Settings, { name, value }: GivenOption): void {
  Object.assign(settings, switches[name]);
  actions[name]?.(settings, value ?? '', value);
}
