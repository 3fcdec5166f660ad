import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as abi from '../abi';
import type { Sys } from '../sys/sys';
import { bootTest, errnoOfWait, say, taskOf, writeText } from '../testing/boot';
import type { Blocking } from './blocking';
import { EventQueue } from './event-queue';
import { type Runnable, RunQueue } from './run-queue';

function* spin(sys: Sys): Blocking<number> {
  for (;;) yield* sys.checkpoint();
}

/** Shares of the processor that programs got that never wait, in percent. */
function* shares(sys: Sys, begin: ReadonlyArray<(mine: Sys) => void>, seconds = 2): Blocking<number[]> {
  const pids = begin.map((prepare) =>
    sys.fork(function* (mine) {
      prepare(mine);
      return yield* spin(mine);
    }),
  );
  yield* sys.nanosleep(seconds * 1e9);
  const used = pids.map((pid) => taskOf(sys).kernel.tasks.find(pid)?.cpuTime ?? 0);
  for (const pid of pids) sys.kill(pid, abi.signalNumbers.SIGKILL);
  for (const pid of pids) yield* sys.waitpid(pid);
  return used.map((time) => Math.round((time / (seconds * 1e9)) * 100));
}

describe('run queue', () => {
  const jobOf = (vruntime: number, order: number): Runnable => ({ vruntime, order, place: -1 });

  test('gives the least first, whatever was added and removed before', () => {
    const commands = fc.array(fc.tuple(fc.boolean(), fc.nat(20), fc.nat(1000)), { maxLength: 200 });
    fc.assert(
      fc.property(commands, (steps) => {
        const queue = new RunQueue<Runnable>();
        const jobs: Runnable[] = [];
        steps.forEach(([adds, vruntime, which], order) => {
          if (adds || jobs.length === 0) {
            const job = jobOf(vruntime, order);
            jobs.push(job);
            queue.add(job);
          } else queue.remove(jobs.splice(which % jobs.length, 1)[0] ?? jobOf(0, 0));
        });
        const expected = [...jobs].sort((a, b) => a.vruntime - b.vruntime || a.order - b.order);
        const taken: Runnable[] = [];
        for (let first = queue.first; first; first = queue.first) {
          taken.push(first);
          queue.remove(first);
        }
        expect(taken.map(({ order }) => order)).toEqual(expected.map(({ order }) => order));
      }),
    );
  });
});

describe('event queue', () => {
  test('gives what is due by time, then by who asked first; never what was cancelled', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(50), fc.boolean()), { maxLength: 100 }), (planned) => {
        const queue = new EventQueue();
        const done: number[] = [];
        const handles = planned.map(([at], number) => queue.at(at, () => done.push(number)));
        for (const [number, [, isCancelled]] of planned.entries()) if (isCancelled) handles[number]?.cancel();
        for (let now = 0; now <= 50; now++) for (let run = queue.take(now); run; run = queue.take(now)) run();
        const expected = planned
          .map(([at, isCancelled], number) => ({ at, isCancelled, number }))
          .filter(({ isCancelled }) => !isCancelled)
          .sort((a, b) => a.at - b.at || a.number - b.number);
        expect(done).toEqual(expected.map(({ number }) => number));
        expect(queue.next).toBeNull();
      }),
    );
  });
});

describe('sharing the processor', () => {
  test('equals get the same', () => {
    bootTest(function* (sys) {
      expect(yield* shares(sys, [() => undefined, () => undefined, () => undefined, () => undefined])).toEqual([
        25, 25, 25, 25,
      ]);
      return 0;
    });
  });

  test('a step of niceness is a quarter', () => {
    bootTest(function* (sys) {
      const [usual = 0, nicer = 0] = yield* shares(sys, [() => undefined, (mine) => mine.setpriority(0, 5)]);
      expect(usual / nicer).toBeGreaterThan(2.7);
      expect(usual / nicer).toBeLessThan(3.4);
      return 0;
    });
  });

  test('cpu.weight and cpu.max', () => {
    bootTest(function* (sys) {
      const root = '/sys/fs/cgroup';
      yield* errnoOfWait(() => writeText(sys, `${root}/cgroup.subtree_control`, '+cpu'));
      for (const [name, weight] of [
        ['light', '100'],
        ['heavy', '300'],
      ] as const) {
        sys.mkdir(`${root}/${name}`);
        yield* writeText(sys, `${root}/${name}/cpu.weight`, weight);
      }
      const enter = (name: string) => (mine: Sys) => {
        for (const _ of writeText(mine, `${root}/${name}/cgroup.procs`, '0'));
      };
      const [light = 0, heavy = 0] = yield* shares(sys, [enter('light'), enter('heavy')]);
      expect(heavy / light).toBeGreaterThan(2.7);
      expect(heavy / light).toBeLessThan(3.3);
      yield* writeText(sys, `${root}/light/cpu.max`, '20000 100000');
      const [limited = 0, other = 0] = yield* shares(sys, [enter('light'), () => undefined]);
      expect(limited).toBeGreaterThanOrEqual(18);
      expect(limited).toBeLessThanOrEqual(22);
      expect(other).toBeGreaterThan(75);
      return 0;
    });
  });

  test('who sleeps runs soon after it wakes, and a slice is short', () => {
    bootTest(function* (sys) {
      for (let i = 0; i < 3; i++) sys.fork(spin);
      let late = 0;
      for (let i = 0; i < 20; i++) {
        const before = sys.clockGettime('monotonic');
        yield* sys.nanosleep(10e6);
        late = Math.max(late, sys.clockGettime('monotonic') - before - 10e6);
      }
      expect(late).toBeLessThan(5e6);
      sys.kill(0, abi.signalNumbers.SIGKILL);
      return 0;
    });
  });

  test('the clock goes on within a slice', () => {
    const { stdout } = bootTest(function* (sys) {
      const before = sys.clockGettime('monotonic');
      for (let i = 0; i < 10; i++) sys.getpgid();
      yield* say(sys, sys.clockGettime('monotonic') > before);
      return 0;
    });
    expect(stdout).toBe('true\n');
  });

  test('the same seed gives the same history', () => {
    const once = () => {
      const { kernel, stdout } = bootTest(function* (sys) {
        for (let i = 0; i < 5; i++) {
          sys.fork(function* (mine) {
            for (let j = 0; j < 20; j++) {
              yield* say(mine, i, j);
              const [byte = 0] = mine.random(1);
              yield* mine.nanosleep(byte * 1000);
            }
            return 0;
          });
        }
        for (let i = 0; i < 5; i++) yield* sys.waitpid(-1);
        return 0;
      });
      return [stdout, kernel.now, kernel.scheduler.steps];
    };
    expect(once()).toEqual(once());
  });
});
