/** Who may look into a process that has become another user (proc(5), PR_SET_DUMPABLE of prctl(2)). */
import { expect, test } from 'vitest';
import * as abi from '../../abi';
import { bootTest, errnoOf, say, taskOf } from '../../testing/boot';

test('files of one that has changed its user are those of root, until it executes a program', () => {
  const { stdout } = bootTest(function* (sys) {
    const { readEnd, writeEnd } = sys.pipe();
    const child = sys.fork(function* (own) {
      own.setresuid(1000, 1000, 1000);
      yield* say(own, own.stat('/proc/self/status').uid, own.stat('/proc/self').uid, own.stat('/proc/self/fdinfo').uid);
      // Into itself everybody may look.
      yield* say(own, own.readlink('/proc/self/ns/uts').slice(0, 3));
      yield* own.read(readEnd, 1);
      return 0;
    });
    yield* sys.nanosleep(1e6);
    const looker = sys.fork(function* (own) {
      own.setresuid(1000, 1000, 1000);
      const look = () => errnoOf(() => own.readlink(`/proc/${child}/ns/uts`));
      const before = look();
      const target = taskOf(sys).kernel.tasks.find(taskOf(own).pid - 1);
      if (target) target.dumpable = true;
      yield* say(own, before, look());
      return 0;
    });
    yield* sys.waitpid(looker);
    yield* sys.write(writeEnd, new Uint8Array(1));
    return 0;
  });
  expect(stdout).toBe('0 1000 1000\nuts\nEACCES ok\n');
});

test('nothing changes for one that only gives up capabilities, or enters a user namespace of its own', () => {
  const { stdout } = bootTest(function* (sys) {
    const task = taskOf(sys);
    sys.capset({ ...sys.capget(), effective: 0n });
    yield* say(sys, task.dumpable);
    sys.unshare(abi.CLONE_NEWUSER);
    yield* say(sys, task.dumpable);
    return 0;
  });
  expect(stdout).toBe('true\ntrue\n');
});
