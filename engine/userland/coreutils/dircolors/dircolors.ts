/** dircolors: sets the colours of ls (dircolors(1)). */
import { type Blocking, decode, isSysError, strerror } from '../../../kernel/sim';
import { matchesPattern } from '../../lib/glob';
import { readAll } from '../../lib/io';
import { UsageError } from '../../lib/options';
import { baseName } from '../../lib/paths';
import { quoteArg } from '../../lib/quote';
import { Fatal, makeTool, type Tool } from '../common/tool';
import { endings, kinds, otherKeywords, terminals } from './database';

type Setting = readonly [key: string, sequence: string];

export const dircolors = makeTool({
  name: 'dircolors',
  options: [
    { short: 'b', long: 'sh', as: 'sh' },
    { long: 'bourne-shell', as: 'sh' },
    { short: 'c', long: 'csh', as: 'csh' },
    { long: 'c-shell', as: 'csh' },
    { short: 'p', long: 'print-database' },
    { long: 'print-ls-colors' },
  ],
  help: `[OPTION]... [FILE]
Print commands that set LS_COLORS, from FILE or from what is built in.

  -b, --sh, --bourne-shell   for sh                -c, --csh, --c-shell   for csh
  -p, --print-database       the built-in colours as a FILE
      --print-ls-colors      each colour in itself`,
  *run(tool) {
    const shell = tool.options.given.findLast(({ name }) => name === 'sh' || name === 'csh')?.name;
    const isDatabase = tool.has('print-database');
    const isSample = tool.has('print-ls-colors');
    if ((isDatabase || isSample) && shell !== undefined) {
      throw new UsageError(
        'the options to output non shell syntax,\nand to select a shell syntax are mutually exclusive',
      );
    }
    if (isDatabase && isSample) {
      throw new UsageError('options --print-database and --print-ls-colors are mutually exclusive');
    }
    const most = isDatabase ? 0 : 1;
    const extra = tool.operands[most];
    if (extra !== undefined) {
      const why = isDatabase ? '\nfile operands cannot be combined with --print-database (-p)' : '';
      throw new UsageError(`extra operand ${tool.word(extra)}${why}`);
    }
    if (isDatabase) return yield* tool.write(database());
    const syntax = shell ?? (isSample ? 'sh' : shellOf(tool));
    const settings = yield* readSettings(tool);
    if (isSample) {
      for (const [key, sequence] of settings) yield* tool.write(`\x1b[${sequence}m${key}\t${sequence}\x1b[0m\n`);
      return;
    }
    const text = quoteArg(settings.map(([key, sequence]) => `${key}=${sequence}:`).join(''), 'shell-always');
    yield* tool.write(syntax === 'sh' ? `LS_COLORS=${text};\nexport LS_COLORS\n` : `setenv LS_COLORS ${text}\n`);
  },
});

function shellOf(tool: Tool): 'sh' | 'csh' {
  const { SHELL } = tool.env;
  if (!SHELL) throw new Fatal('no SHELL environment variable, and no shell type option given');
  return /^t?csh$/.test(baseName(SHELL)) ? 'csh' : 'sh';
}

function database(): string {
  return [
    'COLORTERM ?*',
    ...terminals.map((name) => `TERM ${name}`),
    ...kinds.map(([keyword, , sequence]) => `${keyword} ${sequence}`),
    ...endings.map(([ending, sequence]) => `${ending} ${sequence}`),
    '',
  ].join('\n');
}

function* readSettings(tool: Tool): Blocking<Setting[]> {
  const [name] = tool.operands;
  const text = name === undefined ? database() : yield* readText(tool, name);
  return parse(tool, text, name ?? '<internal>');
}

function* readText(tool: Tool, name: string): Blocking<string> {
  try {
    return decode(yield* readAll(tool.sys, name === '-' ? 0 : yield* tool.sys.open(name, 0)));
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new Fatal(`${tool.bare(name)}: ${strerror(error.errno)}`);
  }
}

/** What follows TERM and COLORTERM lines counts only where one of them fits. */
function parse(tool: Tool, text: string, source: string): Setting[] {
  const keys = new Map<string, string>([
    ...kinds.map(([word, key]) => [word, key] as const),
    ...Object.entries(otherKeywords),
  ]);
  const settings: Setting[] = [];
  let state: 'all' | 'waiting' | 'matched' | 'skipping' = 'all';
  for (const [number, line] of text.split('\n').entries()) {
    const [, keyword, value] = /^\s*([^\s#]\S*)(?:\s+(.*?))?\s*(?:\s#.*)?$/.exec(line) ?? [];
    if (keyword === undefined) continue;
    if (value === undefined || value === '') {
      throw new Fatal(`${tool.bare(source)}:${number + 1}: invalid line;  missing second token`);
    }
    const word = keyword.toUpperCase();
    if (word === 'TERM' || word === 'COLORTERM') {
      if (state === 'all' || state === 'skipping') state = 'waiting';
      const actual = word === 'TERM' ? tool.env.TERM || 'none' : (tool.env.COLORTERM ?? '');
      if (state !== 'matched' && matchesPattern(value, actual)) state = 'matched';
      continue;
    }
    if (state === 'waiting') state = 'skipping';
    if (state === 'skipping') continue;
    if (state === 'matched') state = 'all';
    if (keyword.startsWith('.')) settings.push([`*${keyword}`, value]);
    else if (keyword.startsWith('*')) settings.push([keyword, value]);
    else if (!/^(OPTIONS|COLOR|EIGHTBIT)$/.test(word)) {
      const key = keys.get(word);
      if (key === undefined) {
        throw new Fatal(`${tool.bare(source)}:${number + 1}: unrecognized keyword ${keyword}`);
      }
      settings.push([key, value]);
    }
  }
  return settings;
}
