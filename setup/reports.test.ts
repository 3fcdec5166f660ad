import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fromCheck, fromLessonsTest, fromPlaywright, fromVitest, summary, total } from './reports.mjs';
import { groupsOf, outcomeOf } from './stages.mjs';

test('check: every check is one test', () => {
  const results = [
    { name: 'types', ok: true, problem: '' },
    { name: 'lint', ok: false, problem: 'a.ts is wrong' },
  ];
  const failures = [{ title: 'lint', message: 'a.ts is wrong' }];
  expect(fromCheck({ results })).toEqual({ passed: 1, failed: 1, failures, skipped: [] });
});

test('a stage that runs beside another is in its group, and alone where that is not wanted', () => {
  const [a, b, c] = [{ name: 'a' }, { name: 'b', beside: true }, { name: 'c' }];
  expect(groupsOf([a, b, c])).toEqual([[a, b], [c]]);
  expect(groupsOf([b, c])).toEqual([[b], [c]]);
});

test('playwright: expected, unexpected, flaky and skipped tests in nested suites, and errors outside of any', () => {
  const spec = (title: string, status: string, annotations: Array<{ type: string; description?: string }> = []) => ({
    title,
    file: 'a.spec.ts',
    tests: [{ status, annotations, results: status === 'unexpected' ? [{ error: { message: 'Timeout' } }] : [{}] }],
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
    failures: [
      { title: 'outside of any test', message: 'a worker died' },
      { title: 'a.spec.ts: two', message: 'Timeout' },
      { title: 'a.spec.ts: three', message: 'flaky' },
    ],
    skipped: [{ title: 'a.spec.ts: four', reason: 'needs root' }],
  });
});

test('lessons: failed trials are named, skipped ones are counted, and the note is their reason', () => {
  const good = { lesson: '1.1', task: 'boot', kind: 'way', title: 'A', round: 1, ok: true };
  const bad = { ...good, task: null, kind: 'journey', ok: false, reason: 'stayed red' };
  expect(fromLessonsTest({ passed: 1, failed: 2, skipped: 0, results: [good, bad], notes: ['1 mount left'] })).toEqual({
    passed: 1,
    failed: 2,
    failures: [
      { title: '1.1 journey "A", round 1', message: 'stayed red' },
      { title: 'the lessons', message: '1 mount left' },
    ],
    skipped: [],
  });
  const outcome = fromLessonsTest({ passed: 0, failed: 0, skipped: 40, results: [], notes: ['Skipped: not root'] });
  expect(outcome.skipped).toEqual([{ title: 'the lessons', reason: 'Skipped: not root', count: 40 }]);
  expect(total([{ name: 'lessons:test', seconds: 0, outcome }])).toEqual({ passed: 0, failed: 0, skipped: 40 });
});

const stages = [
  { name: 'check', seconds: 4.21, outcome: { passed: 4, failed: 0, skipped: [] } },
  {
    name: 'vitest',
    seconds: 100,
    outcome: {
      passed: 120,
      failed: 2,
      failures: [
        { title: 'z.test.ts: short', message: '\u001b[31mexpected 1\u001b[39m\n\nto be 2' },
        { title: 'z.test.ts: long', message: Array.from({ length: 40 }, (_, line) => `line ${line}`).join('\n') },
      ],
      skipped: [{ title: 'x.test.ts: y', reason: 'no VLAN in this kernel' }],
    },
  },
];

test('the total adds the tests of all stages', () => {
  expect(total(stages)).toEqual({ passed: 124, failed: 2, skipped: 1 });
});

test('the summary is a table, what failed and why, the reasons of skips, and the line that ends it', () => {
  expect(summary(stages).split('\n')).toEqual([
    'stage   passed  failed  skipped  seconds',
    'check        4       0        0      4.2',
    'vitest     120       2        1    100.0',
    '',
    'Failed:',
    '  vitest: z.test.ts: short',
    '    expected 1',
    '    to be 2',
    '  vitest: z.test.ts: long',
    ...Array.from({ length: 12 }, (_, line) => `    line ${line}`),
    '    ... (the rest is above)',
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
