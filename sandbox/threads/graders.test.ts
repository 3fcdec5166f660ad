/** Recordings graded in real threads: those that hold, those that were changed, those that take too long. */
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { lessonByNumber } from '../../lessons';
import { readLessonFiles } from '../lesson-files';
import { record } from '../testing/recorder';
import { Graders } from './graders';

const directory = fileURLToPath(new URL('../../lessons', import.meta.url));
let recording: string;
let graders: Graders;

beforeAll(async () => {
  const lesson = lessonByNumber('1.2.2');
  if (!lesson) throw new Error('no lesson 1.2.2');
  const files = await readLessonFiles(lesson, directory);
  recording = await record({ lesson, files, learner: 'graded-learner', way: 0 });
});
afterEach(() => graders.close());

const open = (limitMs = 60_000) => {
  graders = new Graders({ threads: 2, megabytes: 512, limitMs });
};

test('many are graded by few threads, each on its own', async () => {
  open();
  const changed = recording.replace(/"hash":"[0-9a-f]{8}/, '"hash":"00000000');
  const grades = await Promise.all([recording, changed, 'no recording', recording].map((text) => graders.grade(text)));
  expect(grades).toEqual([
    { kind: 'verdict', verdict: { ok: true, ...JSON.parse(recording).claim } },
    {
      kind: 'verdict',
      verdict: { ok: false, difference: expect.stringMatching(/^the state at the end: the recording/) },
    },
    { kind: 'unreadable', problem: 'it is no recording: it is not JSON' },
    grades[0],
  ]);
});

test('one that takes too long is refused, and so is one that its thread does not survive', async () => {
  open(1);
  const difference = 'it could not be played to its end: it took longer than 0.001 s';
  expect(await graders.grade(recording)).toEqual({ kind: 'verdict', verdict: { ok: false, difference } });
  await graders.close();
  open();
  // No lab fits into that.
  const impossible = recording.replace(/"diskBytes":\d+/, '"diskBytes":1');
  expect(await graders.grade(impossible)).toMatchObject({ kind: 'verdict', verdict: { ok: false } });
  expect(await graders.grade(recording)).toMatchObject({ kind: 'verdict', verdict: { ok: true } });
});
