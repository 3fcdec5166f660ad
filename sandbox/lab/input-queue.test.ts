import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inputWindowBytes } from '../windows';
import { InputQueue } from './input-queue';

const bytes = (text: string) => new TextEncoder().encode(text);

/** A terminal whose writes end when the test says so. */
function slowTerminal() {
  const written: string[] = [];
  const all: number[] = [];
  const ends: Array<() => void> = [];
  const taken: Array<[string, number]> = [];
  const queue = new InputQueue(
    (data) => {
      written.push(new TextDecoder().decode(data));
      all.push(...data);
      return new Promise((resolve) => ends.push(resolve));
    },
    (client, offset) => taken.push([client, offset]),
  );
  const finish = async () => {
    ends.shift()?.();
    await Promise.resolve();
    await Promise.resolve();
  };
  return { queue, written, all, taken, finish };
}

describe('InputQueue', () => {
  test('writes one piece at a time and acknowledges it once it is in the terminal', async () => {
    const { queue, written, taken, finish } = slowTerminal();
    queue.accept('a', 0, bytes('one'));
    queue.accept('b', 0, bytes('two'));
    expect(written).toEqual(['one']);
    expect(taken).toEqual([]);
    await finish();
    expect(written).toEqual(['one', 'two']);
    await finish();
    expect(taken).toEqual([
      ['a', 3],
      ['b', 3],
    ]);
  });

  test('skips bytes seen before and tells what is taken already', async () => {
    const { queue, written, taken, finish } = slowTerminal();
    queue.accept('a', 0, bytes('abc'));
    await finish();
    queue.accept('a', 1, bytes('bcde'));
    expect(written).toEqual(['abc', 'de']);
    await finish();
    queue.accept('a', 0, bytes('abc'));
    expect(taken).toEqual([
      ['a', 3],
      ['a', 5],
      ['a', 5],
    ]);
    expect(written).toEqual(['abc', 'de']);
  });

  test('refuses a gap', () => {
    const { queue } = slowTerminal();
    expect(queue.accept('a', 4, bytes('x'))).toEqual({ ok: false, reason: 'gap', expected: 0 });
  });

  test('holds at most a window', () => {
    const { queue } = slowTerminal();
    const piece = new Uint8Array(64 * 1024);
    let offset = 0;
    while (queue.accept('a', offset, piece).ok) offset += piece.byteLength;
    expect(offset).toBe(inputWindowBytes);
    expect(queue.waitingBytes).toBe(inputWindowBytes);
    expect(queue.accept('b', 0, piece).ok).toBe(true);
  });

  test('joins small pieces that wait, so that a million keys are not a million objects', async () => {
    const { queue, written, taken, finish } = slowTerminal();
    for (let i = 0; i < 10_000; i++) expect(queue.accept('a', i, bytes('k')).ok).toBe(true);
    for (let i = 0; i < 4; i++) await finish();
    expect(written.length).toBe(4);
    expect(taken.at(-1)).toEqual(['a', 10_000]);
  });

  test('forgets idle pages, never one whose bytes wait', async () => {
    const { queue, finish } = slowTerminal();
    queue.accept('first', 0, bytes('x'));
    for (let i = 0; i < 200; i++) queue.accept(`client-${i}`, 0, bytes('y'));
    expect(queue.accept('first', 1, bytes('z')).ok).toBe(true);
    for (let i = 0; i < 202; i++) await finish();
    for (let i = 0; i < 200; i++) queue.accept(`later-${i}`, 0, new Uint8Array());
    expect(queue.accept('first', 2, bytes('z'))).toEqual({ ok: false, reason: 'gap', expected: 0 });
  });

  test('a reset counts what waited as taken and ignores the old write', async () => {
    const { queue, written, taken, finish } = slowTerminal();
    queue.accept('a', 0, bytes('abc'));
    queue.reset();
    expect(taken).toEqual([['a', 3]]);
    queue.accept('a', 3, bytes('d'));
    await finish();
    expect(taken).toEqual([['a', 3]]);
    await finish();
    expect(taken).toEqual([
      ['a', 3],
      ['a', 4],
    ]);
    expect(written).toEqual(['abc', 'd']);
  });

  test('a page that resends from its last acknowledgement after any cut loses and doubles nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1 }), fc.array(fc.nat(), { maxLength: 20 }), async (text, cuts) => {
        const data = bytes(text);
        const { queue, all, taken, finish } = slowTerminal();
        for (const cut of cuts) {
          const from = taken.at(-1)?.[1] ?? 0;
          queue.accept('a', from, data.subarray(from, from + (cut % (data.byteLength + 1))));
          if (cut % 3 === 0) await finish();
        }
        queue.accept('a', taken.at(-1)?.[1] ?? 0, data.subarray(taken.at(-1)?.[1] ?? 0));
        while (queue.waitingBytes > 0) await finish();
        expect(taken.at(-1)).toEqual(['a', data.byteLength]);
        expect(all).toEqual([...data]);
      }),
    );
  });
});
