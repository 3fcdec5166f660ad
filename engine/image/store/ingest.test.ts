import { describe, expect, test } from 'vitest';
import { sha256Of } from '../spec/digest';
import { bytes } from '../testing/images';
import { ImageStore } from './image-store';
import { MemoryFiles } from './memory-files';

const content = bytes('content');
const digest = sha256Of(content);
let names = 0;
const open = (files = new MemoryFiles()) => ImageStore.open(files, () => `n${names++}`);

/** Takes its time to remove a blob, and says when it has begun. */
class SlowFiles extends MemoryFiles {
  readonly begun: Promise<void>;
  finish: () => void = () => undefined;
  #begin: () => void = () => undefined;

  constructor() {
    super();
    this.begun = new Promise((resolve) => {
      this.#begin = resolve;
    });
  }

  override async remove(path: string): Promise<void> {
    const finished = new Promise<void>((resolve) => {
      this.finish = resolve;
    });
    this.#begin();
    await finished;
    await super.remove(path);
  }
}

describe('a content that comes while a collection removes it', () => {
  test.each(['whole', 'bit by bit'])('%s, is there afterwards', async (way) => {
    const files = new SlowFiles();
    const store = await open(files);
    await store.blobs.add(content, 'text/plain');
    const collection = store.collect();
    await files.begun;
    const lease = store.lease();
    lease.keep(digest);
    const ingest = await store.blobs.begin();
    await ingest.write(content);
    const written = way === 'whole' ? store.blobs.write({ digest, size: null }, [content]) : ingest.commit(digest);
    const size = store.blobs.size(digest);
    // Whoever does not wait for the removal has written by now, and loses it.
    await new Promise((resolve) => setImmediate(resolve));
    files.finish();
    await Promise.all([collection, written]);
    expect(await store.blobs.size(digest)).toBe(content.byteLength);
    expect([null, content.byteLength]).toContain(await size);
    lease.release();
  });
});

describe('a content bit by bit', () => {
  test('is compared at its end, by either algorithm', async () => {
    const store = await open();
    const wrong = await store.blobs.begin();
    await wrong.write(bytes('other'));
    await expect(wrong.commit(digest)).rejects.toMatchObject({ code: 'digest-mismatch' });
    const right = await store.blobs.begin();
    for (const byte of content) await right.write(Uint8Array.of(byte));
    expect(right.size).toBe(7);
    await right.commit(digest);
    expect([await store.blobs.all(), await store.blobs.sweep()]).toEqual([[digest], 0]);
  });

  test('may go under its own digest, and is kept before it is there', async () => {
    const store = await open();
    const lease = store.lease();
    const ingest = await store.blobs.begin();
    await ingest.write(content);
    expect(await ingest.commitAsIs((own) => lease.keep(own))).toBe(digest);
    expect(await store.collect()).toEqual([]);
  });

  test('parts are read as HTTP counts them', async () => {
    const store = await open();
    await store.blobs.add(content, 'text/plain');
    const pieces: string[] = [];
    for await (const piece of store.blobs.readPart(digest, { first: 3, last: 4 }))
      pieces.push(new TextDecoder().decode(piece));
    expect(pieces.join('')).toBe('te');
  });
});
