/** Languages of their own. Loaded when the first of them is executed. */
import type { Program } from '../../kernel/sim';
import { perl } from '../perl';
import { bc } from './bc/bc';
import { jq } from './jq/jq';

export const programs = {
  bc,
  jq,
  perl,
} satisfies Record<string, Program>;
