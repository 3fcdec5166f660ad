/** Loaded when it is first executed. */
import type { Program } from '../../kernel/sim';
import { python } from './python';

export const programs = { python3: python } satisfies Record<string, Program>;
