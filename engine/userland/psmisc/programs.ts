/** All of them, loaded when the first is executed. */
import type { Program } from '../../kernel/sim';
import { fuser } from './fuser';
import { killall } from './killall';
import { pstree } from './pstree';

export const programs = { fuser, killall, pstree } satisfies Record<string, Program>;
