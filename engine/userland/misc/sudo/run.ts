/** sudo's last part: a child runs the command, sudo waits for it, passes signals on, and ends as it did. */
import {
  type Blocking,
  isSysError,
  type Signal,
  type Sys,
  signalNumbers,
  strerror,
  WUNTRACED,
} from '../../../kernel/sim';
import { environmentList } from '../../lib/exec';
import { writeAll } from '../../lib/io';
import type { Variables } from './environment';

const { SIGINT, SIGQUIT, SIGTSTP, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGALRM, SIGCONT } = signalNumbers;

export interface Command {
  path: string;
  argv: readonly string[];
  env: Variables;
  uid: number;
  gid: number;
  groups: readonly number[];
  background: boolean;
  directory: string | null;
}

export function* runCommand(sys: Sys, command: Command): Blocking<number> {
  if (command.background) {
    sys.fork(function* (child) {
      child.setpgid(0, 0);
      return yield* supervise(child, command);
    });
    return 0;
  }
  return yield* supervise(sys, command);
}

function* supervise(sys: Sys, command: Command): Blocking<number> {
  const child = sys.fork((own) => become(own, command));
  // Signals from the terminal reach the command itself.
  for (const signal of [SIGINT, SIGQUIT, SIGTSTP]) sys.sigaction(signal, { handler: () => undefined, restart: true });
  const pass = (signal: Signal) => {
    try {
      sys.kill(child, signal);
    } catch (error) {
      if (!isSysError(error)) throw error;
    }
  };
  for (const signal of [SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGALRM, SIGCONT])
    sys.sigaction(signal, { handler: pass, restart: true });
  return yield* waitFor(sys, child);
}

function* waitFor(sys: Sys, child: number): Blocking<number> {
  for (;;) {
    try {
      const result = yield* sys.waitpid(child, WUNTRACED);
      if (!result) continue;
      const { event } = result;
      if (event.kind === 'exited') return event.code;
      if (event.kind === 'stopped') yield* stopToo(sys, event.signal);
      if (event.kind === 'killed') return yield* dieOf(sys, event.signal);
    } catch (error) {
      if (!isSysError(error, 'EINTR')) throw error;
    }
  }
}

function* stopToo(sys: Sys, signal: Signal): Blocking<void> {
  if (signal !== signalNumbers.SIGSTOP) sys.sigaction(signal, 'default');
  sys.kill(sys.getpid(), signal);
  yield* sys.checkpoint();
  if (signal !== signalNumbers.SIGSTOP) sys.sigaction(signal, { handler: () => undefined, restart: true });
}

function* dieOf(sys: Sys, signal: Signal): Blocking<number> {
  if (signal !== signalNumbers.SIGKILL) sys.sigaction(signal, 'default');
  sys.kill(sys.getpid(), signal);
  yield* sys.schedYield();
  return 128 + signal;
}

function* become(sys: Sys, { path, argv, env, uid, gid, groups, directory }: Command): Blocking<number> {
  try {
    sys.setgroups(groups);
    sys.setresgid(gid, gid, gid);
    sys.setresuid(uid, uid, uid);
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* writeAll(sys, 2, `sudo: unable to set user context: ${strerror(error.errno)}\n`);
    return 1;
  }
  if (directory !== null) yield* enter(sys, directory);
  try {
    return yield* sys.execve(path, argv, environmentList(env));
  } catch (error) {
    if (!isSysError(error)) throw error;
    if (error.errno === 'ENOEXEC')
      return yield* sys.execve('/bin/sh', ['sh', path, ...argv.slice(1)], environmentList(env));
    yield* writeAll(sys, 2, `sudo: unable to execute ${path}: ${strerror(error.errno)}\n`);
    return 1;
  }
}

function* enter(sys: Sys, directory: string): Blocking<void> {
  try {
    sys.chdir(directory);
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* writeAll(sys, 2, `sudo: unable to change directory to ${directory}: ${strerror(error.errno)}\n`);
  }
}
