/** The table of mounts as programs see it: /proc/PID/mountinfo (proc_pid_mountinfo(5)). */
import type { Blocking, Sys } from '../../kernel/sim';
import { readFileOrNull } from './io';

export interface MountLine {
  id: number;
  parent: number;
  /** `0:52` */
  device: string;
  /** What of the filesystem is seen there. */
  root: string;
  target: string;
  options: string[];
  /** `shared:1`, `master:2` ... */
  optional: string[];
  type: string;
  source: string;
  superOptions: string[];
}

/** Empty where /proc is not mounted: after pivot_root(8), for example. */
export function* readMounts(sys: Sys): Blocking<MountLine[]> {
  return parseMountinfo((yield* readFileOrNull(sys, '/proc/self/mountinfo')) ?? '');
}

export function parseMountinfo(text: string): MountLine[] {
  return text.split('\n').flatMap((line) => {
    const fields = line.split(' ');
    const dash = fields.indexOf('-', 6);
    const [id, parent, device, root, target, options] = fields;
    if (dash < 0 || !id || !parent || !device || root === undefined || target === undefined || !options) return [];
    return [
      {
        id: Number(id),
        parent: Number(parent),
        device,
        root: unescapeName(root),
        target: unescapeName(target),
        options: options.split(','),
        optional: fields.slice(6, dash),
        type: fields[dash + 1] ?? '',
        source: unescapeName(fields[dash + 2] ?? ''),
        superOptions: (fields[dash + 3] ?? '').split(','),
      },
    ];
  });
}

/** `\040` and its like. */
export function unescapeName(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

/** All options together, as mount(8) and findmnt(8) show them: first `ro` when the mount or the filesystem is. */
export function allOptions({ options, superOptions }: MountLine): string {
  const all = [...options, ...superOptions];
  const rest = all.filter((option) => option !== 'rw' && option !== 'ro' && option !== '');
  return [all.includes('ro') ? 'ro' : 'rw', ...rest].map(unescapeName).join(',');
}

/** `shared`, `private,slave` and so on, as findmnt(8) names it. */
export function propagationOf({ optional }: MountLine): string {
  const has = (name: string) => optional.some((field) => field === name || field.startsWith(`${name}:`));
  if (has('unbindable')) return 'private,unbindable';
  const shared = has('shared') ? 'shared' : 'private';
  return has('master') ? `${shared},slave` : shared;
}
