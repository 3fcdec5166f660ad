/** du: how much space files take, directories with what is in them (du(1)). */

import { type Blocking, decode, isSysError, type Stat, strerror } from '../../kernel/sim';
import { append } from '../lib/append';
import { outcome } from '../lib/attempt';
import { matchesPattern } from '../lib/glob';
import { formatSize, type SizeFormat } from '../lib/human';
import { readAll } from '../lib/io';
import { parseNumber, parseSigned, sizeSuffixes } from '../lib/numbers';
import { UsageError } from '../lib/options';
import { joinPath } from '../lib/paths';
import { fileKey, isDirectory, isSameDevice, lookUp } from '../lib/stat';
import { calendarOf, strftime } from '../lib/time';
import { sizeError, sizeFormat } from './common/size-argument';
import { chooseWord, Fatal, makeTool, type Tool, WordError } from './common/tool';

const timeWords = { atime: 'atime', access: 'atime', use: 'atime', ctime: 'ctime', status: 'ctime' } as const;
const timeStyles = { 'full-iso': '%Y-%m-%d %H:%M:%S.%N %z', 'long-iso': '%Y-%m-%d %H:%M', iso: '%Y-%m-%d' } as const;
const styleWords = { 'full-iso': 'full-iso', 'long-iso': 'long-iso', iso: 'iso' } as const;

interface DuSettings {
  all: boolean;
  total: boolean;
  depth: number;
  size: SizeFormat;
  what: 'blocks' | 'apparent' | 'inodes';
  separate: boolean;
  countLinks: boolean;
  dereference: 'never' | 'operands' | 'always';
  oneFileSystem: boolean;
  threshold: number;
  exclude: string[];
  time: 'mtime' | 'atime' | 'ctime' | null;
  timeFormat: string;
  end: string;
}

export const du = makeTool({
  name: 'du',
  writeError: () => ['write error'],
  options: [
    { short: 'a', long: 'all' },
    { long: 'apparent-size' },
    { short: '0', long: 'null' },
    { short: 'b', long: 'bytes' },
    { short: 'B', long: 'block-size', value: 'required' },
    { short: 'c', long: 'total' },
    { short: 'D', long: 'dereference-args' },
    { short: 'H', as: 'dereference-args' },
    { short: 'L', long: 'dereference' },
    { short: 'P', long: 'no-dereference' },
    { short: 'd', long: 'max-depth', value: 'required' },
    { long: 'exclude', value: 'required' },
    { short: 'X', long: 'exclude-from', value: 'required' },
    { long: 'files0-from', value: 'required' },
    { short: 'h', long: 'human-readable' },
    { long: 'inodes' },
    { short: 'k' },
    { short: 'l', long: 'count-links' },
    { short: 'm' },
    { short: 'S', long: 'separate-dirs' },
    { long: 'si' },
    { short: 's', long: 'summarize' },
    { short: 't', long: 'threshold', value: 'required' },
    { long: 'time', value: 'optional' },
    { long: 'time-style', value: 'required' },
    { short: 'x', long: 'one-file-system' },
  ],
  help: `[OPTION]... [FILE]...
Print how much space the FILEs take, directories with all that is in them.

  -a, --all              files, too, not only directories
      --apparent-size, -b, --bytes   sizes instead of space, in bytes
  -B, --block-size=SIZE, -k, -m   units     -h, --human-readable, --si   what fits
  -c, --total            a total at the end
  -D, -H, --dereference-args, -L, --dereference, -P, --no-dereference   links
  -d, --max-depth=N      only so deep       -s, --summarize   only the FILEs themselves
      --exclude=PATTERN, -X, --exclude-from=FILE   leave these out
      --files0-from=F    the names are in F, each ended by NUL
      --inodes           count inodes       -l, --count-links   every hard link
  -S, --separate-dirs    without subdirectories
  -t, --threshold=SIZE   only what is larger; -SIZE smaller
      --time[=WORD], --time-style=STYLE   with the time of the last change
  -x, --one-file-system  -0, --null`,
  *run(tool) {
    const settings = yield* readSettings(tool);
    const walker = new Walker(tool, settings);
    for (const name of yield* operands(tool)) yield* walker.operand(name);
    if (settings.total) yield* walker.print(walker.total, 'total');
  },
});

function* operands(tool: Tool): Blocking<readonly string[]> {
  const list = tool.value('files0-from');
  if (list === null) return tool.operands.length === 0 ? ['.'] : tool.operands;
  const [operand] = tool.operands;
  if (operand !== undefined) {
    throw new UsageError(`extra operand ${tool.quote(operand)}\nfile operands cannot be combined with --files0-from`);
  }
  const text = yield* readText(tool, list);
  return text.split('\0').filter((name) => name !== '');
}

function* readText(tool: Tool, name: string): Blocking<string> {
  try {
    return decode(yield* readAll(tool.sys, name === '-' ? 0 : yield* tool.sys.open(name, 0)));
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new Fatal(`${tool.bare(name)}: ${strerror(error.errno)}`);
  }
}

function* readSettings(tool: Tool): Blocking<DuSettings> {
  const depthText = tool.value('max-depth');
  const depth = depthText === null ? null : parseNumber(depthText);
  let isWrong = false;
  if (depth !== null && !depth.ok) {
    yield* tool.warn(`invalid maximum depth ${tool.word(depthText ?? '')}`);
    isWrong = true;
  }
  if (isWrong) throw new UsageError('');
  if (tool.has('all') && tool.has('summarize')) throw new UsageError('cannot both summarize and show all entries');
  if (tool.has('summarize') && depth?.ok) {
    if (depth.value > 0) throw new UsageError(`warning: summarizing conflicts with --max-depth=${depth.value}`);
    yield* tool.warn('warning: summarizing is the same as using --max-depth=0');
  }
  const isApparent = tool.has('apparent-size') || tool.has('bytes');
  const what = tool.has('inodes') ? 'inodes' : isApparent ? 'apparent' : 'blocks';
  if (what === 'inodes' && isApparent)
    yield* tool.warn('warning: options --apparent-size and -b are ineffective with --inodes');
  const timeWord = tool.value('time');
  const exclude = tool.options.values('exclude');
  for (const name of tool.options.values('exclude-from')) {
    append(
      exclude,
      (yield* readText(tool, name)).split('\n').filter((line) => line !== ''),
    );
  }
  const last = tool.options.given.findLast(({ name }) => /dereference/.test(name))?.name;
  return {
    all: tool.has('all'),
    total: tool.has('total'),
    depth: tool.has('summarize') ? 0 : depth?.ok ? depth.value : Number.POSITIVE_INFINITY,
    size: sizeFormat(tool, 'DU_BLOCK_SIZE'),
    what,
    separate: tool.has('separate-dirs'),
    countLinks: tool.has('count-links'),
    dereference: last === 'dereference' ? 'always' : last === 'dereference-args' ? 'operands' : 'never',
    oneFileSystem: tool.has('one-file-system'),
    threshold: threshold(tool),
    exclude,
    time: tool.has('time') ? (timeWord === null ? 'mtime' : chooseWord(tool, timeWord, '--time', timeWords)) : null,
    timeFormat: tool.has('time') ? timeFormat(tool) : '',
    end: tool.has('null') ? '\0' : '\n',
  };
}

function threshold(tool: Tool): number {
  const text = tool.value('threshold');
  if (text === null) return 0;
  const parsed = parseSigned(text, sizeSuffixes);
  if (!parsed.ok) throw sizeError(tool, 'threshold', text);
  if (parsed.value === 0 && text.startsWith('-')) throw new Fatal(`invalid --threshold argument ${tool.quote('-0')}`);
  return parsed.value;
}

function timeFormat(tool: Tool): string {
  const style = tool.value('time-style') ?? tool.env.TIME_STYLE ?? 'long-iso';
  if (style.startsWith('+')) return style.slice(1);
  if (style === 'locale' && tool.value('time-style') === null) return timeStyles['long-iso'];
  try {
    return timeStyles[chooseWord(tool, style.replace(/^posix-/, ''), 'time style', styleWords)];
  } catch (error) {
    if (!(error instanceof WordError)) throw error;
    throw new WordError(`${error.message}\n  - +FORMAT (e.g., +%H:%M) for a 'date'-style format`);
  }
}

interface Amount {
  size: number;
  inodes: number;
  time: number;
}

class Walker {
  readonly total: Amount = { size: 0, inodes: 0, time: 0 };
  readonly #seen = new Set<string>();

  constructor(
    private readonly tool: Tool,
    private readonly settings: DuSettings,
  ) {}

  *operand(name: string): Blocking<void> {
    if (name === '') return yield* this.tool.fail('invalid zero-length file name');
    const amount = yield* this.#visit(name, 0, null);
    if (amount !== null) add(this.total, amount);
  }

  *print(amount: Amount, name: string): Blocking<void> {
    const { settings, tool } = this;
    const value = settings.what === 'inodes' ? amount.inodes : amount.size;
    const { threshold } = settings;
    if (threshold >= 0 ? value < threshold : value > -threshold) return;
    const isCount = settings.what === 'inodes' && typeof settings.size.unit === 'number';
    const number = isCount ? String(value) : formatSize(value, settings.size);
    const time = settings.time === null ? '' : `${strftime(settings.timeFormat, calendarOf(amount.time))}\t`;
    yield* tool.write(`${number}\t${time}${name}${settings.end}`);
  }

  /** All of a file or directory; null when it does not count. */
  *#visit(path: string, level: number, device: Stat | null): Blocking<Amount | null> {
    const { tool, settings } = this;
    const name = level === 0 ? path : path.slice(path.lastIndexOf('/') + 1);
    const isExcluded = (pattern: string) => matchesPattern(pattern, name) || matchesPattern(pattern, path);
    if (settings.exclude.some(isExcluded)) return null;
    const follows = settings.dereference === 'always' || (settings.dereference === 'operands' && level === 0);
    const stat = lookUp(tool.sys, path, follows);
    if (typeof stat === 'string') {
      yield* tool.failWith(`cannot access ${tool.quote(path)}`, stat);
      return null;
    }
    if (settings.oneFileSystem && device !== null && !isSameDevice(stat, device)) return null;
    const counts = settings.countLinks || (!isDirectory(stat) && stat.nlink <= 1);
    if (!counts || isDirectory(stat)) {
      const key = fileKey(stat);
      if (!settings.countLinks && this.#seen.has(key)) return null;
      this.#seen.add(key);
    }
    yield* tool.sys.checkpoint();
    const own = this.#amountOf(stat);
    if (!isDirectory(stat)) {
      if ((settings.all && level <= settings.depth) || level === 0) yield* this.print(own, path);
      return own;
    }
    return yield* this.#directory(path, level, device ?? stat, own);
  }

  *#directory(path: string, level: number, device: Stat, own: Amount): Blocking<Amount> {
    const { tool, settings } = this;
    const found = outcome(() => tool.sys.readdir(path));
    if (typeof found === 'string') yield* tool.failWith(`cannot read directory ${tool.quote(path)}`, found);
    const all = { ...own };
    const shown = { ...own };
    for (const entry of typeof found === 'string' ? [] : found) {
      if (entry.name === '.' || entry.name === '..') continue;
      const amount = yield* this.#visit(joinPath(path, entry.name), level + 1, device);
      if (amount === null) continue;
      add(all, amount);
      const isSubdirectory = entry.type === 0o040000;
      if (!settings.separate || !isSubdirectory) add(shown, amount);
    }
    if (level <= settings.depth) yield* this.print(shown, path);
    return all;
  }

  #amountOf(stat: Stat): Amount {
    const { time, what } = this.settings;
    return {
      size: what === 'apparent' ? stat.size : stat.blocks * 512,
      inodes: 1,
      time: time === null ? 0 : stat[time],
    };
  }
}

function add(sum: Amount, { size, inodes, time }: Amount): void {
  sum.size += size;
  sum.inodes += inodes;
  sum.time = Math.max(sum.time, time);
}
