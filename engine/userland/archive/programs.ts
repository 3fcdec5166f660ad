/** gzip. Loaded when it is first executed. */
import type { Program } from '../../kernel/sim';
import { gzip } from './gzip/gzip';

export const programs = { gzip } satisfies Record<string, Program>;
