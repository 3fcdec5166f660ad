/** In which ways a process uses files: descriptors, directories, its executable. */
import { type Blocking, isSysError, type Stat, type Sys } from '../../kernel/sim';
import { orNull } from '../lib/attempt';
import { readProcFile } from '../lib/processes';

/** Letters as fuser shows them; empty when it uses none that is `wanted`. */
export function* usedBy(sys: Sys, pid: number, wanted: (stat: Stat) => boolean): Blocking<string> {
  let ways = '';
  const check = (path: string, letter: string) => {
    const stat = statOf(sys, path);
    if (stat && wanted(stat) && !ways.includes(letter)) ways += letter;
  };
  check(`/proc/${pid}/cwd`, 'c');
  check(`/proc/${pid}/exe`, 'e');
  check(`/proc/${pid}/root`, 'r');
  for (const fd of descriptors(sys, pid)) {
    const stat = statOf(sys, `/proc/${pid}/fd/${fd}`);
    if (!stat || !wanted(stat)) continue;
    const flags = Number.parseInt(
      /^flags:\s+(\d+)/m.exec((yield* readProcFile(sys, `/proc/${pid}/fdinfo/${fd}`)) ?? '')?.[1] ?? '0',
      8,
    );
    const letter = (flags & 3) === 0 ? 'f' : 'F';
    if (!ways.includes(letter)) ways += letter;
  }
  return ways;
}

export function descriptors(sys: Sys, pid: number): number[] {
  try {
    const names = sys.readdir(`/proc/${pid}/fd`).flatMap(({ name }) => (/^\d+$/.test(name) ? [Number(name)] : []));
    return names.sort((a, b) => a - b);
  } catch (error) {
    if (isSysError(error)) return [];
    throw error;
  }
}

export function statOf(sys: Sys, path: string): Stat | null {
  return orNull(() => sys.stat(path));
}

/** The mount points that are exactly there. */
export function* mountsAt(sys: Sys, path: string): Blocking<string[]> {
  const text = (yield* readProcFile(sys, '/proc/self/mountinfo')) ?? '';
  const points = text.split('\n').flatMap((line) => line.split(' ')[4] ?? []);
  return points.includes(path) ? [path] : [];
}
