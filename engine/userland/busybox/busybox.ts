/** busybox(1): many programs in one static file. Which one is said by the name it is called by, or by its first argument. */
import { type Blocking, type Program, type Sys, strerror } from '../../kernel/sim';
import { problemOf } from '../lib/attempt';
import { writeAll } from '../lib/io';
import { baseName } from '../lib/paths';
import { version } from './applet';
import { placeOf } from './applets';

const installedAt = '/usr/bin/busybox';

/** `find`: the program that stands for an applet of that name. */
export function makeBusybox(applets: readonly string[], find: (applet: string) => Program | undefined): Program {
  const names = [...applets].sort();
  return function* busybox(sys, argv, env): Blocking<number> {
    const called = baseName(argv[0] ?? 'busybox');
    if (!called.startsWith('busybox')) {
      // Executed as /proc/self/exe it would be called that; a script keeps its own name.
      if (sys.getName() === 'exe') sys.setName(called);
      return yield* runApplet(sys, called, argv, env);
    }
    const [, first, ...rest] = argv;
    if (first === undefined || first === '--help') {
      yield* writeAll(sys, 1, overview(names));
      return 0;
    }
    if (first === '--list' || first === '--list-full') {
      const shown = first === '--list' ? names : names.map((name) => placeOf(name).slice(1));
      yield* writeAll(sys, 1, shown.map((name) => `${name}\n`).join(''));
      return 0;
    }
    if (first === '--install') return yield* install(sys, names, rest);
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
    return yield* program(sys, [name, ...argv.slice(1)], env);
  }
}

/** `--install [-s] [DIR]`: a link for every applet, all in one directory when one is named. */
function* install(sys: Sys, names: readonly string[], args: readonly string[]): Blocking<number> {
  const isSymbolic = args.includes('-s');
  const directory = args.find((arg) => arg !== '-s');
  for (const name of names) {
    const path = directory === undefined ? placeOf(name) : `${directory}/${name}`;
    const errno = problemOf(() => (isSymbolic ? sys.symlink(installedAt, path) : sys.link(installedAt, path)));
    if (errno !== null) yield* writeAll(sys, 2, `busybox: ${path}: ${strerror(errno)}\n`);
  }
  return 0;
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
    '   or: busybox --install [-s] [DIR]',
    '   or: function [arguments]...',
    '',
    '\tBusyBox is a multi-call binary: many common programs in one file,',
    '\tof which some are here. Its shell runs them without looking in $PATH.',
    '\tTo run another program of that name, use its full path.',
    '',
    'Currently defined functions:',
  ];
  return `${[...head, ...wrapped(names)].join('\n')}\n\n`;
}

/** As many names as fit 80 columns, a tab in front. */
function wrapped(names: readonly string[]): string[] {
  const width = 80 - 8;
  const lines: string[] = [];
  let line = '';
  for (const [at, name] of names.entries()) {
    const text = at === names.length - 1 ? name : `${name},`;
    if (line !== '' && line.length + 1 + text.length >= width) {
      lines.push(`\t${line}`);
      line = text;
    } else line = line === '' ? text : `${line} ${text}`;
  }
  return [...lines, `\t${line}`];
}
