/** All of them, loaded when the first is executed. */
import type { Program } from '../../kernel/sim';
import { bridge } from './bridge';
import { ip } from './ip/ip';
import { ss } from './ss';
import { tc } from './tc';

export const programs = { ip, ss, bridge, tc } satisfies Record<string, Program>;
