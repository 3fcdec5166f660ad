import { expect, test } from 'vitest';
import { stepsOf } from './steps';

test('commands belong to the terminal named before them', () => {
  const steps = stepsOf([
    'ls',
    '# in terminal inside:',
    'unshare --uts bash',
    '# in terminal t2 on internet as learner:',
    '# press Ctrl-c',
  ]);
  expect(steps.map((step) => [step.kind, step.terminal.name])).toEqual([
    ['command', null],
    ['terminal', 'inside'],
    ['command', 'inside'],
    ['terminal', 't2'],
    ['key', 't2'],
  ]);
  expect(steps.at(-1)).toMatchObject({ sends: '\u0003', terminal: { machine: 'internet', user: 'learner' } });
});

test('a comment of the lesson itself stays a command line', () => {
  expect(stepsOf(['# look', '# press Enter'])).toMatchObject([
    { kind: 'command', text: '# look' },
    { kind: 'key', sends: '\r' },
  ]);
});
