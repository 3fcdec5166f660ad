import { describe, expect, test } from 'vitest';
import * as abi from '../abi';
import { isSysError, signalNumbers } from '../abi';
import type { Blocking } from '../sched/blocking';
import type { Sys } from '../sys/sys';
import { bootTest, errnoOf, say, taskOf } from '../testing/boot';

const { SIGTERM, SIGKILL, SIGSTOP, SIGCONT, SIGCHLD, SIGUSR1, SIGPIPE } = signalNumbers;

function* waitErrno(work: () => Blocking<unknown>): Blocking<string> {
  try {
    yield* work();
    return 'ok';
  } catch (error) {
    if (isSysError(error)) return error.errno;
    throw error;
  }
}

function* sleepForever(sys: Sys): Blocking<number> {
  for (;;) yield* sys.nanosleep(1e9);
}

describe('fork, exec, wait', () => {
  test('a child ends and is waited for', () => {
    const { stdout, code } = bootTest(function* (sys) {
      const child = sys.fork(function* (mine) {
        yield* say(mine, 'child', mine.getpid(), mine.getppid());
        return 7;
      });
      yield* say(sys, JSON.stringify(yield* sys.waitpid(child)));
      yield* say(sys, yield* waitErrno(() => sys.waitpid(-1)));
      return 3;
    });
    expect(stdout).toBe('child 3 2\n{"pid":3,"event":{"kind":"exited","code":7}}\nECHILD\n');
    expect(code).toBe(3);
  });

  test('execve runs the program of an image, of a script and of a script of a script', () => {
    const { stdout } = bootTest(
      {
        *main(sys) {
          for (const path of [
            '/bin/args',
            '/tmp/script',
            '/tmp/outer',
            '/tmp/plain',
            '/tmp/lost',
            '/tmp/none',
            '/tmp',
          ]) {
            const child = sys.fork(function* (mine) {
              const errno = yield* waitErrno(() => mine.execve(path, ['zero', 'one'], ['A=1']));
              yield* say(mine, path, errno);
              return 1;
            });
            yield* sys.waitpid(child);
          }
          return 0;
        },
        *args(sys, argv, env) {
          yield* say(sys, taskOf(sys).comm, JSON.stringify(argv), JSON.stringify(env));
          return 0;
        },
      },
      {
        files: {
          '/tmp/script': [0o755, '#! /bin/args  -x y \nrest'],
          '/tmp/outer': [0o755, '#!/tmp/script\n'],
          '/tmp/plain': [0o755, 'no program'],
          '/tmp/lost': [0o755, '#!/bin/nope\n'],
          '/tmp/none': [0o644, '#!/bin/args\n'],
        },
      },
    );
    expect(stdout).toBe(
      [
        'args ["zero","one"] {"A":"1"}',
        'script ["/bin/args","-x y","/tmp/script","one"] {"A":"1"}',
        'outer ["/bin/args","-x y","/tmp/script","/tmp/outer","one"] {"A":"1"}',
        '/tmp/plain ENOEXEC',
        '/tmp/lost ENOENT',
        '/tmp/none EACCES',
        '/tmp EACCES',
        '',
      ].join('\n'),
    );
  });

  test('interpreters lie at most five deep', () => {
    const files: Record<string, [number, string]> = { '/tmp/0': [0o755, '#!/bin/args\n'] };
    for (let i = 1; i < 6; i++) files[`/tmp/${i}`] = [0o755, `#!/tmp/${i - 1}\n`];
    const { stdout } = bootTest(
      {
        *main(sys) {
          for (const path of ['/tmp/4', '/tmp/5']) {
            const child = sys.fork(function* (mine) {
              yield* say(mine, yield* waitErrno(() => mine.execve(path, ['x'], [])));
              return 1;
            });
            yield* sys.waitpid(child);
          }
          return 0;
        },
        *args(sys, argv) {
          yield* say(sys, argv.length);
          return 0;
        },
      },
      { files },
    );
    expect(stdout).toBe('6\nELOOP\n');
  });

  test('a closed descriptor, handlers and memory do not outlive execve; what is ignored and blocked does', () => {
    const { stdout } = bootTest({
      *main(sys) {
        sys.sigaction(SIGTERM, { handler: () => undefined, restart: true });
        sys.sigaction(SIGUSR1, 'ignore');
        sys.sigprocmask('block', 1n << BigInt(SIGTERM - 1));
        sys.kill(sys.getpid(), SIGTERM);
        const fd = yield* sys.open('/dev/null', abi.O_RDONLY | abi.O_CLOEXEC);
        yield* say(sys, fd, sys.openFds().length);
        sys.allocate(5 << 20);
        return yield* sys.execve('/bin/next', ['next'], []);
      },
      *next(sys) {
        const { signals, memory } = taskOf(sys);
        yield* say(
          sys,
          sys.openFds().length,
          signals.action(SIGTERM),
          signals.action(SIGUSR1),
          signals.pending,
          memory,
        );
        return 0;
      },
    });
    expect(stdout).toBe(`3 4\n3 default ignore ${1n << BigInt(SIGTERM - 1)} 1048576\n`);
  });

  test('an orphan goes to number 1, or to the nearest ancestor that asked for orphans', () => {
    const { stdout } = bootTest(function* (sys) {
      // biome-ignore lint/correctness/useYield: it only forks.
      function* generations(mine: Sys): Blocking<number> {
        mine.fork(function* (grandchild) {
          yield* grandchild.nanosleep(1e6);
          yield* say(grandchild, 'parent', grandchild.getppid());
          return 0;
        });
        return 0;
      }
      sys.fork(generations);
      yield* sys.waitpid(-1);
      yield* sys.nanosleep(2e6);
      sys.setSubreaper(true);
      sys.fork(generations);
      for (let i = 0; i < 2; i++) yield* say(sys, (yield* sys.waitpid(-1))?.pid);
      return 0;
    });
    expect(stdout).toBe('parent 1\n5\nparent 2\n6\n');
  });

  test('who ignores SIGCHLD has no zombies and waits for the last child', () => {
    const { stdout } = bootTest(function* (sys) {
      sys.sigaction(SIGCHLD, 'ignore');
      for (const time of [1e6, 2e6]) {
        sys.fork(function* (mine) {
          yield* mine.nanosleep(time);
          return 0;
        });
      }
      yield* say(sys, yield* waitErrno(() => sys.waitpid(-1)), sys.clockGettime('monotonic') > 2e6);
      return 0;
    });
    expect(stdout).toBe('ECHILD true\n');
  });

  test('a process that lets an exception through ends as if by SIGSEGV and is reported', () => {
    expect(() =>
      bootTest(function* (sys) {
        yield* sys.schedYield();
        throw new TypeError('a bug');
      }),
    ).toThrow('a bug');
  });

  test('nothing is run after the end, not even in a finally', () => {
    const { stdout, code } = bootTest(function* (sys) {
      try {
        sys.exit(4);
      } finally {
        yield* say(sys, 'not this');
      }
      return 0;
    });
    expect([stdout, code]).toEqual(['', 4]);
  });
});

describe('signals', () => {
  test('a handler interrupts a sleep, restarts a read, and is called before the program goes on', () => {
    const { stdout } = bootTest(function* (sys) {
      const calls: number[] = [];
      const handler = (signal: number) => void calls.push(signal);
      const { readEnd, writeEnd } = sys.pipe();
      sys.fork(function* (mine) {
        yield* mine.nanosleep(1e6);
        mine.kill(mine.getppid(), SIGUSR1);
        yield* mine.nanosleep(1e6);
        mine.kill(mine.getppid(), SIGUSR1);
        yield* mine.nanosleep(1e6);
        yield* mine.write(writeEnd, new Uint8Array([65]));
        return 0;
      });
      sys.sigaction(SIGUSR1, { handler, restart: false });
      yield* say(sys, yield* waitErrno(() => sys.nanosleep(1e9)), calls);
      sys.sigaction(SIGUSR1, { handler, restart: true });
      yield* say(sys, yield* sys.read(readEnd, 10), calls);
      return 0;
    });
    expect(stdout).toBe('EINTR 10\n65 10,10\n');
  });

  test('SIGTERM ends a sleeper, SIGKILL cannot be handled', () => {
    const { stdout } = bootTest(function* (sys) {
      yield* say(
        sys,
        errnoOf(() => sys.sigaction(SIGKILL, 'ignore')),
        errnoOf(() => sys.sigaction(SIGSTOP, 'default')),
      );
      for (const signal of [SIGTERM, SIGKILL]) {
        const child = sys.fork(sleepForever);
        yield* sys.nanosleep(1e6);
        sys.kill(child, signal);
        yield* say(sys, JSON.stringify((yield* sys.waitpid(child))?.event));
      }
      return 0;
    });
    expect(stdout).toBe(
      'EINVAL EINVAL\n{"kind":"killed","signal":15,"core":false}\n{"kind":"killed","signal":9,"core":false}\n',
    );
  });

  test('who kills itself does nothing more', () => {
    const { stdout, code } = bootTest(function* (sys) {
      sys.kill(sys.getpid(), SIGTERM);
      yield* say(sys, 'not this');
      return 0;
    });
    expect([stdout, code]).toEqual(['', 143]);
  });

  test('writing to a pipe nobody reads ends the writer before it sees the error', () => {
    const { stdout } = bootTest(function* (sys) {
      const child = sys.fork(function* (mine) {
        const { readEnd, writeEnd } = mine.pipe();
        mine.close(readEnd);
        yield* waitErrno(() => mine.write(writeEnd, new Uint8Array(1)));
        yield* say(mine, 'not this');
        return 0;
      });
      yield* say(sys, JSON.stringify((yield* sys.waitpid(child))?.event));
      sys.sigaction(SIGPIPE, 'ignore');
      const { readEnd, writeEnd } = sys.pipe();
      sys.close(readEnd);
      yield* say(sys, yield* waitErrno(() => sys.write(writeEnd, new Uint8Array(1))));
      return 0;
    });
    expect(stdout).toBe('{"kind":"killed","signal":13,"core":false}\nEPIPE\n');
  });

  test('stop and continue are told to the parent', () => {
    const { stdout } = bootTest(function* (sys) {
      const child = sys.fork(sleepForever);
      yield* sys.nanosleep(1e6);
      sys.kill(child, SIGSTOP);
      yield* say(sys, JSON.stringify((yield* sys.waitpid(child, abi.WUNTRACED))?.event));
      sys.kill(child, SIGTERM);
      yield* sys.nanosleep(1e6);
      yield* say(sys, yield* sys.waitpid(child, abi.WNOHANG));
      sys.kill(child, SIGCONT);
      yield* say(sys, JSON.stringify((yield* sys.waitpid(child, abi.WCONTINUED))?.event));
      yield* say(sys, JSON.stringify((yield* sys.waitpid(child))?.event));
      return 0;
    });
    expect(stdout).toBe(
      '{"kind":"stopped","signal":19}\n\n{"kind":"continued"}\n{"kind":"killed","signal":15,"core":false}\n',
    );
  });

  test('sigtimedwait takes a blocked signal, pending or coming', () => {
    const { stdout } = bootTest(function* (sys) {
      const mask = 1n << BigInt(SIGUSR1 - 1);
      sys.sigprocmask('block', mask);
      yield* say(sys, yield* waitErrno(() => sys.sigtimedwait(mask, 1e6)));
      sys.kill(sys.getpid(), SIGUSR1);
      yield* say(sys, sys.sigpending(), yield* sys.sigtimedwait(mask, null));
      sys.fork(function* (mine) {
        yield* mine.nanosleep(1e6);
        mine.kill(mine.getppid(), SIGUSR1);
        return 0;
      });
      yield* say(sys, yield* sys.sigtimedwait(mask, null));
      return 0;
    });
    expect(stdout).toBe(`EAGAIN\n${1 << (SIGUSR1 - 1)} ${SIGUSR1}\n${SIGUSR1}\n`);
  });

  test('alarm', () => {
    const { code, kernel } = bootTest(function* (sys) {
      sys.alarm(5e9);
      yield* sleepForever(sys);
      return 0;
    });
    expect(code).toBe(142);
    expect(kernel.now).toBeGreaterThanOrEqual(5e9);
  });

  test('rules of kill', () => {
    const { stdout } = bootTest(function* (sys) {
      const child = sys.fork(function* (mine) {
        mine.setpgid(0, 0);
        mine.setresuid(1000, 1000, 1000);
        yield* say(
          mine,
          errnoOf(() => mine.kill(1, 0)),
          errnoOf(() => mine.kill(999, 0)),
          errnoOf(() => mine.kill(-999, 0)),
        );
        yield* say(
          mine,
          errnoOf(() => mine.kill(-1, 0)),
          errnoOf(() => mine.kill(0, 0)),
          errnoOf(() => mine.kill(-2, 0)),
        );
        yield* say(
          mine,
          errnoOf(() => mine.kill(2, SIGCONT)),
          errnoOf(() => mine.kill(2, 65)),
        );
        return yield* sleepForever(mine);
      });
      yield* sys.nanosleep(1e6);
      sys.kill(-child, SIGKILL);
      yield* sys.waitpid(child);
      return 0;
    });
    expect(stdout).toBe('EPERM ESRCH ESRCH\nok ok EPERM\nok EINVAL\n');
  });
});

describe('job control', () => {
  test('rules of setpgid and setsid', () => {
    const { stdout } = bootTest({
      *main(sys) {
        yield* say(
          sys,
          errnoOf(() => sys.setpgid(0, 0)),
          errnoOf(() => sys.setsid()),
          sys.getpgid(),
          sys.getsid(),
        );
        const child = sys.fork(function* (mine) {
          yield* mine.nanosleep(2e6);
          yield* say(
            mine,
            mine.getpgid(),
            mine.getsid(),
            errnoOf(() => mine.setsid()),
          );
          return yield* mine.execve('/bin/other', ['other'], []);
        });
        sys.setpgid(child, child);
        yield* say(
          sys,
          sys.getpgid(child),
          errnoOf(() => sys.setpgid(child, 999)),
          errnoOf(() => sys.setpgid(99, 0)),
        );
        yield* sys.nanosleep(4e6);
        yield* say(
          sys,
          errnoOf(() => sys.setpgid(child, 0)),
        );
        sys.kill(child, SIGKILL);
        yield* sys.waitpid(-child);
        yield* say(
          sys,
          errnoOf(() => sys.getpgid(child)),
        );
        return 0;
      },
      other: sleepForever,
    });
    expect(stdout).toBe('EPERM EPERM 2 2\n3 EPERM ESRCH\n3 2 EPERM\nEACCES\nESRCH\n');
  });

  test('a stopped group that becomes orphaned is hung up and continued', () => {
    const { stdout } = bootTest(function* (sys) {
      sys.setSubreaper(true);
      const shell = sys.fork(function* (mine) {
        mine.setsid();
        const job = mine.fork(sleepForever);
        mine.setpgid(job, job);
        yield* mine.nanosleep(1e6);
        mine.kill(job, SIGSTOP);
        yield* mine.waitpid(job, abi.WUNTRACED);
        return 0;
      });
      yield* sys.waitpid(shell);
      yield* say(sys, JSON.stringify((yield* sys.waitpid(-1))?.event));
      return 0;
    });
    expect(stdout).toBe('{"kind":"killed","signal":1,"core":false}\n');
  });

  test('a group keeps its number when its leader has gone', () => {
    const { stdout } = bootTest(function* (sys) {
      const leader = sys.fork(function* (mine) {
        yield* mine.nanosleep(1e6);
        mine.fork(sleepForever);
        return 0;
      });
      sys.setpgid(leader, leader);
      sys.setSubreaper(true);
      yield* sys.waitpid(leader);
      yield* say(
        sys,
        errnoOf(() => sys.kill(-leader, 0)),
        errnoOf(() => sys.kill(leader, 0)),
      );
      sys.kill(-leader, SIGTERM);
      yield* say(sys, JSON.stringify((yield* sys.waitpid(-leader))?.event));
      yield* say(
        sys,
        errnoOf(() => sys.kill(-leader, 0)),
      );
      return 0;
    });
    expect(stdout).toBe('ok ESRCH\n{"kind":"killed","signal":15,"core":false}\nESRCH\n');
  });
});
