/** What takes the whole screen: pagers and editors. Loaded when the first of them is executed. */
import type { Program } from '../../kernel/sim';
import { less } from './less/less';
import { man } from './man/man';
import { more } from './more';
import { nano } from './nano/nano';
import { vi } from './vi/vi';

export const programs = {
  less,
  man,
  whatis: man,
  more,
  nano,
  'vim.tiny': vi,
} satisfies Record<string, Program>;
