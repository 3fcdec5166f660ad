/** Archives for tests. */
import { expect } from 'vitest';
import type { ArchiveFile } from '../archive/export';
import { tarOf } from '../archive/tar';
import type { ImageStore } from '../store/image-store';
import { joined } from '../streams';
import { blobsIn, bytes } from './images';

export async function whole(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const each of pieces) all.push(each.slice());
  return joined(all);
}

export async function* cut(content: Uint8Array, size: number) {
  for (let at = 0; at < content.byteLength; at += size) yield content.subarray(at, at + size);
}
/** A tar of these files, in this order. */
export async function tarWith(
  files: ReadonlyArray<[string, Uint8Array | object]>,
): Promise<AsyncGenerator<Uint8Array>> {
  async function* each(): AsyncGenerator<ArchiveFile> {
    for (const [path, value] of files) {
      const content = value instanceof Uint8Array ? value : bytes(JSON.stringify(value));
      yield { path, size: content.byteLength, content: [content] };
    }
  }
  return cut(await whole(tarOf(each())), 512);
}

/** Also after a collection, which no lease may be in the way of. */
export async function expectNothing(store: ImageStore): Promise<void> {
  expect(store.list()).toEqual([]);
  expect(await store.blobs.sweep()).toBe(0);
  await store.collect();
  expect(await blobsIn(store)).toEqual([]);
}
