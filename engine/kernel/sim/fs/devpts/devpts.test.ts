import { describe, expect, it } from 'vitest';
import * as abi from '../../abi';
import { readText } from '../../testing/boot';
import { bootPseudoLab, errnoOf } from '../../testing/pseudo-lab';

describe('devpts', () => {
  it('numbers each instance by itself', () => {
    const answer = bootPseudoLab().run(function* (sys) {
      yield* sys.open('/dev/pts/ptmx', abi.O_RDWR);
      const gap = yield* sys.open('/dev/pts/ptmx', abi.O_RDWR);
      yield* sys.open('/dev/pts/ptmx', abi.O_RDWR);
      sys.close(gap);
      sys.mkdir('/tmp/p');
      sys.mount('p', '/tmp/p', 'devpts', 0, 'ptmxmode=0666,max=1');
      yield* sys.open('/tmp/p/ptmx', abi.O_RDWR);
      const full = yield* errnoOf(() => sys.open('/tmp/p/ptmx', abi.O_RDWR));
      const names = (path: string) =>
        sys
          .readdir(path)
          .map(({ name }) => name)
          .sort()
          .join(' ');
      const line = (yield* readText(sys, '/proc/mounts')).split('\n').find((one) => one.includes('/tmp/p '));
      return [names('/dev/pts'), names('/tmp/p'), full, line];
    });
    expect(answer).toEqual([
      '. .. 0 2 ptmx',
      '. .. 0 ptmx',
      'ENOSPC',
      'p /tmp/p devpts rw,relatime,mode=600,ptmxmode=666,max=1 0 0',
    ]);
  });
  it('gives terminals to their openers', () => {
    const answer = bootPseudoLab().run(function* (sys) {
      sys.setgroups([]);
      sys.setresgid(1000, 1000, 1000);
      sys.setresuid(1000, 1000, 1000);
      yield* sys.open('/dev/pts/ptmx', abi.O_RDWR);
      const { uid, gid, mode, rdev, ino } = sys.stat('/dev/pts/0');
      return [uid, gid, mode.toString(8), rdev, ino];
    });
    expect(answer).toEqual([1000, 5, '20620', { major: 136, minor: 0 }, 3]);
  });
});
