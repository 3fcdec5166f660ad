import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readLessonFiles } from './lesson-files';
import { testLesson } from './testing/lesson';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'underlay-lesson-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test('reads what lies beside a lesson, with modes and owners', async () => {
  const lab = path.join(directory, '9.9-test/files/lab');
  mkdirSync(path.join(lab, 'root/bin'), { recursive: true });
  mkdirSync(path.join(lab, 'home/learner'), { recursive: true });
  writeFileSync(path.join(lab, 'root/bin/run'), 'echo hi');
  chmodSync(path.join(lab, 'root/bin/run'), 0o755);
  writeFileSync(path.join(lab, 'home/learner/note'), 'a note');
  chmodSync(path.join(lab, 'home/learner/note'), 0o600);
  expect(await readLessonFiles(testLesson, directory)).toEqual({
    lab: {
      '/root/bin/run': { content: Buffer.from('echo hi'), mode: 0o755, owner: 'root' },
      '/home/learner/note': { content: Buffer.from('a note'), mode: 0o600, owner: 'learner' },
    },
  });
});

test('a lesson without files has none', async () => {
  expect(await readLessonFiles(testLesson, directory)).toEqual({});
});
