/** In which ways a process uses files: descriptors, directories, its executable. */
import type { Blocking, Stat, Sys } from '../../kernel/sim';
import { readFileOrNull } from '../lib/io';
import { readMounts } from '../lib/mountinfo';
import { descriptorsOf } from '../lib/processes';
import { lookUpOrNull } from '../lib/stat';

/** Letters as fuser shows them; empty when it uses none that is `wanted`. */
export function* usedBy(sys: Sys, pid: number, wanted: (stat: Stat) => boolean): Blocking<string> {
  let ways = '';
  const check = (path: string, letter: string) => {
    const stat = lookUpOrNull(sys, path);
    if (stat && wanted(stat) && !ways.includes(letter)) ways += letter;
  };
  check(`/proc/${pid}/cwd`, 'c');
  check(`/proc/${pid}/exe`, 'e');
  check(`/proc/${pid}/root`, 'r');
  for (const fd of descriptorsOf(sys, pid)) {
    const stat = lookUpOrNull(sys, `/proc/${pid}/fd/${fd}`);
    if (!stat || !wanted(stat)) continue;
    const flags = Number.parseInt(
      /^flags:\s+(\d+)/m.exec((yield* readFileOrNull(sys, `/proc/${pid}/fdinfo/${fd}`)) ?? '')?.[1] ?? '0',
      8,
    );
    const letter = (flags & 3) === 0 ? 'f' : 'F';
    if (!ways.includes(letter)) ways += letter;
  }
  return ways;
}

/** Whether a filesystem is mounted exactly there. */
export function* isMountPoint(sys: Sys, path: string): Blocking<boolean> {
  return (yield* readMounts(sys)).some(({ target }) => target === path);
}
