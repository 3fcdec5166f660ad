/** man, apropos, whatis: the manual of this simulator (man(1), man-db 2.11.2). */
import { type Blocking, isSysError, type Sys } from '../../../kernel/sim';
import { writeAll } from '../../lib/io';
import { type OptionSpec, parseOptions, UsageError } from '../../lib/options';
import { globMatches } from '../common/glob';
import type { Environment } from '../common/spawn';
import { Terminal } from '../common/terminal';
import { Document } from '../less/document';
import { Pager } from '../less/pager';
import { initialSettings } from '../less/settings';
import { type ManualPage, renderPage } from './page';
import { commandPages } from './pages/commands';
import { namespacePages } from './pages/namespaces';
import { toolPages } from './pages/tools';

const pages: readonly ManualPage[] = [...commandPages, ...toolPages, ...namespacePages];
const aliases: ReadonlyMap<string, string> = new Map([
  ['mawk', 'awk'],
  ['vim', 'vi'],
  ['vim.tiny', 'vi'],
  ['view', 'vi'],
  ['egrep', 'grep'],
  ['fgrep', 'grep'],
  ['more', 'less'],
  ['python', 'python3'],
  ['overlay', 'overlayfs'],
]);
const sectionOrder = [1, 8, 3, 2, 5, 4, 9, 6, 7];

const specs: OptionSpec[] = [
  { short: 'k', long: 'apropos' },
  { short: 'f', long: 'whatis' },
  { short: 'w', long: 'where' },
  { short: 'a', long: 'all' },
  { short: 'P', long: 'pager', value: 'required' },
  { short: 's', long: 'sections', value: 'required' },
  { short: 'S', value: 'required', as: 'sections' },
  { short: 'h', long: 'help' },
  { short: 'V', long: 'version' },
];
const help =
  'Usage: man [OPTION...] [SECTION] PAGE...\n\n  -k   search names and summaries\n  -f   show the summary of a name\n  -w   where the page is\n';

export function* man(sys: Sys, argv: readonly string[], env: Environment): Blocking<number> {
  const name = (argv[0] ?? 'man').split('/').at(-1) ?? 'man';
  try {
    const options = parseOptions(argv.slice(1), specs);
    if (options.has('help') || options.has('version')) {
      yield* writeAll(sys, 1, options.has('help') ? help : `${name} 2.11.2\n`);
      return 0;
    }
    const words = [...options.operands];
    if (name === 'apropos' || options.has('apropos'))
      return yield* apropos(sys, words, name === 'man' ? 'apropos' : name);
    if (name === 'whatis' || options.has('whatis')) return yield* whatis(sys, words, 'whatis');
    let section = options.value('sections');
    if (words.length > 0 && /^[1-9]$/.test(words[0] ?? '')) section = words.shift() ?? null;
    if (words.length === 0) {
      const text =
        section === null
          ? "What manual page do you want?\nFor example, try 'man man'.\n"
          : `No manual entry for ${section}\n`;
      yield* writeAll(sys, 2, text);
      return section === null ? 1 : 16;
    }
    return yield* show(sys, env, words, section, options.has('where'));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    yield* writeAll(
      sys,
      2,
      `${name}: ${error.message}\nTry '${name} --help' or '${name} --usage' for more information.\n`,
    );
    return 1;
  }
}

function find(word: string, section: string | null): ManualPage | undefined {
  const [, plain = word, own] = /^(.*)\(([1-9])\)$/.exec(word) ?? [];
  const wanted = own ?? section;
  const known = aliases.get(plain) ?? plain;
  const found = pages.filter((page) => page.name === known && (wanted === null || page.section === Number(wanted)));
  return found.sort((a, b) => sectionOrder.indexOf(a.section) - sectionOrder.indexOf(b.section))[0];
}

function* show(
  sys: Sys,
  env: Environment,
  words: readonly string[],
  section: string | null,
  where: boolean,
): Blocking<number> {
  let status = 0;
  for (const word of words) {
    const page = find(word, section);
    if (page === undefined) {
      yield* writeAll(sys, 2, `No manual entry for ${word}${section === null ? '' : ` in section ${section}`}\n`);
      status = 16;
    } else if (where) yield* writeAll(sys, 1, `/usr/share/man/man${page.section}/${page.name}.${page.section}.gz\n`);
    else yield* present(sys, env, page);
  }
  return status;
}

function* present(sys: Sys, env: Environment, page: ManualPage): Blocking<void> {
  const terminal = sys.isatty(1) ? yield* Terminal.open(sys) : null;
  const width = widthOf(sys, env);
  if (terminal === null) {
    yield* writeAll(sys, 1, `${renderPage(page, width, false).join('\n')}\n`);
    return;
  }
  const title = `${page.name}(${page.section})`;
  const settings = { ...initialSettings(), manualPage: title, ignoreCase: 'unless-capitals' as const };
  const open = function* (): Blocking<Document> {
    yield* terminal.flush();
    return Document.ofLines(sys, title, renderPage(page, width, true));
  };
  yield* new Pager(sys, terminal, settings, open, 1).run();
}

function widthOf(sys: Sys, env: Environment): number {
  const given = Number(env.MANWIDTH);
  if (Number.isInteger(given) && given > 20) return given;
  try {
    const { cols } = sys.getWinsize(1);
    if (cols > 20) return cols;
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
  const columns = Number(env.COLUMNS);
  return Number.isInteger(columns) && columns > 20 ? columns : 80;
}

function line(page: ManualPage): string {
  return `${`${page.name} (${page.section})`.padEnd(20)} - ${page.summary}\n`;
}

function* apropos(sys: Sys, words: readonly string[], name: string): Blocking<number> {
  if (words.length === 0) {
    yield* writeAll(sys, 1, `${name} what?\n`);
    return 1;
  }
  let status = 0;
  for (const word of words) {
    const found = sorted(
      pages.filter((page) => `${page.name} - ${page.summary}`.toLowerCase().includes(word.toLowerCase())),
    );
    if (found.length > 0) yield* writeAll(sys, 1, found.map(line).join(''));
    else {
      yield* writeAll(sys, 2, `${word}: nothing appropriate.\n`);
      status = 16;
    }
  }
  return status;
}

function* whatis(sys: Sys, words: readonly string[], name: string): Blocking<number> {
  if (words.length === 0) {
    yield* writeAll(sys, 1, `${name} what?\n`);
    return 1;
  }
  let status = 0;
  for (const word of words) {
    const found = sorted(pages.filter((page) => globMatches(word, page.name)));
    if (found.length > 0) yield* writeAll(sys, 1, found.map(line).join(''));
    else {
      yield* writeAll(sys, 2, `${word}: nothing appropriate.\n`);
      status = 16;
    }
  }
  return status;
}

function sorted(list: ManualPage[]): ManualPage[] {
  return list.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.section - b.section));
}
