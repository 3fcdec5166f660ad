import { describe, expect, it } from 'vitest';
import * as abi from '../abi';
import { decode, encode } from '../bytes';
import type { Blocking } from '../sched/blocking';
import type { Sys } from '../sys/sys';
import { bootPseudoLab, errnoNow, errnoOf } from '../testing/pseudo-lab';

const { SIGHUP, SIGCONT, SIGTTOU, SIGWINCH, SIGINT, SIGTSTP } = abi.signalNumbers;

/** Notes signals that come while it waits, until `enough` of them are there. */
function* collect(sys: Sys, wanted: readonly number[], enough: number): Blocking<number[]> {
  const got: number[] = [];
  for (const signal of wanted) sys.sigaction(signal, { handler: (one) => got.push(one), restart: true });
  while (got.length < enough) yield* errnoOf(() => sys.pause());
  return got;
}

describe('sessions and their terminals', () => {
  it('send what is typed to the foreground group only', () => {
    const answer = bootPseudoLab().run(function* (sys) {
      sys.sigaction(SIGTTOU, 'ignore');
      const master = yield* sys.open('/dev/pts/ptmx', abi.O_RDWR);
      const slave = yield* sys.open('/dev/pts/0', abi.O_RDWR);
      const heard: number[] = [];
      const child = sys.fork(function* (own) {
        own.setpgid(0, 0);
        heard.push(...(yield* collect(own, [SIGINT, SIGWINCH], 2)));
        return 0;
      });
      yield* sys.nanosleep(1_000_000);
      sys.tcsetpgrp(slave, child);
      yield* sys.write(master, encode('\x03'));
      sys.setWinsize(master, { rows: 10, cols: 20 });
      yield* sys.waitpid(child);
      return [heard, sys.getWinsize(slave)];
    });
    expect(answer).toEqual([[SIGINT, SIGWINCH], { rows: 10, cols: 20 }]);
  });

  it('stop a job with ^Z', () => {
    const answer = bootPseudoLab().run(function* (sys) {
      sys.sigaction(SIGTTOU, 'ignore');
      const master = yield* sys.open('/dev/pts/ptmx', abi.O_RDWR);
      const slave = yield* sys.open('/dev/pts/0', abi.O_RDWR);
      const child = sys.fork(function* (own) {
        own.setpgid(0, 0);
        for (;;) yield* errnoOf(() => own.pause());
      });
      sys.setpgid(child, child);
      sys.tcsetpgrp(slave, child);
      yield* sys.write(master, encode('\x1a'));
      const stopped = yield* sys.waitpid(child, abi.WUNTRACED);
      sys.kill(child, 9);
      return stopped?.event;
    });
    expect(answer).toEqual({ kind: 'stopped', signal: SIGTSTP });
  });

  it('hang up with their leader', () => {
    const answer = bootPseudoLab().run(function* (sys) {
      yield* sys.open('/dev/pts/ptmx', abi.O_RDWR);
      const heard: number[] = [];
      let after: string | null = '';
      const leader = sys.fork(function* (own) {
        own.setsid();
        own.sigaction(SIGTTOU, 'ignore');
        const slave = yield* own.open('/dev/pts/0', abi.O_RDWR);
        const job = own.fork(function* (member) {
          member.setpgid(0, 0);
          heard.push(...(yield* collect(member, [SIGHUP], 1)));
          after = yield* errnoOf(() => member.open('/dev/tty', abi.O_RDWR));
          return 0;
        });
        own.setpgid(job, job);
        own.tcsetpgrp(slave, job);
        yield* own.nanosleep(1_000_000);
        return 0;
      });
      yield* sys.waitpid(leader);
      yield* sys.nanosleep(1_000_000);
      return [heard, after];
    });
    expect(answer).toEqual([[SIGHUP], 'ENXIO']);
  });

  it('tell the leader when the line is cut', () => {
    const answer = bootPseudoLab().run(function* (sys) {
      const master = yield* sys.open('/dev/pts/ptmx', abi.O_RDWR);
      let heard: number[] = [];
      let end: unknown[] = [];
      const leader = sys.fork(function* (own) {
        own.close(master);
        own.setsid();
        const slave = yield* own.open('/dev/pts/0', abi.O_RDWR);
        heard = yield* collect(own, [SIGHUP, SIGCONT], 2);
        end = [
          (yield* own.read(slave, 10)).length,
          yield* errnoOf(() => own.write(slave, encode('x'))),
          own.isatty(slave),
        ];
        return 0;
      });
      yield* sys.nanosleep(1_000_000);
      sys.close(master);
      yield* sys.waitpid(leader);
      return [heard.sort(), end];
    });
    expect(answer).toEqual([
      [SIGHUP, SIGCONT],
      [0, 'EIO', false],
    ]);
  });

  it('keep who is no leader from taking a terminal', () => {
    const answer = bootPseudoLab().run(function* (sys) {
      const master = yield* sys.open('/dev/pts/ptmx', abi.O_RDWR);
      const slave = yield* sys.open('/dev/pts/0', abi.O_RDWR | abi.O_NOCTTY);
      const results: Array<string | null> = [];
      const child = sys.fork(function* (own) {
        results.push(errnoNow(() => own.setControllingTerminal(slave)));
        results.push(errnoNow(() => own.tcgetpgrp(slave)));
        yield* own.schedYield();
        return 0;
      });
      yield* sys.waitpid(child);
      sys.setControllingTerminal(slave);
      results.push(errnoNow(() => sys.tcgetpgrp(slave)));
      // A leader that lets go hangs up its foreground group, itself included.
      sys.sigaction(SIGHUP, 'ignore');
      sys.dropControllingTerminal(slave);
      results.push(errnoNow(() => sys.tcgetpgrp(slave)));
      yield* sys.write(master, encode('x'));
      return results;
    });
    expect(answer).toEqual(['EPERM', 'ENOTTY', null, 'ENOTTY']);
  });

  it('read by VMIN and VTIME in raw mode', () => {
    const answer = bootPseudoLab().run(function* (sys) {
      const master = yield* sys.open('/dev/pts/ptmx', abi.O_RDWR);
      const slave = yield* sys.open('/dev/pts/0', abi.O_RDWR | abi.O_NOCTTY);
      const raw = { ...sys.tcgetattr(slave), icanon: false, echo: false };
      sys.tcsetattr(slave, { ...raw, min: 0, time: 2 });
      const start = sys.clockGettime('monotonic');
      const nothing = (yield* sys.read(slave, 10)).length;
      const waited = Math.round((sys.clockGettime('monotonic') - start) / 1e8);
      sys.tcsetattr(slave, { ...raw, min: 3, time: 0 });
      const writer = sys.fork(function* (own) {
        for (const text of ['a', 'b', 'cd']) {
          yield* own.nanosleep(1_000_000);
          yield* own.write(master, encode(text));
        }
        return 0;
      });
      const text = decode(yield* sys.read(slave, 10));
      yield* sys.waitpid(writer);
      return [nothing, waited, text];
    });
    expect(answer).toEqual([0, 2, 'abcd']);
  });
});
