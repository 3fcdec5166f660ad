import { describe, expect, it } from 'vitest';
import type { LessonDefinition } from '../../lessons';
import type { Outcome } from './attempt';
import { fickle, lineFor, quantile, reportOn } from './report';

const lesson: LessonDefinition = {
  number: '1.1',
  slug: 'x',
  title: 'X',
  goal: '',
  minutes: 1,
  machines: [],
  diagrams: [],
  tasks: [],
};

function outcome(title: string, changes: Partial<Outcome> = {}): Outcome {
  return {
    trial: { lesson, kind: 'way', task: null, title, before: [], steps: [], hint: null },
    ok: true,
    reason: '',
    transcript: '',
    delays: [{ task: 'one', ms: 10 }],
    facts: null,
    tookMs: 1234.5,
    ...changes,
  };
}

const failed = outcome('b', { ok: false, reason: 'still open', transcript: '# ls\nfile', delays: [] });

describe('reportOn', () => {
  it('counts over all rounds and keeps reasons', () => {
    const report = reportOn(
      [
        [outcome('a'), failed],
        [outcome('a'), outcome('b', { delays: [{ task: 'two', ms: 40.06 }] })],
      ],
      0,
      [],
    );
    expect(report).toMatchObject({
      passed: 3,
      failed: 1,
      skipped: 0,
      green: { count: 3, medianMs: 10, p95Ms: 40.1, maxMs: 40.1 },
    });
    expect(report.results[1]).toMatchObject({ title: 'b', round: 1, ok: false, reason: 'still open', tookMs: 1235 });
  });

  it('says why nothing was tried', () => {
    expect(reportOn([], 7, ['Skipped: not root'])).toMatchObject({
      passed: 0,
      failed: 0,
      skipped: 7,
      notes: ['Skipped: not root'],
      green: { count: 0, p95Ms: null },
    });
  });
});

describe('fickle', () => {
  it('names what differs between rounds', () => {
    expect(
      fickle([
        [outcome('a'), failed],
        [outcome('a'), outcome('b')],
      ]),
    ).toEqual(['1.1 way "b"']);
    expect(fickle([[failed], [failed]])).toEqual([]);
  });
});

describe('lineFor', () => {
  it('shows the reason and the terminals of a failure only', () => {
    expect(lineFor(outcome('a'))).toBe('ok    1.1 way "a"  green after 10 ms  (1.2 s)');
    expect(lineFor(failed)).toBe('FAIL  1.1 way "b"  (1.2 s)\n      still open\n      | # ls\n      | file');
  });
});

describe('quantile', () => {
  it('takes the nearest rank', () => {
    const values = Array.from({ length: 20 }, (_, i) => i + 1);
    expect([quantile(values, 0.5), quantile(values, 0.95), quantile(values, 1)]).toEqual([10, 19, 20]);
    expect(quantile([], 0.5)).toBeNull();
  });
});
