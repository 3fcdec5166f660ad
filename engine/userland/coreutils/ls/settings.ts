/** What the options of ls, and its environment, come to. */
import type { SizeFormat } from '../../lib/human';
import type { QuotingStyle } from '../../lib/quote';
import type { Colors } from './colors';
import type { TimeFormat } from './time-format';

export type Layout = 'long' | 'single' | 'columns' | 'rows' | 'commas';
export type SortKey = 'name' | 'none' | 'time' | 'size' | 'extension' | 'version' | 'width';
export type TimeKind = 'mtime' | 'atime' | 'ctime' | 'btime';
export type Indicators = 'none' | 'slash' | 'file-type' | 'classify';
export type Dereference = 'never' | 'command-line-directories' | 'command-line' | 'always';

export interface LsSettings {
  layout: Layout;
  sort: SortKey;
  reverse: boolean;
  directoriesFirst: boolean;
  hidden: 'skip' | 'almost-all' | 'all';
  ignore: string[];
  hide: string[];
  ignoreBackups: boolean;
  asFiles: boolean;
  recursive: boolean;
  dereference: Dereference;
  inode: boolean;
  blocks: boolean;
  context: boolean;
  owner: boolean;
  group: boolean;
  author: boolean;
  numeric: boolean;
  sizeFormat: SizeFormat;
  blockFormat: SizeFormat;
  time: TimeKind;
  timeFormat: TimeFormat;
  indicators: Indicators;
  quoting: QuotingStyle;
  questionMarks: boolean;
  colors: Colors | null;
  hyperlink: boolean;
  width: number;
  tabSize: number;
  end: string;
}

/** `dir` and `vdir` are ls with other defaults. */
export type Flavour = 'ls' | 'dir' | 'vdir';

export function plainSettings(): LsSettings {
  return {
    layout: 'single',
    sort: 'name',
    reverse: false,
    directoriesFirst: false,
    hidden: 'skip',
    ignore: [],
    hide: [],
    ignoreBackups: false,
    asFiles: false,
    recursive: false,
    dereference: 'never',
    inode: false,
    blocks: false,
    context: false,
    owner: true,
    group: true,
    author: false,
    numeric: false,
    sizeFormat: { unit: 1 },
    blockFormat: { unit: 1024 },
    time: 'mtime',
    timeFormat: { recent: '', old: '' },
    indicators: 'none',
    quoting: 'literal',
    questionMarks: false,
    colors: null,
    hyperlink: false,
    width: 80,
    tabSize: 8,
    end: '\n',
  };
}
