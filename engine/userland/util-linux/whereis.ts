/** whereis(1): where programs and their manual pages are. */
import type { Sys } from '../../kernel/sim';
import { orNull } from '../lib/attempt';
import { Fatal, utilLinux } from './common/frame';

const binaries = [
  '/usr/bin',
  '/usr/sbin',
  '/usr/lib',
  '/etc',
  '/usr/games',
  '/usr/local/bin',
  '/usr/local/sbin',
  '/usr/local/games',
  '/usr/share',
];
const manuals = Array.from({ length: 8 }, (_, at) => `/usr/share/man/man${at + 1}`);

export const whereis = utilLinux({
  name: 'whereis',
  options: [{ short: 'b' }, { short: 'm' }, { short: 's' }, { short: 'u' }, { short: 'g' }, { short: 'l' }],
  help: '[options] [-BMS <dir>... -f] <name>\n\nLocate the binary, source, and manual-page files for a command.',
  *run({ sys, options: given, out }) {
    const all = !given.has('b') && !given.has('m') && !given.has('s');
    if (given.has('l')) {
      for (const directory of binaries) if (isThere(sys, directory)) yield* out.line(`bin: ${directory}`);
      for (const directory of manuals) if (isThere(sys, directory)) yield* out.line(`man: ${directory}`);
      return 0;
    }
    if (given.operands.length === 0)
      throw new Fatal("not enough arguments\nTry 'whereis --help' for more information.");
    for (const operand of given.operands) {
      const name = operand.slice(operand.lastIndexOf('/') + 1);
      const found = [
        ...(all || given.has('b')
          ? binaries.flatMap((directory) => matching(sys, directory, (one) => one === name))
          : []),
        ...(all || given.has('m')
          ? manuals.flatMap((directory) => matching(sys, directory, (one) => one.startsWith(`${name}.`)))
          : []),
      ];
      yield* out.line(`${name}:${found.map((path) => ` ${path}`).join('')}`);
    }
    return 0;
  },
});

function isThere(sys: Sys, path: string): boolean {
  return namesIn(sys, path) !== null;
}

function namesIn(sys: Sys, directory: string): string[] | null {
  return orNull(() => sys.readdir(directory).map(({ name }) => name));
}

function matching(sys: Sys, directory: string, fits: (name: string) => boolean): string[] {
  return (namesIn(sys, directory) ?? []).filter(fits).map((name) => `${directory}/${name}`);
}
