/** Applets of BusyBox that differ from the full programs in what they print. */
import type { Program } from '../../kernel/sim';
import { df } from './df';
import { free } from './free';
import { id } from './id';
import { ls } from './ls';
import { mount, umount } from './mount';
import { ping, ping6 } from './ping';
import { ps } from './ps';

export const programs = { df, free, id, ls, mount, ping, ping6, ps, umount } satisfies Record<string, Program>;
