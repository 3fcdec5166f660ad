import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fromCheck, fromLessonsTest, fromPlaywright, fromVitest, summary, total } from './reports.mjs';
import { outcomeOf } from './stages.mjs';

test('check: every check is one test', () => {
  const results = [
    { name: 'types', ok: true },
    { name: 'lint', ok: false },
  ];
  expect(fromCheck({ results })).toEqual({ passed: 1, failed: 1, skipped: [] });
});

test('playwright: expected, unexpected, flaky and skipped tests in nested suites, and errors outside of any', () => {
  const spec = (title: string, status: string, annotations: Array<{ type: string; description?: string }> = []) => ({
    title,
    file: 'a.spec.ts',
    tests: [{ status, annotations }],
  });
  const report = {
    errors: [{ message: 'a worker died' }],
    suites: [
      {
        specs: [spec('one', 'expected')],
        suites: [
          {
            specs: [
              spec('two', 'unexpected'),
              spec('three', 'flaky'),
              spec('four', 'skipped', [{ type: 'skip', description: 'needs root' }]),
            ],
          },
        ],
      },
    ],
  };
  expect(fromPlaywright(report)).toEqual({
    passed: 1,
    failed: 3,
    skipped: [{ title: 'a.spec.ts: four', reason: 'needs root' }],
  });
});

test('lessons: skipped trials are counted, and the note is their reason', () => {
  expect(fromLessonsTest({ passed: 3, failed: 0, skipped: 0, notes: [] })).toEqual({
    passed: 3,
    failed: 0,
    skipped: [],
  });
  const outcome = fromLessonsTest({ passed: 0, failed: 0, skipped: 40, notes: ['Skipped: not root'] });
  expect(outcome.skipped).toEqual([{ title: 'the lessons', reason: 'Skipped: not root', count: 40 }]);
  expect(total([{ name: 'lessons:test', seconds: 0, outcome }])).toEqual({ passed: 0, failed: 0, skipped: 40 });
});

const stages = [
  { name: 'check', seconds: 4.21, outcome: { passed: 4, failed: 0, skipped: [] } },
  {
    name: 'vitest',
    seconds: 100,
    outcome: { passed: 120, failed: 2, skipped: [{ title: 'x.test.ts: y', reason: 'no VLAN in this kernel' }] },
  },
];

test('the total adds the tests of all stages', () => {
  expect(total(stages)).toEqual({ passed: 124, failed: 2, skipped: 1 });
});

test('the summary is a table, the reasons of skips, and the line that ends it', () => {
  expect(summary(stages).split('\n')).toEqual([
    'stage   passed  failed  skipped  seconds',
    'check        4       0        0      4.2',
    'vitest     120       2        1    100.0',
    '',
    'Skipped:',
    '  vitest: x.test.ts: y: no VLAN in this kernel',
    '',
    '124 passed, 2 failed',
  ]);
});

test('a stage that fails without a failed test, or without a report, is a failure', () => {
  const directory = mkdtempSync(join(tmpdir(), 'underlay-reports-'));
  try {
    const stage = { name: 'vitest', report: join(directory, 'vitest.json'), read: fromVitest };
    expect(outcomeOf(stage, 0)).toEqual({ passed: 0, failed: 1, skipped: [] });
    writeFileSync(stage.report, JSON.stringify({ passed: 3, failed: 0, skipped: [] }));
    expect(outcomeOf(stage, 0)).toEqual({ passed: 3, failed: 0, skipped: [] });
    expect(outcomeOf(stage, 1)).toEqual({ passed: 3, failed: 1, skipped: [] });
    const silent = { name: 'lint', report: '', read: undefined };
    expect(outcomeOf(silent, 0)).toEqual({ passed: 1, failed: 0, skipped: [] });
    expect(outcomeOf(silent, 1)).toEqual({ passed: 0, failed: 1, skipped: [] });
  } finally {
    rmSync(directory, { recursive: true });
  }
});
