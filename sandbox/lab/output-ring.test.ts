import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OutputRing } from './output-ring';

describe('OutputRing', () => {
  test('keeps the newest bytes under their numbers, whatever the pieces', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40_000 }),
        fc.array(fc.integer({ min: 0, max: 30_000 }), { maxLength: 12 }),
        (capacity, sizes) => {
          const ring = new OutputRing(capacity);
          let end = 0;
          for (const size of sizes) {
            ring.append(Uint8Array.from({ length: size }, (_, i) => (end + i) % 251));
            end += size;
            expect(ring.end).toBe(end);
            expect(ring.end - ring.start).toBeLessThanOrEqual(capacity);
            expect(ring.end - ring.start).toBeGreaterThanOrEqual(Math.min(end, capacity, 16 * 1024));
          }
          const kept = ring.read(ring.start, Number.POSITIVE_INFINITY);
          expect(kept.byteLength).toBe(ring.end - ring.start);
          expect(kept.every((byte, i) => byte === (ring.start + i) % 251)).toBe(true);
        },
      ),
    );
  });

  test('keeps everything while it fits', () => {
    const ring = new OutputRing(1024 * 1024);
    for (let i = 0; i < 1024; i++) ring.append(new Uint8Array(1024).fill(i % 256));
    expect(ring.start).toBe(0);
    ring.append(new Uint8Array(1));
    expect(ring.start).toBe(1);
  });

  test('refuses to read what it no longer keeps, and what is not there yet', () => {
    const ring = new OutputRing(4);
    ring.append(new Uint8Array(6));
    expect(() => ring.read(1, 1)).toThrow(RangeError);
    expect(() => ring.read(7, 1)).toThrow(RangeError);
    expect(ring.read(6, 1).byteLength).toBe(0);
  });
});
