import { describe, expect, it } from 'vitest';
import * as abi from '../../abi';
import type { Blocking } from '../../sched/blocking';
import type { Sys } from '../../sys/sys';
import { errnoOf, run } from '../../vfs/testing';
import { Blocks, pageBytes, zeroBytes } from './blocks';

const endless = { takePage: () => true, givePages: () => undefined };

function* create(sys: Sys, path: string): Blocking<number> {
  return yield* sys.open(path, abi.O_CREAT | abi.O_RDWR, 0o644);
}

describe('blocks', () => {
  it('keep what is written, and nothing of zeros', () => {
    const blocks = new Blocks(endless);
    blocks.write(new Uint8Array([1, 2, 3]), 5000, 0);
    expect([...blocks.read(4998, 6)]).toEqual([0, 0, 1, 2, 3, 0]);
    expect(blocks.pages).toBe(1);
    for (let at = 0; at < 1 << 30; at += 1 << 20) blocks.write(zeroBytes(1 << 20), at, at);
    expect(blocks.pages).toBe((1 << 30) / pageBytes);
    expect(blocks.read(4998, 6).some((byte) => byte !== 0)).toBe(false);
    blocks.truncate(3 * pageBytes);
    expect(blocks.pages).toBe(3);
  });

  it('share pages with a copy, and part when one is written to', () => {
    const blocks = new Blocks(endless);
    blocks.write(new Uint8Array(2 * pageBytes).fill(7), 0, 0);
    blocks.write(new Uint8Array([7, 7]), 2 * pageBytes, 2 * pageBytes);
    const copy = new Blocks(endless);
    copy.share(blocks, 0, 0, 3);
    expect(copy.read(0, pageBytes).buffer).toBe(blocks.read(0, pageBytes).buffer);
    blocks.write(new Uint8Array([8]), 2 * pageBytes + 2, 2 * pageBytes + 2);
    copy.write(new Uint8Array([9]), 0, 2 * pageBytes + 2);
    expect([copy.read(0, 1)[0], blocks.read(0, 1)[0]]).toEqual([9, 7]);
    expect([...copy.read(2 * pageBytes, 3)]).toEqual([7, 7, 0]);
    expect([...blocks.read(2 * pageBytes, 3)]).toEqual([7, 7, 8]);
  });

  it('append in place without changing what was read', () => {
    const blocks = new Blocks(endless);
    blocks.write(new Uint8Array([1]), 0, 0);
    const seen = blocks.read(0, 1);
    blocks.write(new Uint8Array([2, 3]), 1, 1);
    expect([...seen]).toEqual([1]);
    expect([...blocks.read(0, 3)]).toEqual([1, 2, 3]);
    blocks.truncate(1);
    expect([...blocks.read(0, 3)]).toEqual([1, 0, 0]);
  });

  it('find data and holes', () => {
    const blocks = new Blocks(endless);
    blocks.write(new Uint8Array([1]), 10 * pageBytes, 0);
    blocks.write(zeroBytes(1 << 22), 1 << 24, 10 * pageBytes + 1);
    expect([blocks.nextData(0), blocks.nextHole(0)]).toEqual([10 * pageBytes, 0]);
    expect([blocks.nextData(11 * pageBytes), blocks.nextHole(10 * pageBytes)]).toEqual([1 << 24, 11 * pageBytes]);
    expect([blocks.nextHole(1 << 24), blocks.nextData((1 << 24) + (1 << 22))]).toEqual([(1 << 24) + (1 << 22), null]);
  });
});

describe('tmpfs', () => {
  it('is full exactly when its pages are used up', () => {
    run(function* (sys) {
      sys.mkdir('m');
      sys.mount('t', 'm', 'tmpfs', 0, 'size=16k,nr_inodes=5');
      const fd = yield* create(sys, 'm/f');
      expect(yield* sys.write(fd, new Uint8Array(10_000).fill(1))).toBe(10_000);
      expect(sys.statfs('m').free).toBe(1);
      expect(yield* sys.write(fd, new Uint8Array(10_000).fill(2))).toBe(6384);
      expect(errnoOf(() => sys.pwrite(fd, new Uint8Array(1), 16_384))).toBe('ENOSPC');
      expect(sys.stat('m/f').size).toBe(16_384);
      sys.ftruncate(fd, 4096);
      expect(sys.statfs('m').free).toBe(3);
      expect(errnoOf(() => sys.fallocate(fd, 0, 20_000))).toBe('ENOSPC');
      expect(sys.statfs('m').free).toBe(3);
      for (const name of ['1', '2', '3']) sys.mkdir(`m/${name}`);
      expect(errnoOf(() => sys.mkdir('m/4'))).toBe('ENOSPC');
      sys.rmdir('m/1');
      sys.link('m/f', 'm/g');
      expect(errnoOf(() => sys.symlink('x', 'm/s'))).toBe('ENOSPC');
    });
  });

  it('is made larger and not too small', () => {
    run(function* (sys) {
      sys.mkdir('m');
      sys.mount('t', 'm', 'tmpfs', 0, 'size=16k');
      const fd = yield* create(sys, 'm/f');
      yield* sys.write(fd, new Uint8Array(16_384).fill(1));
      sys.close(fd);
      expect(errnoOf(() => sys.mount(null, 'm', null, abi.MS_REMOUNT, 'size=4k'))).toBe('EINVAL');
      sys.mount(null, 'm', null, abi.MS_REMOUNT, 'size=1m');
      expect(sys.statfs('m').blocks).toBe(256);
      expect(errnoOf(() => sys.mount('t', 'm', 'tmpfs', 0, 'colour=red'))).toBe('EINVAL');
    });
  });

  it('counts what is copied by sharing', () => {
    run(function* (sys) {
      sys.mkdir('m');
      sys.mount('t', 'm', 'tmpfs', 0, 'size=64k');
      const from = yield* create(sys, 'm/f');
      yield* sys.write(from, new Uint8Array(30_000).fill(5));
      sys.lseek(from, 0, abi.SEEK_SET);
      const to = yield* create(sys, 'm/g');
      expect(yield* sys.copyFileRange(from, to, 1 << 20)).toBe(30_000);
      expect(sys.statfs('m').free).toBe(0);
      expect(sys.pread(to, 10, 29_995)).toEqual(new Uint8Array(5).fill(5));
    });
  });
});
