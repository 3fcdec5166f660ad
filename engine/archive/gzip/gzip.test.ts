import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { GzipPacker } from './packer';
import { GzipUnpacker } from './unpacker';

const text = new TextEncoder().encode(Array.from({ length: 5000 }, (_, line) => `${line} ${line % 7}\n`).join(''));

function pack(pieces: readonly Uint8Array[], name: string | null = null): Uint8Array {
  const packer = new GzipPacker({ name, mtime: 0, level: 6 });
  return Buffer.concat([...pieces.flatMap((piece) => packer.push(piece)), ...packer.end()]);
}

function unpack(packed: Uint8Array, pieceBytes: number): { bytes: Uint8Array; unpacker: GzipUnpacker } {
  const unpacker = new GzipUnpacker();
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < packed.length; at += pieceBytes)
    pieces.push(...unpacker.push(packed.subarray(at, at + pieceBytes)));
  unpacker.end();
  return { bytes: Buffer.concat(pieces), unpacker };
}

test('what is packed here others unpack, however it came', () => {
  const whole = pack([text]);
  expect(gunzipSync(whole).equals(text)).toBe(true);
  const pieces = Array.from({ length: 50 }, (_, i) => text.subarray(i * 1000, i === 49 ? undefined : (i + 1) * 1000));
  expect(Buffer.compare(pack(pieces), whole)).toBe(0);
  expect(gunzipSync(pack([])).length).toBe(0);
});

test.each([1, 7, 4096, 1 << 20])('what others packed is unpacked in pieces of %i', (bytes) => {
  const short = text.subarray(0, 3000);
  expect(Buffer.compare(unpack(gzipSync(short), bytes).bytes, short)).toBe(0);
  const { bytes: twice } = unpack(Buffer.concat([gzipSync(short), gzipSync(short)]), bytes);
  expect(twice.length).toBe(6000);
});

test('the name is kept, and what stands behind the end noticed', () => {
  expect(unpack(pack([text], 'größe'), 1000).unpacker.header).toEqual({ name: 'größe', mtime: 0 });
  const packed = pack([text]);
  expect(unpack(Buffer.concat([packed, Buffer.alloc(600)]), 100).unpacker.hasGarbage).toBe(false);
  expect(unpack(Buffer.concat([packed, Buffer.from('junk')]), 100).unpacker.hasGarbage).toBe(true);
});

test.each([
  ['not gzip', () => Buffer.from('plain text')],
  ['cut off', (packed: Buffer) => packed.subarray(0, -3)],
  ['cut off', () => Buffer.alloc(0)],
  ['format', (packed: Buffer) => Buffer.concat([packed.subarray(0, 10), Buffer.from([0xff, 0xff, 0xff]), packed])],
  ['checksum', (packed: Buffer) => Buffer.concat([packed.subarray(0, -8), Buffer.alloc(8)])],
  ['length', (packed: Buffer) => Buffer.concat([packed.subarray(0, -4), Buffer.alloc(4)])],
  ['unknown method', (packed: Buffer) => Buffer.concat([packed.subarray(0, 2), Buffer.from([9]), packed.subarray(3)])],
])('refuses what is damaged: %s', (problem, damage) => {
  expect(() => unpack(damage(Buffer.from(pack([text]))), 64)).toThrow(problem);
});
