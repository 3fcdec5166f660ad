/** Tools on text: grep, sed, awk, find and their like; the small Python and Perl. */
import type { Program } from '../../kernel/sim';
import { awk } from './awk/awk';
import { cmp } from './cmp';
import { diff } from './diff/diff';
import { find } from './find/find';
import { grep } from './grep/grep';
import { sed } from './sed/sed';
import { tree } from './tree/tree';
import { xargs } from './xargs';

export const programs: Record<string, Program> = { awk, cmp, diff, find, grep, sed, tree, xargs };
