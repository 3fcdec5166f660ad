/** gzip and tar. Loaded when the first of them is executed. */
import type { Program } from '../../kernel/sim';
import { gzip } from './gzip/gzip';
import { tar } from './tar/tar';

export const programs = { gzip, tar } satisfies Record<string, Program>;
