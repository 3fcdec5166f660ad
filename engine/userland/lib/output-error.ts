/** What programs say when their standard output cannot be written: a full disk, a reader that has gone. */
import {
  type Blocking,
  bare,
  type Errno,
  encode,
  isSysError,
  type Program,
  type Sys,
  SysError,
  strerror,
} from '../../kernel/sim';
import { baseName } from './paths';

/** A write to standard output that failed. */
export class OutputError extends SysError {
  constructor(errno: Errno) {
    super(errno, 'standard output');
  }
}

type Answer = readonly [text: (why: string, name: string) => string, status: number];

const unnoticed: Answer = [() => '', 0];
const named =
  (text: string) =>
  (why: string, name: string): string =>
    `${name}: ${text.replace('%', why)}\n`;

/** Those who have their own words for it, or do not notice. */
const answers: Readonly<Record<string, Answer>> = bare({
  grep: [named('write error: %'), 2],
  egrep: [named('write error: %'), 2],
  fgrep: [named('write error: %'), 2],
  sed: [named("couldn't flush stdout: %"), 4],
  awk: [named('close failed on file /dev/stdout (%)'), 2],
  mawk: [named('close failed on file /dev/stdout (%)'), 2],
  diff: [named('standard output: %'), 2],
  find: [(why) => `find: ‘standard output’: ${why}\nfind: write error\n`, 1],
  jq: [(why) => `Error: writing output failed: ${why}\n`, 2],
  perl: [(why) => `Unable to flush stdout: ${why}\n`, 1],
  python3: [
    (why) =>
      `Exception ignored in: <_io.TextIOWrapper name='<stdout>' mode='w' encoding='utf-8'>\nOSError: [Errno 28] ${why}\n`,
    120,
  ],
  which: [() => '/usr/bin/which: 10: printf: printf: I/O error\n', 1],
  free: [named('write error'), 1],
  top: [named('write error'), 1],
  ping: [named('write error'), 1],
  file: [() => '', 1],
  ...Object.fromEntries(
    ['ip', 'ss', 'hostname', 'capsh', 'bc', 'getent', 'pstree', 'fuser', 'man', 'less', 'tree', 'getfattr', 'curl'].map(
      (name) => [name, unnoticed],
    ),
  ),
});

/** The same program; where it does not deal with an error of the kernel itself, this does. */
export function withOutputErrors(program: Program, installed: string): Program {
  return function* (sys, argv, env) {
    try {
      return yield* program(sys, argv, env);
    } catch (error) {
      if (!isSysError(error)) throw error;
      const called = baseName(argv[0] ?? installed);
      if (error instanceof OutputError) return yield* tell(sys, called, error.errno);
      return yield* say(sys, `${called}: ${strerror(error.errno)}\n`, 1);
    }
  };
}

function* tell(sys: Sys, name: string, errno: Errno): Blocking<number> {
  const [text, status] = answers[name] ?? [errno === 'EPIPE' ? () => '' : named('write error: %'), 1];
  return yield* say(sys, text(strerror(errno), name), status);
}

function* say(sys: Sys, text: string, status: number): Blocking<number> {
  try {
    yield* sys.write(2, encode(text));
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
  return status;
}
