/** Archives that no honest program wrote: refused with the entry's name, and nothing is written outside. */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { endOfArchive, type TarEntry, writeChecksum, writeHeader } from '../../archive';
import { isNotRoot, listing, withScratch } from '../testing/trees';
import { type ApplyOptions, applyLayer } from './apply';

const plain: TarEntry = {
  path: 'file',
  type: 'file',
  mode: 0o644,
  uid: 0,
  gid: 0,
  size: 0,
  mtimeNs: 0n,
  target: '',
  device: null,
  xattrs: new Map(),
};
const link = (path: string, target: string): Partial<TarEntry> => ({ path, target, type: 'symlink' });

function tar(...entries: Array<Partial<TarEntry>>): Buffer {
  return Buffer.concat([...entries.map((entry) => writeHeader({ ...plain, ...entry })), endOfArchive()]);
}

/** A header with some bytes put into it, its checksum right. */
function forged(offset: number, bytes: string, entry: Partial<TarEntry> = {}): Buffer {
  const block = Buffer.from(writeHeader({ ...plain, path: 'forged', ...entry }));
  block.write(bytes, offset, 'latin1');
  writeChecksum(block);
  return Buffer.concat([block, endOfArchive()]);
}

const overlay: ApplyOptions = { whiteouts: { opaque: 'trusted.overlay.opaque', below: [] } };
const longHeader = Buffer.from(writeHeader({ ...plain, path: 'forged', size: 2 << 20 }));
longHeader.write('x', 156);
writeChecksum(longHeader);

const cases: Array<[string, Uint8Array, RegExp, ApplyOptions?]> = [
  ['a name that goes up', tar({ path: '../evil' }), /^\.\.\/evil: its name has a "\.\."/],
  ['one that goes up inside', tar({ path: 'a/../../evil' }), /^a\/\.\.\/\.\.\/evil: /],
  ['an absolute name', tar({ path: '/evil' }), /^\/evil: its name is absolute/],
  ['no name', tar({ path: '' }), /^: its name is empty/],
  ['a link that climbs', tar(link('up', '../../outside'), { path: 'up/evil' }), /^up\/evil: .*leads out of the layer/],
  [
    'an absolute link',
    tar(link('out', '/outside'), { path: 'out/evil' }),
    /^out\/evil: .*leads to outside, which does not exist/,
  ],
  ['links in a circle', tar(link('a', 'b'), link('b', 'a'), { path: 'a/evil' }), /^a\/evil: there are too many/],
  ['a file as a directory', tar({ path: 'a' }, { path: 'a/evil' }), /^a\/evil: a on its way is no directory/],
  ['a hard link up', tar({ path: 'h', type: 'link', target: '../outside/secret' }), /^h: its target has a "\.\."/],
  ['an absolute hard link', tar({ path: 'h', type: 'link', target: '/etc/passwd' }), /^h: its target is absolute/],
  [
    'a hard link through a link',
    tar(link('up', '../../..'), { path: 'h', type: 'link', target: 'up/etc/passwd' }),
    /^h: .*leads out of the layer/,
  ],
  ['a hard link to nothing', tar({ path: 'h', type: 'link', target: 'nothing' }), /^h: is a hard link to nothing/],
  ['a hard link to itself', tar({ path: 'h' }, { path: 'h', type: 'link', target: 'h' }), /^h: is a hard link to h/],
  [
    'a root that is a link',
    tar({ path: './', type: 'symlink', target: '/' }),
    /^\.\/: the root of a layer is a directory/,
  ],
  ['a whiteout that goes up', tar({ path: '.wh...' }), /^\.wh\.\.\.: is a whiteout of nothing/],
  ['a file below a whiteout', tar({ path: '.wh.a/b' }), /^\.wh\.a\/b: lies below a whiteout/],
  ["overlayfs's own device", tar({ path: 'd', type: 'char', device: '0:0' }), /^d: is the device 0:0/, overlay],
  [
    "overlayfs's own attributes",
    tar({ path: 'd', type: 'directory', xattrs: new Map([['trusted.overlay.redirect', Buffer.from('/')]]) }),
    /^d: has the attribute trusted\.overlay\.redirect/,
    overlay,
  ],
  ['a size that is too much', tar({ path: 'bomb', size: 2 ** 50 }), /^bomb: with it the layer would have/],
  [
    'too many entries',
    tar({ path: 'a' }, { path: 'b' }, { path: 'c' }),
    /^c: it is one more/,
    { whiteouts: 'remove', limits: { entries: 2 } },
  ],
  ['a size that is none', forged(124, '12345678x'), /^forged: its size is no number/],
  ['a negative size', forged(124, `\xff${'\xff'.repeat(11)}`), /^forged: its size is no number/],
  ['an owner that is none', forged(108, '99999999'), /^forged: its owner/],
  ['a type that is none', forged(156, 'Q'), /^forged: entries of type "Q"/],
  [
    'a checksum that is wrong',
    tar({ path: 'a' }).fill(0x41, 0, 1),
    /^the archive: is followed by a header whose checksum/,
  ],
  [
    'a size that lies',
    Buffer.concat([writeHeader({ ...plain, size: 100 }), Buffer.alloc(512, 'x'), Buffer.alloc(512, 'y')]),
    /^file: is followed by a header whose checksum is wrong/,
  ],
  ['an end in a content', tar({ path: 'cut', size: 4096 }).subarray(0, 1000), /^cut: is cut off/],
  ['an end in a header', tar({ path: 'whole' }, { path: 'b' }).subarray(0, 700), /^whole: is cut off/],
  ['an end between entries', tar({ path: 'whole' }).subarray(0, 512), /^whole: ends without the zero blocks/],
  ['nothing at all', Buffer.alloc(0), /^the archive: ends without the zero blocks/],
  ['a header that is too long', longHeader, /^forged: an extended header may have/],
  [
    'a malformed extended header',
    Buffer.concat([forged(156, 'x', { size: 12 }).subarray(0, 512), Buffer.from('99 path=evil'), Buffer.alloc(500)]),
    /^forged: its extended header is malformed/,
  ],
];

describe.skipIf(isNotRoot())('refused is', () => {
  test.each(cases)('%s', async (_, archive, message, options = { whiteouts: 'remove' }) => {
    await withScratch(async (scratch) => {
      mkdirSync(`${scratch.path}/outside`);
      writeFileSync(`${scratch.path}/outside/secret`, 'secret');
      const { tree } = scratch.tree();
      await expect(applyLayer([archive], tree, options)).rejects.toThrow(message);
      expect(readdirSync(scratch.path).sort()).toEqual(['outside', 't0']);
      expect(readdirSync(`${scratch.path}/outside`)).toEqual(['secret']);
      expect(readFileSync(`${scratch.path}/outside/secret`, 'utf8')).toBe('secret');
      for (const name of tree.list('')) tree.removeAll(name);
      expect(Object.keys(listing(tree))).toEqual(['']);
    });
  });

  test('nothing of an archive that ends, however it is cut', async () => {
    await withScratch(async (scratch) => {
      const archive = tar({ path: 'd', type: 'directory' }, { path: 'd/a' }, link('d/l', '/absolute'), { path: 'd/ü' });
      const open = () => readdirSync('/proc/self/fd').length;
      const { tree } = scratch.tree();
      const before = open();
      for (let length = 0; length < archive.byteLength; length += 256)
        await expect(applyLayer([archive.subarray(0, length)], tree, { whiteouts: 'remove' })).rejects.toThrow(
          /cut off/,
        );
      await applyLayer([archive], tree, { whiteouts: 'remove' });
      expect(tree.list('d')).toEqual(['a', 'l', 'ü']);
      expect(open()).toBeLessThanOrEqual(before + 2);
    });
  });
});
