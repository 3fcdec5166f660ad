/** busybox(1): many programs in one static file. Which one is said by the name it is called by, or by its first argument. */
import type { Blocking, Program, Sys } from '../../kernel/sim';
import { writeAll } from '../lib/io';

const version = 'BusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1+b1) multi-call binary.';

/** `find`: the program that stands for an applet of that name; those of other packages do, as close as they are. */
export function makeBusybox(applets: readonly string[], find: (applet: string) => Program | undefined): Program {
  const names = [...applets].sort();
  return function* busybox(sys, argv, env): Blocking<number> {
    const called = baseName(argv[0] ?? 'busybox');
    if (called !== 'busybox' && !called.startsWith('busybox')) return yield* runApplet(sys, called, argv, env);
    const [, first, ...rest] = argv;
    if (first === undefined || first === '--help') {
      yield* writeAll(sys, 1, overview(names));
      return 0;
    }
    if (first === '--list') {
      yield* writeAll(sys, 1, names.map((name) => `${name}\n`).join(''));
      return 0;
    }
    if (first === '--list-full' || first === '--install') {
      yield* writeAll(sys, 2, `busybox: ${first}: not available here\n`);
      return 1;
    }
    return yield* runApplet(sys, baseName(first), [first, ...rest], env);
  };

  function* runApplet(
    sys: Sys,
    name: string,
    argv: readonly string[],
    env: Readonly<Record<string, string>>,
  ): Blocking<number> {
    const program = names.includes(name) ? find(name) : undefined;
    if (!program) {
      yield* writeAll(sys, 2, `${name}: applet not found\n`);
      return 127;
    }
    sys.setName(name);
    return yield* program(sys, [name, ...argv.slice(1)], env);
  }
}

function baseName(path: string): string {
  return path.split('/').at(-1) ?? path;
}

function overview(names: readonly string[]): string {
  const head = [
    version,
    'BusyBox is copyrighted by many authors between 1998-2015.',
    'Licensed under GPLv2. See source distribution for detailed',
    'copyright notices.',
    '',
    'Usage: busybox [function [arguments]...]',
    '   or: busybox --list[-full]',
    '   or: busybox --show SCRIPT',
    '   or: busybox --install [-s] [DIR]',
    '   or: function [arguments]...',
    '',
    '\tBusyBox is a multi-call binary that combines many common Unix',
    '\tutilities into a single executable.  Most people will create a',
    '\tlink to busybox for each function they wish to use and BusyBox',
    '\twill act like whatever it was invoked as.',
    '',
    'Currently defined functions:',
  ];
  return `${[...head, ...wrapped(names)].join('\n')}\n\n`;
}

/** As many names as fit 80 columns, a tab in front. */
function wrapped(names: readonly string[]): string[] {
  const width = 80 - 24;
  const lines: string[] = [];
  let line = '\t';
  let column = 0;
  for (const [at, name] of names.entries()) {
    if (column > width) {
      lines.push(`${line},`);
      line = '\t';
      column = 0;
    }
    const text = `${column === 0 ? '' : ', '}${name}`;
    line += text;
    column += text.length;
    if (at === names.length - 1) lines.push(line);
  }
  return lines;
}
