import { describe, expect, it } from 'vitest';
import * as abi from '../abi';
import { decode, encode } from '../bytes';
import type { Blocking } from '../sched/blocking';
import type { Sys } from '../sys/sys';
import { errnoOf, run } from './testing';

function* put(sys: Sys, path: string, text: string): Blocking<void> {
  const fd = yield* sys.open(path, abi.O_WRONLY | abi.O_CREAT | abi.O_TRUNC, 0o644);
  yield* sys.write(fd, encode(text));
  sys.close(fd);
}
function* get(sys: Sys, path: string): Blocking<string> {
  const fd = yield* sys.open(path, abi.O_RDONLY);
  const bytes = yield* sys.read(fd, 1 << 20);
  sys.close(fd);
  return decode(bytes);
}
function* openErrno(sys: Sys, path: string, flags: number): Blocking<string> {
  try {
    sys.close(yield* sys.open(path, flags, 0o644));
    return 'ok';
  } catch (error) {
    if (abi.isSysError(error)) return error.errno;
    throw error;
  }
}

describe('files', () => {
  it('writes and reads', () => {
    const text = run(function* (sys) {
      yield* put(sys, 'a', 'hello');
      return yield* get(sys, '/tmp/a');
    });
    expect(text).toBe('hello');
  });

  it('opens as open(2) says', () => {
    run(function* (sys) {
      sys.mkdir('d');
      yield* put(sys, 'f', 'x');
      sys.symlink('f', 'l');
      sys.symlink('new', 'dangling');
      sys.symlink('loop', 'loop');
      const cases: Array<[string, number, string]> = [
        ['nope', abi.O_RDONLY, 'ENOENT'],
        ['f/', abi.O_RDONLY, 'ENOTDIR'],
        ['f/x', abi.O_RDONLY, 'ENOTDIR'],
        ['d', abi.O_WRONLY, 'EISDIR'],
        ['d', abi.O_RDONLY | abi.O_CREAT, 'EISDIR'],
        ['new/', abi.O_WRONLY | abi.O_CREAT, 'EISDIR'],
        ['f', abi.O_RDONLY | abi.O_CREAT | abi.O_EXCL, 'EEXIST'],
        ['l', abi.O_RDONLY | abi.O_NOFOLLOW, 'ELOOP'],
        ['l', abi.O_RDONLY | abi.O_CREAT | abi.O_EXCL, 'EEXIST'],
        ['loop', abi.O_RDONLY, 'ELOOP'],
        ['f', abi.O_RDONLY | abi.O_DIRECTORY, 'ENOTDIR'],
        ['dangling', abi.O_RDONLY, 'ENOENT'],
        ['dangling', abi.O_RDONLY | abi.O_CREAT, 'ok'],
        ['new', abi.O_RDONLY, 'ok'],
        ['x'.repeat(256), abi.O_RDONLY, 'ENAMETOOLONG'],
        ['', abi.O_RDONLY, 'ENOENT'],
        ['/etc/hostname', abi.O_WRONLY, 'EROFS'],
        ['/etc/new', abi.O_WRONLY | abi.O_CREAT, 'EROFS'],
      ];
      for (const [path, flags, errno] of cases)
        expect([path, yield* openErrno(sys, path, flags)]).toEqual([path, errno]);
    });
  });

  it('removes and renames as unlink(2), rmdir(2) and rename(2) say', () => {
    run(function* (sys) {
      sys.mkdir('d');
      sys.mkdir('d/e');
      sys.mkdir('empty');
      yield* put(sys, 'f', 'f');
      yield* put(sys, 'g', 'g');
      sys.link('f', 'hard');
      expect(errnoOf(() => sys.unlink('d'))).toBe('EISDIR');
      expect(errnoOf(() => sys.rmdir('f'))).toBe('ENOTDIR');
      expect(errnoOf(() => sys.rmdir('d'))).toBe('ENOTEMPTY');
      expect(errnoOf(() => sys.rmdir('d/.'))).toBe('EINVAL');
      expect(errnoOf(() => sys.rmdir('d/..'))).toBe('ENOTEMPTY');
      expect(errnoOf(() => sys.unlink('f/'))).toBe('ENOTDIR');
      expect(errnoOf(() => sys.rename('d', 'd/e/x'))).toBe('EINVAL');
      expect(errnoOf(() => sys.rename('d/e', 'd'))).toBe('ENOTEMPTY');
      expect(errnoOf(() => sys.rename('f', 'd'))).toBe('EISDIR');
      expect(errnoOf(() => sys.rename('d', 'f'))).toBe('ENOTDIR');
      expect(errnoOf(() => sys.rename('empty', 'd'))).toBe('ENOTEMPTY');
      expect(errnoOf(() => sys.rename('f', '/etc/f'))).toBe('EXDEV');
      expect(errnoOf(() => sys.rename('f', 'g', abi.RENAME_NOREPLACE))).toBe('EEXIST');
      sys.rename('f', 'hard');
      expect(sys.stat('f').nlink).toBe(2);
      sys.rename('f', 'g', abi.RENAME_EXCHANGE);
      expect(yield* get(sys, 'f')).toBe('g');
      sys.rename('d', 'empty');
      expect(sys.stat('empty').nlink).toBe(3);
      expect(sys.readdir('empty').map(({ name }) => name)).toEqual(['.', '..', 'e']);
      expect(
        sys
          .readdir('.')
          .map(({ name }) => name)
          .slice(2),
      ).toEqual(['empty', 'g', 'f', 'hard'].sort(() => 0));
    });
  });

  it('keeps an unlinked file while it is open', () => {
    run(function* (sys) {
      yield* put(sys, 'f', 'x'.repeat(8192));
      const before = sys.statfs('.').free;
      const fd = yield* sys.open('f', abi.O_RDONLY);
      sys.unlink('f');
      expect(sys.fstat(fd).nlink).toBe(0);
      expect(sys.statfs('.').free).toBe(before);
      sys.close(fd);
      expect(sys.statfs('.').free).toBe(before + 2);
    });
  });

  it('passes bytes through pipes and FIFOs', () => {
    const got = run(function* (sys) {
      const { readEnd, writeEnd } = sys.pipe();
      sys.fork(function* (child) {
        child.close(readEnd);
        for (let i = 0; i < 40; i++) yield* child.write(writeEnd, encode('x'.repeat(5000)));
        return 0;
      });
      sys.close(writeEnd);
      let total = 0;
      for (;;) {
        const chunk = yield* sys.read(readEnd, 100_000);
        if (chunk.length === 0) break;
        total += chunk.length;
      }
      sys.mknod('fifo', abi.S_IFIFO | 0o600);
      sys.fork(function* (child) {
        yield* put(child, 'fifo', 'through');
        return 0;
      });
      return [total, yield* get(sys, 'fifo')];
    });
    expect(got).toEqual([200_000, 'through']);
  });
});
