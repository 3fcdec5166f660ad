/** The words that options of ls take: `--sort=size`, `--color=auto`. */
import { bare } from '../../../kernel/sim';
import { type QuotingStyle, quotingStyles } from '../../lib/quote';
import type { Indicators, Layout, SortKey, TimeKind } from './settings';

export const sorts: Readonly<Record<string, SortKey>> = {
  none: 'none',
  time: 'time',
  size: 'size',
  extension: 'extension',
  version: 'version',
  width: 'width',
};
export const layouts: Readonly<Record<string, Layout>> = {
  verbose: 'long',
  long: 'long',
  commas: 'commas',
  horizontal: 'rows',
  across: 'rows',
  vertical: 'columns',
  'single-column': 'single',
};
export const times: Readonly<Record<string, TimeKind>> = {
  atime: 'atime',
  access: 'atime',
  use: 'atime',
  ctime: 'ctime',
  status: 'ctime',
  birth: 'btime',
  creation: 'btime',
};
export const indicatorWords: Readonly<Record<string, Indicators>> = {
  none: 'none',
  slash: 'slash',
  'file-type': 'file-type',
  classify: 'classify',
};
export const whens: Readonly<Record<string, 'always' | 'never' | 'auto'>> = {
  always: 'always',
  yes: 'always',
  force: 'always',
  never: 'never',
  no: 'never',
  none: 'never',
  auto: 'auto',
  tty: 'auto',
  'if-tty': 'auto',
};

export const quotingWords: Readonly<Record<string, QuotingStyle>> = bare(
  Object.fromEntries(quotingStyles.map((style) => [style, style])),
);
