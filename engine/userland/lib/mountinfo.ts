/** The table of mounts, as /proc/self/mountinfo has it (proc_pid_mountinfo(5)). */
import { type Blocking, isSysError, type Sys } from '../../kernel/sim';
import { readFile } from './io';

export interface MountLine {
  id: number;
  parent: number;
  major: number;
  minor: number;
  /** What of the filesystem is seen there. */
  root: string;
  target: string;
  options: string;
  /** `shared:1` and the like. */
  propagation: string[];
  type: string;
  source: string;
  superOptions: string;
}

/** Empty where /proc is not mounted. */
export function* readMounts(sys: Sys, path = '/proc/self/mountinfo'): Blocking<MountLine[]> {
  try {
    return (yield* readFile(sys, path)).split('\n').flatMap(parseLine);
  } catch (error) {
    if (!isSysError(error)) throw error;
    return [];
  }
}

function parseLine(line: string): MountLine[] {
  const words = line.split(' ');
  const dash = words.indexOf('-', 6);
  if (dash < 0) return [];
  const [id = '', parent = '', device = '', root = '', target = '', options = ''] = words;
  const [major = 0, minor = 0] = device.split(':').map(Number);
  const [type = '', source = '', superOptions = ''] = words.slice(dash + 1);
  return [
    {
      id: Number(id),
      parent: Number(parent),
      major,
      minor,
      root: unescapeMount(root),
      target: unescapeMount(target),
      options,
      propagation: words.slice(6, dash),
      type: unescapeMount(type),
      source: unescapeMount(source),
      superOptions: unescapeMount(superOptions),
    },
  ];
}

/** Spaces, tabs, newlines and backslashes stand there as octal numbers. */
export function unescapeMount(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
