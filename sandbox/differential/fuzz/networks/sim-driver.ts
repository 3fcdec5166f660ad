/** A topology on the simulated kernel: the twin of `real-driver.ts`. */

import type { Blocking, Program, Sys } from '../../../../engine/kernel/sim';
import * as kernel from '../../../../engine/kernel/sim';
import { say } from '../say';
import { nodes } from './operations';
import { probe } from './sim-probe';
import { serve } from './sim-server';

/** Until addresses may be used. */
const settleNs = 3_000_000_000;

export function simDriver(script: string, targets: readonly string[]): Program {
  return function* (sys) {
    const player = sys.fork((own) => play(own, script, targets));
    yield* sys.waitpid(player);
    return 0;
  };
}

function* play(sys: Sys, script: string, targets: readonly string[]): Blocking<number> {
  sys.unshare(kernel.CLONE_NEWNS | kernel.CLONE_NEWNET);
  sys.mount(null, '/', null, kernel.MS_REC | kernel.MS_PRIVATE);
  if (!sys.readdir('/run').some(({ name }) => name === 'netns')) sys.mkdir('/run/netns');
  sys.mount('names', '/run/netns', 'tmpfs', 0);
  const env = ['PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'LANG=C.UTF-8'];
  const making = sys.fork(function* (own) {
    return yield* own.execve('/usr/bin/bash', ['bash', '-c', script], env);
  });
  yield* sys.waitpid(making);
  yield* sys.nanosleep(settleNs);
  const servers = nodes.map((node) =>
    sys.fork(function* (own) {
      yield* enter(own, node);
      return yield* serve(own, `n${node}`);
    }),
  );
  yield* sys.nanosleep(1_000_000);
  const found: string[][] = nodes.map(() => []);
  const probes = nodes.map((node, at) =>
    sys.fork(function* (own) {
      yield* enter(own, node);
      found[at] = (yield* probe(own, targets)).map((line) => `n${node} ${line}`);
      return 0;
    }),
  );
  for (const pid of probes) yield* sys.waitpid(pid);
  for (const line of found.flat()) yield* say(sys, line);
  for (const pid of servers) {
    sys.kill(pid, kernel.signalNumbers.SIGKILL);
    yield* sys.waitpid(pid);
  }
  return 0;
}

function* enter(sys: Sys, node: number): Blocking<void> {
  const fd = yield* sys.open(`/run/netns/n${node}`, kernel.O_RDONLY);
  sys.setns(fd, 0);
  sys.close(fd);
}
