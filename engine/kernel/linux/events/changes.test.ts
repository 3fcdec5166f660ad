import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EventLoop } from './epoll';

const reason = process.getuid?.() === 0 ? null : 'making a mount namespace takes root';
if (reason) console.warn(`skipped: changes of mountinfo (${reason})`);

describe.skipIf(reason)('changes of mountinfo', () => {
  let sleeper: ChildProcess;
  let events: EventLoop;
  beforeEach(async () => {
    events = new EventLoop();
    sleeper = spawn('unshare', ['-m', '--propagation', 'private', 'sh', '-c', 'echo; exec sleep 1000'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    if (sleeper.stdout) await once(sleeper.stdout, 'data');
  });
  afterEach(() => {
    sleeper.kill('SIGKILL');
    events.dispose();
  });

  it('are all told, although Node polls the set that polls the file', async () => {
    const fd = openSync(`/proc/${sleeper.pid}/mountinfo`, 'r');
    let told = 0;
    const watch = events.onChange(fd, () => told++);
    for (let i = 1; i <= 20; i++) {
      const before = told;
      spawnSync('nsenter', ['-t', String(sleeper.pid), '-m', 'mount', '-t', 'tmpfs', 'none', '/mnt']);
      for (let waited = 0; told === before && waited < 200; waited++) await new Promise((next) => setTimeout(next, 10));
      expect(told, `change ${i}`).toBeGreaterThan(before);
    }
    watch.dispose();
    closeSync(fd);
  });
});
