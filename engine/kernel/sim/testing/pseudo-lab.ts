/** For tests: a kernel with the filesystems mounted that show what it knows, and programs run on it. */

import * as abi from '../abi';
import { encode } from '../bytes';
import { registerFilesystems } from '../fs';
import { SimKernel } from '../kernel';
import type { Blocking } from '../sched/blocking';
import type { Sys } from '../sys/sys';

const directories = ['/dev', '/dev/pts', '/dev/mqueue', '/proc', '/sys', '/tmp'];

export interface PseudoLab {
  kernel: SimKernel;
  /** Runs a program as a child of the lab's init until it ends; what it throws is thrown. */
  run<T>(program: (sys: Sys) => Blocking<T>): T;
  /** Runs whatever there is to run, up to so many nanoseconds. */
  settle(nanoseconds?: number): void;
}

export function bootPseudoLab(): PseudoLab {
  const kernel = new SimKernel({
    seed: 'test',
    programs: () => undefined,
    epoch: 1_700_000_000e9,
    memoryBytes: 1 << 30,
    turn: () => Promise.resolve(),
  });
  registerFilesystems(
    kernel,
    directories.map((path) => ({ path, mode: 0o755, uid: 0, gid: 0, content: { kind: 'directory' } })),
  );
  const settle = (nanoseconds = 1e9) => {
    const until = kernel.now + nanoseconds;
    while (kernel.scheduler.step(until));
  };
  const init = kernel.tasks.boot(function* (sys) {
    mountAll(sys);
    for (;;) {
      try {
        yield* sys.waitpid(-1);
      } catch (error) {
        if (!abi.isSysError(error, 'ECHILD', 'EINTR')) throw error;
        if (error.errno === 'ECHILD') yield* sys.sigtimedwait(1n << 16n, null);
      }
    }
  });
  const mistakes: unknown[] = [];
  kernel.tasks.onOops = (error) => mistakes.push(error);
  settle();
  if (mistakes.length > 0) throw mistakes[0];
  return {
    kernel,
    settle,
    run<T>(program: (sys: Sys) => Blocking<T>): T {
      let answer: { value: T } | undefined;
      kernel.tasks.cloneFrom(init, 0, function* (sys) {
        sys.setsid();
        answer = { value: yield* program(sys) };
        return 0;
      });
      settle(60e9);
      if (mistakes.length > 0) throw mistakes.shift();
      if (!answer) throw new Error('the program did not end');
      return answer.value;
    },
  };
}

function mountAll(sys: Sys): void {
  sys.mount('dev', '/dev', 'tmpfs', 0, 'mode=755');
  for (const name of ['pts', 'mqueue', 'shm']) sys.mkdir(`/dev/${name}`, 0o755);
  sys.mknod('/dev/tty', abi.S_IFCHR | 0o666, { major: 5, minor: 0 });
  sys.mount('devpts', '/dev/pts', 'devpts', 0, 'newinstance,ptmxmode=0666,mode=0620,gid=5,max=256');
  sys.mount('mqueue', '/dev/mqueue', 'mqueue', 0);
  sys.mount('proc', '/proc', 'proc', 0);
  sys.mount('sysfs', '/sys', 'sysfs', 0);
  sys.mount('cgroup2', '/sys/fs/cgroup', 'cgroup2', 0);
  sys.mount('tmp', '/tmp', 'tmpfs', 0, 'mode=1777');
}

export function* writeText(sys: Sys, path: string, text: string): Blocking<void> {
  const fd = yield* sys.open(path, abi.O_WRONLY | abi.O_TRUNC);
  try {
    yield* sys.write(fd, encode(text));
  } finally {
    sys.close(fd);
  }
}

/** The errno of what `work` throws; null when it works. */
export function* errnoOf(work: () => Blocking<unknown>): Blocking<string | null> {
  try {
    yield* work();
    return null;
  } catch (error) {
    if (abi.isSysError(error)) return error.errno;
    throw error;
  }
}

/** The same for calls that do not wait. */
export function errnoNow(work: () => unknown): string | null {
  try {
    work();
    return null;
  } catch (error) {
    if (abi.isSysError(error)) return error.errno;
    throw error;
  }
}
