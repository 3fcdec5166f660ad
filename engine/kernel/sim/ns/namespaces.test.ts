import { describe, expect, test } from 'vitest';
import * as abi from '../abi';
import { signalNumbers } from '../abi';
import type { Blocking } from '../sched/blocking';
import type { Sys } from '../sys/sys';
import { bootTest, errnoOf, errnoOfWait, readText, say, taskOf, writeText } from '../testing/boot';

const { SIGTERM, SIGKILL, SIGSTOP, SIGUSR1 } = signalNumbers;
const everything =
  abi.CLONE_NEWNS | abi.CLONE_NEWUTS | abi.CLONE_NEWIPC | abi.CLONE_NEWPID | abi.CLONE_NEWNET | abi.CLONE_NEWCGROUP;

function* sleepForever(sys: Sys): Blocking<number> {
  for (;;) yield* errnoOfWait(() => sys.pause());
}

function* openFile(sys: Sys, path: string): Blocking<number> {
  return yield* sys.open(path, abi.O_RDONLY);
}

describe('pid namespaces', () => {
  test('the first child is number 1, its parent outside is 0, and numbers are nested', () => {
    const { stdout } = bootTest(function* (sys) {
      sys.unshare(abi.CLONE_NEWPID);
      yield* say(
        sys,
        sys.getpid(),
        errnoOf(() => sys.unshare(abi.CLONE_NEWPID)),
      );
      const child = sys.fork(function* (mine) {
        yield* say(mine, mine.getpid(), mine.getppid(), mine.getpgid(), mine.getsid());
        const inner = mine.clone(abi.CLONE_NEWPID, function* (own) {
          yield* say(
            own,
            own.getpid(),
            taskOf(own).numbers.map(({ number }) => number),
          );
          return 0;
        });
        yield* say(mine, inner, (yield* mine.waitpid(-1))?.pid);
        return 0;
      });
      yield* say(sys, child);
      yield* sys.waitpid(child);
      yield* say(
        sys,
        errnoOf(() => sys.fork(sleepForever)),
      );
      return 0;
    });
    expect(stdout).toBe('2 EINVAL\n3\n1 0 0 0\n1 4,2,1\n2 2\nENOMEM\n');
  });

  test('the end of number 1 ends everybody, and its parent hears of it last', () => {
    const { stdout } = bootTest(function* (sys) {
      const init = sys.clone(abi.CLONE_NEWPID, function* (mine) {
        for (let i = 0; i < 3; i++) mine.fork(sleepForever);
        mine.clone(abi.CLONE_NEWPID, function* (inner) {
          inner.fork(sleepForever);
          return yield* sleepForever(inner);
        });
        yield* mine.nanosleep(1e6);
        return 9;
      });
      const pids = yield* readText(sys, '/proc/self/stat');
      yield* say(sys, pids.split(' ')[0], JSON.stringify((yield* sys.waitpid(init))?.event));
      const left = sys.readdir('/proc').filter(({ name }) => /^\d+$/.test(name));
      yield* say(
        sys,
        left.map(({ name }) => name),
      );
      return 0;
    });
    expect(stdout).toBe('2 {"kind":"exited","code":9}\n1,2\n');
  });

  test('number 1 takes from inside only what it has a handler for, from outside SIGKILL and SIGSTOP', () => {
    const { stdout } = bootTest(function* (sys) {
      const handled: number[] = [];
      const init = sys.clone(abi.CLONE_NEWPID, function* (mine) {
        mine.sigaction(SIGUSR1, { handler: (signal) => void handled.push(signal), restart: true });
        // biome-ignore lint/correctness/useYield: it only signals.
        mine.fork(function* (child) {
          for (const signal of [SIGTERM, SIGKILL, SIGSTOP, SIGUSR1]) child.kill(1, signal);
          return 0;
        });
        mine.kill(1, SIGKILL);
        return yield* sleepForever(mine);
      });
      yield* sys.nanosleep(1e6);
      sys.kill(init, SIGTERM);
      yield* sys.nanosleep(1e6);
      yield* say(sys, handled, yield* sys.waitpid(init, abi.WNOHANG | abi.WUNTRACED));
      sys.kill(init, SIGSTOP);
      yield* say(sys, JSON.stringify((yield* sys.waitpid(init, abi.WUNTRACED))?.event));
      sys.kill(init, SIGKILL);
      yield* say(sys, JSON.stringify((yield* sys.waitpid(init))?.event));
      return 0;
    });
    expect(stdout).toBe('10 \n{"kind":"stopped","signal":19}\n{"kind":"killed","signal":9,"core":false}\n');
  });

  test('orphans go to number 1 of their namespace', () => {
    const { stdout } = bootTest(function* (sys) {
      const init = sys.clone(abi.CLONE_NEWPID, function* (mine) {
        mine.fork(function* (middle) {
          middle.fork(function* (grandchild) {
            yield* grandchild.nanosleep(1e6);
            yield* say(grandchild, grandchild.getpid(), grandchild.getppid());
            return 0;
          });
          yield* middle.schedYield();
          return 0;
        });
        yield* say(mine, (yield* mine.waitpid(-1))?.pid, (yield* mine.waitpid(-1))?.pid);
        return 0;
      });
      yield* sys.waitpid(init);
      return 0;
    });
    expect(stdout).toBe('3 1\n2 3\n');
  });

  test('setns only changes where children are born, and only downwards', () => {
    const { stdout } = bootTest(function* (sys) {
      const init = sys.clone(abi.CLONE_NEWPID, sleepForever);
      const own = yield* openFile(sys, '/proc/self/ns/pid');
      const theirs = yield* openFile(sys, `/proc/${init}/ns/pid`);
      sys.setns(theirs, abi.CLONE_NEWPID);
      const child = sys.fork(function* (mine) {
        yield* say(
          mine,
          mine.getpid(),
          mine.getppid(),
          errnoOf(() => mine.setns(own, 0)),
        );
        return 0;
      });
      yield* sys.waitpid(child);
      sys.setns(own, abi.CLONE_NEWPID);
      yield* say(
        sys,
        errnoOf(() => sys.setns(theirs, abi.CLONE_NEWNET)),
        errnoOf(() => sys.setns(0, 0)),
      );
      return 0;
    });
    expect(stdout).toBe('2 0 EINVAL\nEINVAL EINVAL\n');
  });

  test('who was entered from outside is a zombie until the one outside has waited', () => {
    const { stdout } = bootTest(function* (sys) {
      const init = sys.clone(abi.CLONE_NEWPID, sleepForever);
      sys.setns(yield* openFile(sys, `/proc/${init}/ns/pid`), 0);
      const entered = sys.fork(sleepForever);
      yield* sys.nanosleep(1e6);
      sys.kill(init, SIGKILL);
      yield* sys.nanosleep(1e6);
      yield* say(sys, yield* sys.waitpid(init, abi.WNOHANG));
      for (const pid of [entered, init]) yield* say(sys, JSON.stringify((yield* sys.waitpid(pid))?.event));
      return 0;
    });
    expect(stdout).toBe(`\n${'{"kind":"killed","signal":9,"core":false}\n'.repeat(2)}`);
  });

  test('numbers are given in turn, from ns_last_pid on, and after the highest from 300', () => {
    const { stdout } = bootTest(function* (sys) {
      for (const last of ['999', '4194302']) {
        yield* writeText(sys, '/proc/sys/kernel/ns_last_pid', last);
        for (let i = 0; i < 2; i++) {
          const child = sys.fork(function* (mine) {
            yield* mine.schedYield();
            return 0;
          });
          yield* say(sys, child);
          yield* sys.waitpid(child);
        }
      }
      return 0;
    });
    expect(stdout).toBe('1000\n1001\n4194303\n300\n');
  });
});

describe('user namespaces', () => {
  test('a new one has no ids and all capabilities; maps are written once', () => {
    const { stdout } = bootTest(function* (sys) {
      sys.setgroups([]);
      sys.setresgid(1000, 1000, 1000);
      sys.setresuid(1000, 1000, 1000);
      yield* say(
        sys,
        errnoOf(() => sys.unshare(abi.CLONE_NEWUTS)),
      );
      sys.unshare(abi.CLONE_NEWUSER);
      yield* say(sys, sys.getuid(), sys.getgid(), sys.capget().effective === abi.allCapabilities);
      yield* say(
        sys,
        errnoOf(() => sys.setuid(0)),
        errnoOf(() => sys.setgroups([])),
        errnoOf(() => sys.unshare(abi.CLONE_NEWUSER)),
      );
      const write = (file: string, text: string) => errnoOfWait(() => writeText(sys, `/proc/self/${file}`, text));
      // It was root's, and has not executed anything since.
      yield* say(sys, yield* write('uid_map', '0 1000 1'), sys.stat('/proc/self/uid_map').uid);
      taskOf(sys).dumpable = true;
      yield* say(
        sys,
        yield* write('uid_map', '0 0 1'),
        yield* write('uid_map', '0 1000 2'),
        yield* write('gid_map', '0 1000 1'),
      );
      yield* say(
        sys,
        yield* write('setgroups', 'deny'),
        yield* write('gid_map', '0 1000 1'),
        yield* write('uid_map', '0 1000 1\n'),
      );
      yield* say(
        sys,
        yield* write('uid_map', '0 1000 1'),
        sys.getuid(),
        sys.getgid(),
        errnoOf(() => sys.setgroups([])),
      );
      yield* say(sys, yield* readText(sys, '/proc/self/uid_map'));
      sys.unshare(abi.CLONE_NEWUTS);
      sys.sethostname('mine');
      yield* say(sys, sys.uname().nodename);
      return 0;
    });
    expect(stdout).toBe(
      [
        'EPERM',
        '65534 65534 true',
        'EINVAL EPERM EPERM',
        'EACCES 65534',
        'EPERM EPERM EPERM',
        'ok ok ok',
        'EPERM 0 0 EPERM',
        '         0       1000          1\n',
        'mine',
        '',
      ].join('\n'),
    );
  });

  test('capabilities in one are none outside', () => {
    const { stdout } = bootTest(function* (sys) {
      sys.setresuid(1000, 1000, 1000);
      sys.unshare(abi.CLONE_NEWUSER);
      yield* say(
        sys,
        errnoOf(() => sys.sethostname('x')),
        errnoOf(() => sys.kill(1, 0)),
        errnoOf(() => sys.chroot('/')),
      );
      yield* say(
        sys,
        errnoOf(() => sys.mount('t', '/mnt', 'tmpfs', 0)),
      );
      const own = yield* openFile(sys, '/proc/self/ns/user');
      yield* say(
        sys,
        errnoOf(() => sys.setns(own, 0)),
      );
      const uts = yield* openFile(sys, '/proc/self/ns/uts');
      yield* say(
        sys,
        errnoOf(() => sys.setns(uts, 0)),
      );
      return 0;
    });
    expect(stdout).toBe('EPERM EPERM ok\nEPERM\nEINVAL\nEPERM\n');
  });

  test('the owner can enter it from outside, others cannot', () => {
    const { stdout } = bootTest(function* (sys) {
      sys.setresuid(1000, 1000, 0);
      const child = sys.fork(function* (mine) {
        mine.setresuid(1000, 1000, 1000);
        mine.unshare(abi.CLONE_NEWUSER);
        return yield* sleepForever(mine);
      });
      yield* sys.nanosleep(1e6);
      for (const uid of [1001, 1000]) {
        const other = sys.fork(function* (mine) {
          mine.setresuid(0, 0, 0);
          const fd = yield* openFile(mine, `/proc/${child}/ns/user`);
          mine.setresuid(uid, uid, uid);
          yield* say(
            mine,
            errnoOf(() => mine.setns(fd, abi.CLONE_NEWUSER)),
            mine.getuid(),
          );
          return 0;
        });
        yield* sys.waitpid(other);
      }
      sys.setresuid(0, 0, 0);
      sys.kill(child, SIGKILL);
      yield* sys.waitpid(child);
      return 0;
    });
    expect(stdout).toBe('EPERM 1001\nok 65534\n');
  });

  test('at most 33 deep, and not at all in a chroot', () => {
    const { stdout } = bootTest(function* (sys) {
      const levels = function* (mine: Sys, depth: number): Blocking<void> {
        const errno = errnoOf(() => mine.unshare(abi.CLONE_NEWUSER));
        if (errno !== 'ok') return yield* say(mine, depth, errno);
        const map = yield* errnoOfWait(() => writeText(mine, '/proc/self/uid_map', '0 0 1'));
        yield* errnoOfWait(() => writeText(mine, '/proc/self/setgroups', 'deny'));
        const groups = yield* errnoOfWait(() => writeText(mine, '/proc/self/gid_map', '0 0 1'));
        if (map !== 'ok' || groups !== 'ok') return yield* say(mine, depth, map, groups);
        const child = mine.fork(function* (next) {
          yield* levels(next, depth + 1);
          return 0;
        });
        yield* mine.waitpid(child);
      };
      const child = sys.fork(function* (mine) {
        mine.chroot('/tmp');
        yield* say(
          mine,
          errnoOf(() => mine.unshare(abi.CLONE_NEWUSER)),
        );
        return 0;
      });
      yield* sys.waitpid(child);
      const helper = sys.fork(function* (mine) {
        // Written from within: CAP_SETFCAP was there when it was made.
        yield* levels(mine, 0);
        return 0;
      });
      yield* sys.waitpid(helper);
      return 0;
    });
    expect(stdout).toBe('EPERM\n33 ENOSPC\n');
  });

  test('limits of /proc/sys/user count what lives', () => {
    const { stdout } = bootTest(function* (sys) {
      yield* writeText(sys, '/proc/sys/user/max_uts_namespaces', '1');
      const child = sys.clone(abi.CLONE_NEWUTS, sleepForever);
      yield* say(
        sys,
        errnoOf(() => sys.unshare(abi.CLONE_NEWUTS)),
      );
      yield* sys.nanosleep(1e6);
      sys.kill(child, SIGKILL);
      yield* sys.waitpid(child);
      yield* sys.nanosleep(1e6);
      yield* say(
        sys,
        errnoOf(() => sys.unshare(abi.CLONE_NEWUTS)),
      );
      return 0;
    });
    expect(stdout).toBe('ENOSPC\nok\n');
  });
});

describe('lifetime', () => {
  test('namespaces end with their last process, or with what keeps them', () => {
    const { stdout, kernel } = bootTest(function* (sys) {
      const kinds = () =>
        [...taskOf(sys).kernel.namespaces.all()]
          .map(({ kind }) => kind)
          .slice(8)
          .sort()
          .join();
      const child = sys.clone(everything, sleepForever);
      const fd = yield* openFile(sys, `/proc/${child}/ns/uts`);
      yield* say(sys, kinds());
      yield* sys.nanosleep(1e6);
      sys.kill(child, SIGKILL);
      yield* sys.waitpid(child);
      yield* sys.nanosleep(1e6);
      yield* say(sys, kinds());
      yield* sys.open('/tmp/uts', abi.O_CREAT | abi.O_RDONLY, 0o600);
      sys.mount(`/proc/self/fd/${fd}`, '/tmp/uts', null, abi.MS_BIND);
      sys.close(fd);
      yield* sys.nanosleep(1e6);
      yield* say(sys, kinds());
      sys.umount('/tmp/uts');
      yield* sys.nanosleep(1e6);
      yield* say(sys, kinds());
      return 0;
    });
    expect(stdout).toBe('cgroup,ipc,mnt,net,pid,uts\nuts\nuts\n\n');
    expect(kernel.network.namespaces.size).toBe(1);
  });

  test('a user namespace lives as long as one that belongs to it', () => {
    const { stdout } = bootTest(function* (sys) {
      const kinds = () =>
        [...taskOf(sys).kernel.namespaces.all()]
          .map(({ kind }) => kind)
          .slice(8)
          .sort()
          .join();
      const child = sys.clone(abi.CLONE_NEWUSER | abi.CLONE_NEWUTS, sleepForever);
      const fd = yield* openFile(sys, `/proc/${child}/ns/uts`);
      yield* sys.nanosleep(1e6);
      sys.kill(child, SIGKILL);
      yield* sys.waitpid(child);
      yield* sys.nanosleep(1e6);
      const owner = sys.nsGetUserns(fd);
      yield* say(sys, kinds(), sys.nsGetType(fd) === abi.CLONE_NEWUTS, sys.nsGetOwnerUid(owner));
      const parent = sys.nsGetParent(owner);
      yield* say(
        sys,
        sys.fstat(parent).ino,
        errnoOf(() => sys.nsGetParent(parent)),
        errnoOf(() => sys.nsGetParent(fd)),
      );
      for (const one of [fd, owner]) sys.close(one);
      yield* sys.nanosleep(1e6);
      yield* say(sys, kinds());
      return 0;
    });
    expect(stdout).toBe('user,uts true 0\n4026531837 EPERM EINVAL\n\n');
  });
});
