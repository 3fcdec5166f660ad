/** Filters and searches. Loaded when the first of them is executed. */
import type { Program } from '../../kernel/sim';
import { awk } from './awk/awk';
import { cmp } from './cmp';
import { colrm } from './colrm';
import { column } from './column';
import { diff } from './diff/diff';
import { file } from './file/file';
import { find } from './find/find';
import { grep } from './grep/grep';
import { hexdump } from './hexdump/hexdump';
import { look } from './look';
import { rev } from './rev';
import { sed } from './sed/sed';
import { tree } from './tree/tree';
import { xargs } from './xargs';
import { xxd } from './xxd';

export const programs = {
  mawk: awk,
  cmp,
  colrm,
  column,
  diff,
  file,
  find,
  grep,
  hexdump,
  look,
  rev,
  sed,
  tree,
  xargs,
  xxd,
} satisfies Record<string, Program>;
