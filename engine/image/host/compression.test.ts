import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { joined } from '../streams';
import { inPieces } from '../testing/trees';
import { compress, decompress } from './compression';

/** Compressible, and longer than one frame of zstd. */
const plain = Buffer.alloc(5_000_000, 'all happy layers are alike ');

async function whole(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const found: Uint8Array[] = [];
  for await (const piece of pieces) found.push(piece);
  return Buffer.from(joined(found));
}

describe.each([['gzip'], ['zstd']] as const)('%s', (name) => {
  const isHere = spawnSync(name, ['--version']).status === 0;
  if (!isHere) console.warn(`skipped: there is no ${name} to compare with`);

  test.skipIf(!isHere)('is what the program of that name reads and writes', async () => {
    const ours = await whole(compress(inPieces(plain, 65536), name));
    const again = await whole(compress(inPieces(plain, 100_000), name));
    expect(again.equals(ours)).toBe(true);
    const run = (args: string[], input: Buffer) => spawnSync(name, args, { input, maxBuffer: 32 << 20 }).stdout;
    expect(run(['-dc'], ours).equals(plain)).toBe(true);
    const theirs = run(['-c'], plain);
    expect((await whole(decompress(inPieces(theirs, 777), name))).equals(plain)).toBe(true);
    const twice = Buffer.concat([theirs, ours]);
    expect((await whole(decompress([twice], name))).byteLength).toBe(2 * plain.byteLength);
  });

  test('of what is damaged or cut off is an error', async () => {
    const packed = await whole(compress([plain.subarray(0, 100_000)], name));
    await expect(whole(decompress([packed.subarray(0, packed.byteLength - 3)], name))).rejects.toThrow(/is damaged/);
    await expect(whole(decompress([Buffer.from('no such thing')], name))).rejects.toThrow(/is damaged/);
    const failing = (async function* () {
      yield packed.subarray(0, 10);
      throw new Error('the line went dead');
    })();
    await expect(whole(decompress(failing, name))).rejects.toThrow('the line went dead');
  });

  test('of nothing is something that is empty', async () => {
    const packed = await whole(compress([], name));
    expect((await whole(decompress([packed], name))).byteLength).toBe(0);
  });
});
