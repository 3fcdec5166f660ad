/** Reads the options of ls, in the order they were given, and its environment. */

import type { Blocking } from '../../../kernel/sim';
import { bare } from '../../../kernel/sim';
import { parseBlockSize, type SizeFormat } from '../../lib/human';
import { parseNumber } from '../../lib/numbers';
import { type GivenOption, UsageError } from '../../lib/options';
import { type QuotingStyle, quotingStyles } from '../../lib/quote';
import { sizeError } from '../common/size-argument';
import { chooseWord, Fatal, type Tool } from '../common/tool';
import { readColors } from './colors';
import { type Dereference, type Flavour, type Layout, type LsSettings, plainSettings, type SortKey } from './settings';
import { readTimeFormat } from './time-format';
import { environmentWidth, lineWidth, terminalWidth } from './widths';
import { indicatorWords, layouts, quotingWords, sorts, times, whens } from './words';

export function* readSettings(tool: Tool, flavour: Flavour): Blocking<LsSettings> {
  const reader = new Reader(tool, flavour);
  for (const option of tool.options.given) reader.take(option);
  const settings = reader.finish();
  yield* reader.warn();
  return settings;
}

class Reader {
  readonly #settings: LsSettings;
  readonly #isTerminal: boolean;
  #layout: Layout | null = null;
  #sort: SortKey | null = null;
  #explicitTime = false;
  #dereference: Dereference | null = null;
  #color: 'always' | 'never' | 'auto' = 'never';
  #timeStyle: string | null = null;
  #quoting: QuotingStyle | null = null;
  #questionMarks: boolean | null = null;
  #width: number | null = null;
  #sizeFormat: SizeFormat | null = null;
  #kibibytes = false;

  constructor(
    private readonly tool: Tool,
    private readonly flavour: Flavour,
  ) {
    this.#isTerminal = tool.sys.isatty(1);
    this.#settings = {
      ...plainSettings(),
      ignore: tool.options.values('ignore'),
      hide: tool.options.values('hide'),
    };
  }

  take({ name, value }: GivenOption): void {
    if (this.#takeWhat(name) || this.#takeShown(name, value) || this.#takeOrder(name, value)) return;
    this.#takeLayout(name, value);
  }

  /** Which files. */
  #takeWhat(name: string): boolean {
    const settings = this.#settings;
    switch (name) {
      case 'all':
        settings.hidden = 'all';
        return true;
      case 'almost-all':
        settings.hidden = 'almost-all';
        return true;
      case 'ignore-backups':
        settings.ignoreBackups = true;
        return true;
      case 'directory':
        settings.asFiles = true;
        return true;
      case 'recursive':
        settings.recursive = true;
        return true;
      case 'dereference':
        this.#dereference = 'always';
        return true;
      case 'dereference-command-line':
        this.#dereference = 'command-line';
        return true;
      case 'dereference-command-line-symlink-to-dir':
        this.#dereference = 'command-line-directories';
        return true;
      default:
        return false;
    }
  }

  /** What of them. */
  #takeShown(name: string, value: string | null): boolean {
    const { tool } = this;
    const settings = this.#settings;
    switch (name) {
      case 'inode':
        settings.inode = true;
        return true;
      case 'size':
        settings.blocks = true;
        return true;
      case 'context':
        settings.context = true;
        return true;
      case 'author':
        settings.author = true;
        return true;
      case 'numeric-uid-gid':
        settings.numeric = true;
        this.#layout = 'long';
        return true;
      case 'no-group':
        settings.group = false;
        return true;
      case 'g':
        settings.owner = false;
        this.#layout = 'long';
        return true;
      case 'o':
        settings.group = false;
        this.#layout = 'long';
        return true;
      case 'human-readable':
        this.#sizeFormat = { unit: 'human' };
        return true;
      case 'si':
        this.#sizeFormat = { unit: 'si' };
        return true;
      case 'kibibytes':
        this.#kibibytes = true;
        return true;
      case 'block-size':
        this.#sizeFormat = parseBlockSize(value ?? '');
        if (this.#sizeFormat === null) throw sizeError(tool, name, value ?? '', 2);
        return true;
      case 'p':
        settings.indicators = 'slash';
        return true;
      case 'file-type':
        settings.indicators = 'file-type';
        return true;
      case 'classify': {
        const when = value === null ? 'always' : chooseWord(tool, value, '--classify', whens, 1);
        if (when === 'always' || (when === 'auto' && this.#isTerminal)) settings.indicators = 'classify';
        return true;
      }
      case 'indicator-style':
        settings.indicators = chooseWord(tool, value ?? '', '--indicator-style', indicatorWords, 1);
        return true;
      case 'color':
        this.#color = value === null ? 'always' : chooseWord(tool, value, '--color', whens, 1);
        return true;
      case 'hyperlink': {
        const when = value === null ? 'always' : chooseWord(tool, value, '--hyperlink', whens, 1);
        settings.hyperlink = when === 'always' || (when === 'auto' && this.#isTerminal);
        return true;
      }
      default:
        return false;
    }
  }

  /** Times and sorting. */
  #takeOrder(name: string, value: string | null): boolean {
    const { tool } = this;
    const settings = this.#settings;
    const sort = bare({ S: 'size', t: 'time', U: 'none', v: 'version', X: 'extension' } as const);
    if (name in sort || name === 'f') {
      const key: SortKey =
        name === 'f' ? 'none' : (Object.entries(sort).find(([letter]) => letter === name)?.[1] ?? 'name');
      this.#sort = key;
      if (name !== 'f') return true;
      settings.hidden = 'all';
      if (this.#layout === 'long') this.#layout = null;
      this.#color = 'never';
      settings.hyperlink = false;
      settings.blocks = false;
      return true;
    }
    switch (name) {
      case 'sort':
        this.#sort = chooseWord(tool, value ?? '', '--sort', sorts, 1);
        return true;
      case 'reverse':
        settings.reverse = true;
        return true;
      case 'group-directories-first':
        settings.directoriesFirst = true;
        return true;
      case 'c':
        settings.time = 'ctime';
        this.#explicitTime = true;
        return true;
      case 'u':
        settings.time = 'atime';
        this.#explicitTime = true;
        return true;
      case 'time':
        settings.time = chooseWord(tool, value ?? '', '--time', times, 1);
        this.#explicitTime = true;
        return true;
      case 'full-time':
        this.#layout = 'long';
        this.#timeStyle = 'full-iso';
        return true;
      case 'time-style':
        this.#timeStyle = value;
        return true;
      default:
        return false;
    }
  }

  #takeLayout(name: string, value: string | null): void {
    const { tool } = this;
    switch (name) {
      case 'l':
        this.#layout = 'long';
        break;
      case '1':
        if (this.#layout !== 'long') this.#layout = 'single';
        break;
      case 'C':
        this.#layout = 'columns';
        break;
      case 'x':
        this.#layout = 'rows';
        break;
      case 'm':
        this.#layout = 'commas';
        break;
      case 'format':
        this.#layout = chooseWord(tool, value ?? '', '--format', layouts, 1);
        break;
      case 'width':
        this.#width = lineWidth(value ?? '');
        if (this.#width === null) throw new Fatal(`invalid line width: ${tool.word(value ?? '')}`, 2);
        break;
      case 'tabsize': {
        const size = parseNumber(value ?? '');
        if (!size.ok) throw new Fatal(`invalid tab size: ${tool.word(value ?? '')}`, 2);
        this.#settings.tabSize = size.value;
        break;
      }
      case 'zero':
        this.#settings.end = '\0';
        if (this.#layout !== 'long') this.#layout = 'single';
        this.#color = 'never';
        this.#quoting = 'literal';
        this.#questionMarks = false;
        break;
      case 'escape':
        this.#quoting = 'escape';
        break;
      case 'literal':
        this.#quoting = 'literal';
        break;
      case 'quote-name':
        this.#quoting = 'c';
        break;
      case 'quoting-style':
        this.#quoting = chooseWord(tool, value ?? '', '--quoting-style', quotingWords, 1);
        break;
      case 'hide-control-chars':
        this.#questionMarks = true;
        break;
      case 'show-control-chars':
        this.#questionMarks = false;
        break;
      default:
        break;
    }
  }

  finish(): LsSettings {
    const { tool } = this;
    const settings = this.#settings;
    settings.layout = this.#layout ?? this.#defaultLayout();
    const isLong = settings.layout === 'long';
    settings.sort = this.#sort ?? (!isLong && this.#explicitTime ? 'time' : 'name');
    settings.dereference =
      this.#dereference ??
      (settings.asFiles || settings.indicators === 'classify' || isLong ? 'never' : 'command-line-directories');
    this.#finishSizes();
    const isColored = this.#color === 'always' || (this.#color === 'auto' && this.#isTerminal);
    settings.colors = isColored ? readColors(tool.env) : null;
    if (settings.colors !== null) settings.tabSize = 0;
    settings.quoting = this.#quoting ?? this.#defaultQuoting();
    settings.questionMarks =
      (this.#questionMarks ?? (this.flavour === 'ls' && this.#isTerminal)) && settings.quoting === 'literal';
    settings.width = this.#width ?? environmentWidth(tool) ?? terminalWidth(tool);
    if (isLong && tool.has('dired')) throw new UsageError("option '--dired' is not there in a simulated Machine");
    if (isLong) settings.timeFormat = readTimeFormat(tool, this.#timeStyle);
    if (settings.end === '\0' && !isLong) settings.layout = 'single';
    return settings;
  }

  /** Of what the environment says and nobody understands. */
  *warn(): Blocking<void> {
    const { tool } = this;
    const { QUOTING_STYLE, COLUMNS } = tool.env;
    if (this.#quoting === null && QUOTING_STYLE && quotingWords[QUOTING_STYLE] === undefined) {
      yield* tool.warn(`ignoring invalid value of environment variable QUOTING_STYLE: ${tool.word(QUOTING_STYLE)}`);
    }
    if (this.#width === null && COLUMNS && lineWidth(COLUMNS) === null) {
      yield* tool.warn(`ignoring invalid width in environment variable COLUMNS: ${tool.word(COLUMNS)}`);
    }
  }

  #defaultLayout(): Layout {
    if (this.flavour !== 'ls') return this.flavour === 'dir' ? 'columns' : 'long';
    return this.#isTerminal && this.#settings.end === '\n' ? 'columns' : 'single';
  }

  #defaultQuoting(): QuotingStyle {
    const wanted = this.tool.env.QUOTING_STYLE;
    const known = quotingStyles.find((style) => style === wanted);
    if (known !== undefined) return known;
    if (this.flavour !== 'ls') return 'escape';
    return this.#isTerminal ? 'shell-escape' : 'literal';
  }

  #finishSizes(): void {
    const settings = this.#settings;
    const { env } = this.tool;
    const fromEnvironment = env.LS_BLOCK_SIZE ?? env.BLOCK_SIZE;
    const chosen = this.#sizeFormat ?? (fromEnvironment === undefined ? null : parseBlockSize(fromEnvironment));
    if (chosen !== null) {
      settings.sizeFormat = chosen;
      settings.blockFormat = chosen;
    } else if (env.POSIXLY_CORRECT !== undefined) settings.blockFormat = { unit: 512 };
    if (this.#kibibytes && this.#sizeFormat === null) settings.blockFormat = { unit: 1024 };
  }
}
