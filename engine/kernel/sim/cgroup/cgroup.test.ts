import { describe, expect, it } from 'vitest';
import * as abi from '../abi';
import type { Blocking } from '../sched/blocking';
import type { Sys } from '../sys/sys';
import { readText } from '../testing/boot';
import { bootPseudoLab, errnoNow, errnoOf, writeText } from '../testing/pseudo-lab';

const top = '/sys/fs/cgroup';

function* makeChild(sys: Sys, controllers: string): Blocking<string> {
  sys.mkdir(`${top}/a`);
  yield* writeText(sys, `${top}/a/cgroup.subtree_control`, controllers);
  sys.mkdir(`${top}/a/b`);
  return `${top}/a/b`;
}

describe('cgroups', () => {
  it('are directories with files by controller', () => {
    const answer = bootPseudoLab().run(function* (sys) {
      const path = yield* makeChild(sys, '+pids');
      return sys
        .readdir(path)
        .map(({ name }) => name)
        .filter((name) => name.startsWith('pids') || name.startsWith('memory.m'));
    });
    expect(answer.sort()).toEqual(['pids.current', 'pids.events', 'pids.events.local', 'pids.max', 'pids.peak']);
  });
  it('refuse a fork beyond pids.max', () => {
    const answer = bootPseudoLab().run(function* (sys) {
      const path = yield* makeChild(sys, '+pids');
      yield* writeText(sys, `${path}/pids.max`, '2');
      yield* writeText(sys, `${path}/cgroup.procs`, '0');
      const sleeper = function* (own: Sys): Blocking<number> {
        yield* own.pause();
        return 0;
      };
      const child = sys.fork(sleeper);
      const refused = errnoNow(() => {
        sys.fork(sleeper);
      });
      sys.kill(child, 9);
      yield* sys.waitpid(child);
      return [
        refused,
        yield* readText(sys, `${path}/pids.events`),
        yield* readText(sys, `${path}/pids.current`),
        yield* readText(sys, '/proc/self/cgroup'),
        yield* readText(sys, `${path}/cgroup.procs`),
      ];
    });
    expect(answer).toEqual(['EAGAIN', 'max 1\n', '1\n', '0::/a/b\n', '2\n']);
  });
  it('kill the largest when memory runs out', () => {
    const answer = bootPseudoLab().run(function* (sys) {
      const path = yield* makeChild(sys, '+memory');
      yield* writeText(sys, `${path}/memory.max`, '50M');
      const child = sys.fork(function* (own) {
        yield* writeText(own, `${path}/cgroup.procs`, '0');
        for (;;) {
          own.allocate(1 << 20);
          yield* own.nanosleep(1000);
        }
      });
      const end = yield* sys.waitpid(child);
      const events = yield* readText(sys, `${path}/memory.events`);
      return [
        end?.event,
        events,
        yield* readText(sys, `${path}/memory.current`),
        yield* readText(sys, `${path}/memory.max`),
      ];
    });
    expect(answer).toEqual([
      { kind: 'killed', signal: 9, core: false },
      'low 0\nhigh 0\nmax 1\noom 1\noom_kill 1\noom_group_kill 0\n',
      '0\n',
      '52428800\n',
    ]);
  });
  it('kill who asks for too much at once, not who has a little already', () => {
    const answer = bootPseudoLab().run(function* (sys) {
      const path = yield* makeChild(sys, '+memory');
      yield* writeText(sys, `${path}/memory.max`, '50M');
      const member = (bytes: number) =>
        sys.fork(function* (own) {
          yield* writeText(own, `${path}/cgroup.procs`, '0');
          own.allocate(bytes);
          yield* own.nanosleep(1_000_000_000);
          return 0;
        });
      const modest = member(10 << 20);
      yield* sys.nanosleep(1_000_000);
      const greedy = member(60 << 20);
      const first = yield* sys.waitpid(-1);
      return [first?.pid === greedy, first?.event, (yield* sys.waitpid(modest))?.event];
    });
    expect(answer).toEqual([true, { kind: 'killed', signal: 9, core: false }, { kind: 'exited', code: 0 }]);
  });
  it('hold back who has used up cpu.max', () => {
    const lab = bootPseudoLab();
    const answer = lab.run(function* (sys) {
      const path = yield* makeChild(sys, '+cpu');
      yield* writeText(sys, `${path}/cpu.max`, '20000 100000');
      const child = sys.fork(function* (own) {
        yield* writeText(own, `${path}/cgroup.procs`, '0');
        const start = own.clockGettime('monotonic');
        while (own.times().self < 200_000_000) yield* own.checkpoint();
        return Math.round((own.clockGettime('monotonic') - start) / 1e8);
      });
      const end = yield* sys.waitpid(child);
      return [end?.event, yield* readText(sys, `${path}/cpu.max`)];
    });
    const [event, max] = answer;
    expect(max).toBe('20000 100000\n');
    expect(event).toMatchObject({ kind: 'exited' });
    // 200 ms of work at a fifth of the processor take about a second.
    expect(typeof event === 'object' && event && 'code' in event ? event.code : 0).toBeGreaterThanOrEqual(8);
  });
  it('freeze, thaw and kill', () => {
    const lab = bootPseudoLab();
    let turns = 0;
    const answer = lab.run(function* (sys) {
      const path = yield* makeChild(sys, '+pids');
      const child = sys.fork(function* (own) {
        yield* writeText(own, `${path}/cgroup.procs`, '0');
        for (;;) {
          turns++;
          yield* own.nanosleep(1_000_000);
        }
      });
      yield* sys.nanosleep(10_000_000);
      yield* writeText(sys, `${path}/cgroup.freeze`, '1');
      const frozen = turns;
      yield* sys.nanosleep(50_000_000);
      const later = turns;
      const events = yield* readText(sys, `${path}/cgroup.events`);
      yield* writeText(sys, `${path}/cgroup.freeze`, '0');
      yield* sys.nanosleep(10_000_000);
      const thawed = turns > later;
      yield* writeText(sys, `${path}/cgroup.freeze`, '1');
      yield* writeText(sys, `${path}/cgroup.kill`, '1');
      const end = yield* sys.waitpid(child);
      sys.rmdir(path);
      return [later - frozen <= 1, events, thawed, end?.event];
    });
    expect(answer).toEqual([true, 'populated 1\nfrozen 1\n', true, { kind: 'killed', signal: 9, core: false }]);
  });
  it('keep processes out of inner nodes', () => {
    const answer = bootPseudoLab().run(function* (sys) {
      const path = yield* makeChild(sys, '+memory');
      const busy = yield* errnoOf(() => writeText(sys, `${top}/a/cgroup.procs`, '0'));
      yield* writeText(sys, `${path}/cgroup.procs`, '0');
      const full = yield* errnoOf(() => writeText(sys, `${path}/cgroup.subtree_control`, '+memory'));
      const unknown = yield* errnoOf(() => writeText(sys, `${path}/cgroup.subtree_control`, '+none'));
      const missing = yield* errnoOf(() => writeText(sys, `${path}/cgroup.subtree_control`, '+pids'));
      const removed = errnoNow(() => {
        sys.rmdir(path);
      });
      return [busy, full, unknown, missing, removed];
    });
    expect(answer).toEqual(['EBUSY', 'EBUSY', 'EINVAL', 'ENOENT', 'EBUSY']);
  });
  it('begin anew in a cgroup namespace', () => {
    const answer = bootPseudoLab().run(function* (sys) {
      const path = yield* makeChild(sys, '+pids');
      yield* writeText(sys, `${path}/cgroup.procs`, '0');
      sys.unshare(abi.CLONE_NEWCGROUP);
      const own = yield* readText(sys, '/proc/self/cgroup');
      const init = yield* readText(sys, '/proc/1/cgroup');
      const line = (yield* readText(sys, '/proc/self/mountinfo')).split('\n').find((one) => one.includes('cgroup2'));
      sys.mount('none', '/tmp', 'cgroup2', 0);
      return [own, init, line?.split(' ')[3], (yield* readText(sys, '/tmp/cgroup.procs')).length > 0];
    });
    expect(answer).toEqual(['0::/\n', '0::/../..\n', '/../..', true]);
  });
});

describe('cgroup.events', () => {
  it('tells who polls or watches it', () => {
    const answer = bootPseudoLab().run(function* (sys) {
      const path = yield* makeChild(sys, '+pids');
      const fd = yield* sys.open(`${path}/cgroup.events`, abi.O_RDONLY);
      const watch = sys.inotifyInit();
      sys.inotifyAddWatch(watch, `${path}/cgroup.events`, abi.IN_MODIFY);
      yield* sys.read(fd, 100);
      const before = yield* sys.poll([{ fd, events: abi.POLLPRI }], 0);
      yield* writeText(sys, `${path}/cgroup.procs`, '0');
      const after = yield* sys.poll([{ fd, events: abi.POLLPRI }], 0);
      return [before.ready, after.ready, (yield* sys.read(watch, 100)).length];
    });
    expect(answer).toEqual([0, 1, 16]);
  });
});
