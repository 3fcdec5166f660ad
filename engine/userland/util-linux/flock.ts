/** flock(1): holds a lock while a program runs. */
import {
  type Blocking,
  isSysError,
  O_CREAT,
  O_DIRECTORY,
  O_RDONLY,
  type Sys,
  signalNumbers,
  strerror,
} from '../../kernel/sim';
import { execByName } from '../lib/exec';
import { writeAll } from '../lib/io';
import { Fatal, type Frame, utilLinux } from './common/frame';

/** Exit statuses of sysexits.h. */
const [usage, dataError, noInput, unavailable, osError] = [64, 65, 66, 69, 71];

export const flock = utilLinux({
  name: 'flock',
  options: [
    { long: 'shared', short: 's' },
    { long: 'exclusive', short: 'x' },
    { short: 'e', as: 'exclusive' },
    { long: 'unlock', short: 'u' },
    { long: 'nonblock', short: 'n' },
    { long: 'nb', as: 'nonblock' },
    { long: 'timeout', short: 'w', value: 'required' },
    { long: 'wait', as: 'timeout', value: 'required' },
    { long: 'conflict-exit-code', short: 'E', value: 'required' },
    { long: 'close', short: 'o' },
    { long: 'command', short: 'c', value: 'required' },
    { long: 'no-fork', short: 'F' },
    { long: 'verbose' },
  ],
  stopAtOperand: true,
  usageStatus: usage,
  help: '[options] <file>|<directory> <command> [<argument>...]\n flock [options] <file>|<directory> -c <command>\n flock [options] <file descriptor number>\n\nManage file locks from shell scripts.',
  *run(frame) {
    const { sys, options: given } = frame;
    const [file, ...rest] = given.operands;
    if (file === undefined) return yield* nothingNamed(frame);
    const command = commandOf(frame, rest);
    const isNumber = command.length === 0;
    if (isNumber && !/^\d+$/.test(file)) throw new Fatal(`bad file descriptor: '${file}'`, usage);
    const fd = isNumber ? Number(file) : yield* open(sys, file);
    if (!(yield* lock(frame, fd, file))) return conflictStatus(frame);
    if (isNumber) return 0;
    if (given.has('no-fork')) return yield* become(sys, frame, command);
    return yield* run(frame, fd, command);
  },
});

function* nothingNamed({ sys, options: given }: Frame): Blocking<number> {
  if (given.given.length > 0) throw new Fatal('requires file descriptor, file or directory', usage);
  yield* writeAll(sys, 2, "flock: not enough arguments\nTry 'flock --help' for more information.\n");
  return usage;
}

/** `-c COMMAND` may stand before or behind the file. */
function commandOf({ options: given, env }: Frame, rest: readonly string[]): string[] {
  const shell = env.SHELL ?? '/bin/sh';
  const before = given.value('command');
  if (before !== null) return [shell, '-c', before];
  const [first, text, ...more] = rest;
  if (first !== '-c' && first !== '--command') return [...rest];
  if (text === undefined || more.length > 0) throw new Fatal('-c requires exactly one command argument', usage);
  return [shell, '-c', text];
}

function* open(sys: Sys, path: string): Blocking<number> {
  try {
    return yield* sys.open(path, O_RDONLY | O_CREAT, 0o666);
  } catch (error) {
    if (!isSysError(error)) throw error;
    if (error.errno === 'EISDIR') return yield* sys.open(path, O_RDONLY | O_DIRECTORY);
    const status =
      error.errno === 'ENOENT' || error.errno === 'ENOTDIR' || error.errno === 'EACCES' ? noInput : osError;
    throw new Fatal(`cannot open lock file ${path}: ${strerror(error.errno)}`, status);
  }
}

function conflictStatus({ options: given }: Frame): number {
  return Number(given.value('conflict-exit-code') ?? 1);
}

/** False when somebody else has it. */
function* lock(frame: Frame, fd: number, name: string): Blocking<boolean> {
  const { sys, options: given } = frame;
  const timeout = given.value('timeout');
  const seconds = timeout === null ? null : Number(timeout);
  if (seconds !== null && (Number.isNaN(seconds) || seconds < 0))
    throw new Fatal(`invalid timeout value: '${timeout}'`, usage);
  const operation = given.has('unlock') ? 'unlock' : given.has('shared') ? 'shared' : 'exclusive';
  const nonBlock = given.has('nonblock') || seconds === 0;
  if (seconds !== null && seconds > 0) {
    sys.sigaction(signalNumbers.SIGALRM, { handler: () => undefined, restart: false });
    sys.alarm(Math.ceil(seconds * 1e9));
  }
  try {
    yield* sys.flock(fd, operation, nonBlock);
    if (seconds !== null) sys.alarm(0);
    return true;
  } catch (error) {
    if (isSysError(error, 'EAGAIN', 'EINTR')) return false;
    if (isSysError(error)) throw new Fatal(`${name}: ${strerror(error.errno)}`, dataError);
    throw error;
  }
}

function* become(sys: Sys, { env }: Frame, command: readonly string[]): Blocking<number> {
  const errno = yield* execByName(sys, command, env);
  yield* writeAll(sys, 2, `flock: failed to execute ${command[0]}: ${strerror(errno)}\n`);
  return errno === 'ENOENT' ? unavailable : osError;
}

function* run(frame: Frame, fd: number, command: readonly string[]): Blocking<number> {
  const { sys, options: given } = frame;
  const child = sys.fork(function* (own) {
    if (given.has('close')) own.close(fd);
    return yield* become(own, frame, command);
  });
  for (;;) {
    const result = yield* sys.waitpid(child);
    if (result?.event.kind === 'exited') return result.event.code;
    if (result?.event.kind === 'killed') return 128 + result.event.signal;
  }
}
