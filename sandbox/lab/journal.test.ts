import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyPatch, emptyState, type LabState } from '../../engine/state';
import type { JournalEntry } from '../protocol';
import { Journal } from './journal';

const machine = (id: string, initPid: number): LabState['machines'] => ({
  [id]: {
    id,
    initPid,
    namespaces: {
      mnt: 'mnt:1',
      uts: 'uts:1',
      ipc: 'ipc:1',
      pid: 'pid:1',
      net: 'net:1',
      user: 'user:1',
      cgroup: 'cgroup:1',
      time: 'time:1',
    },
  },
});

function replay(entries: JournalEntry[]): LabState {
  return entries.reduce(
    (state, { event }) => (event.kind === 'state' ? applyPatch(state, event.patch) : state),
    emptyState(),
  );
}

function readAll(journal: Journal): JournalEntry[] {
  const all: JournalEntry[] = [];
  for (let from = 0; from < journal.end; from = (all.at(-1)?.seq ?? 0) + 1) all.push(...journal.read(from));
  return all;
}

describe('Journal', () => {
  test('numbers entries from 0 without gaps, and gives them in pieces', () => {
    const journal = new Journal(() => 7);
    for (let i = 0; i < 4500; i++) journal.append({ kind: 'lab', text: `${i}` });
    expect(journal.read(0)).toHaveLength(2000);
    expect(readAll(journal).map(({ seq }) => seq)).toEqual(Array.from({ length: 4500 }, (_, i) => i));
    expect(journal.read(4500)).toEqual([]);
    expect(journal.read(4499)[0]).toEqual({ seq: 4499, at: 7, event: { kind: 'lab', text: '4499' } });
  });

  test('stays bounded, and what is left still replays to the same state', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 30 }), fc.integer({ min: 0, max: 200 }), (entries, count) => {
        const journal = new Journal(() => 0, { entries, bytes: 1e9 });
        let state = emptyState();
        for (let i = 0; i < count; i++) {
          const patch = { machines: machine(`m${i % 5}`, i) };
          state = applyPatch(state, patch);
          journal.append({ kind: 'state', patch });
        }
        const kept = readAll(journal);
        expect(kept.length).toBeLessThanOrEqual(entries + 2);
        expect(replay(kept)).toEqual(state);
        expect(kept.map(({ seq }) => seq)).toEqual(kept.map((_, i) => count - kept.length + i));
        if (count > entries) expect(kept[0]?.event).toMatchObject({ kind: 'dropped' });
      }),
    );
  });

  test('gives large entries few at a time', () => {
    const journal = new Journal(() => 0);
    for (let i = 0; i < 40; i++) journal.append({ kind: 'lab', text: 'x'.repeat(100_000) });
    expect(journal.read(0).length).toBe(11);
    expect(readAll(journal)).toHaveLength(40);
  });

  test('is bounded in bytes too', () => {
    const journal = new Journal(() => 0, { entries: 1000, bytes: 10_000 });
    for (let i = 0; i < 100; i++) journal.append({ kind: 'lab', text: 'x'.repeat(1000) });
    expect(JSON.stringify(readAll(journal)).length).toBeLessThan(12_000);
  });
});
