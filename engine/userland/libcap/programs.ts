/** All of them, loaded when the first is executed. */
import type { Program } from '../../kernel/sim';
import { capsh } from './capsh';
import { getcap } from './getcap';
import { getpcaps } from './getpcaps';
import { setcap } from './setcap';

export const programs = { capsh, getcap, getpcaps, setcap } satisfies Record<string, Program>;
