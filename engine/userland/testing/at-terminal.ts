/** For tests: a program with a terminal of its own, and somebody who types. */
import { type Blocking, decode, encode, isSysError, O_RDWR, POLLIN, type Program, type Sys } from '../../kernel/sim';
import { bootTest } from '../../kernel/sim/testing/boot';
import { readFileOrNull } from '../lib/io';

export const terminalEnvironment = {
  HOME: '/root',
  PATH: '/usr/bin:/bin',
  TERM: 'xterm-256color',
  LC_ALL: 'C.UTF-8',
};

/** So long nothing may come before the next piece is typed; the lab's time. */
const quietNs = 250_000_000;
const deadlineNs = 600_000_000_000;

export interface Session {
  /** What the terminal showed after the start, then after each piece that was typed. */
  shown: string[];
  /** The files asked for, as they are in the end; null where there is none. */
  files: Record<string, string | null>;
}

export interface SessionOptions {
  files?: Readonly<Record<string, string>>;
  /** Files to be read in the end. */
  read?: readonly string[];
}

/** What is typed, or what the window becomes. */
export type Piece = string | { rows: number; cols: number };

/** Runs `/bin/ARGV[0]` in /root on a terminal of 24 rows and 80 columns. */
export function atTerminal(
  programs: Readonly<Record<string, Program>>,
  argv: readonly string[],
  pieces: readonly Piece[],
  options: SessionOptions = {},
): Session {
  const session: Session = { shown: [], files: {} };
  const main: Program = function* (sys) {
    const master = yield* startAtTerminal(sys, argv);
    session.shown.push(yield* drain(sys, master));
    for (const piece of pieces) {
      if (typeof piece === 'string') yield* sys.write(master, encode(piece));
      else sys.setWinsize(master, piece);
      session.shown.push(yield* drain(sys, master));
    }
    for (const path of options.read ?? []) session.files[path] = yield* readFileOrNull(sys, path);
    return 0;
  };
  bootTest({ main, ...programs }, { files: options.files ?? {}, deadline: deadlineNs });
  return session;
}

function* startAtTerminal(sys: Sys, argv: readonly string[]): Blocking<number> {
  sys.mkdir('/dev/pts');
  sys.mount('devpts', '/dev/pts', 'devpts', 0, 'ptmxmode=666');
  const master = yield* sys.open('/dev/pts/ptmx', O_RDWR);
  const slave = `/dev/pts/${sys.ptsNumber(master)}`;
  sys.setWinsize(master, { rows: 24, cols: 80 });
  sys.fork(function* (child) {
    child.setsid();
    child.close(master);
    for (const fd of [0, 1, 2]) child.close(fd);
    const fd = yield* child.open(slave, O_RDWR);
    child.setControllingTerminal(fd);
    child.dup2(fd, 1);
    child.dup2(fd, 2);
    child.chdir('/root');
    const env = Object.entries(terminalEnvironment).map(([name, value]) => `${name}=${value}`);
    return yield* child.execve(`/bin/${argv[0]}`, argv, env);
  });
  return master;
}

function* drain(sys: Sys, master: number): Blocking<string> {
  const bytes: number[] = [];
  for (;;) {
    const { ready } = yield* sys.poll([{ fd: master, events: POLLIN }], quietNs);
    if (ready === 0) return decode(Uint8Array.from(bytes));
    try {
      bytes.push(...(yield* sys.read(master, 4096)));
    } catch (error) {
      if (isSysError(error, 'EIO')) return decode(Uint8Array.from(bytes));
      throw error;
    }
  }
}
