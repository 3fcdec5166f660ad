import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openProgress } from './index';

const learner = 'learner-0001';
let home = '';

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'underlay-progress-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const report = { learner, lesson: '1.1', task: 'mount-it', status: 'done', points: 10 } as const;

test('keeps the first time a task was done, across restarts', { timeout: 60_000 }, async () => {
  const first = openProgress({ home });
  first.recordTask(report);
  first.recordTask({ ...report, status: 'open' });
  first.recordTask({ ...report, points: 3 });
  first.recordTask({ ...report, task: 'not-yet', status: 'open' });
  first.recordTask({ ...report, learner: 'learner-0002', task: 'hide-it' });
  await first.close();

  const second = openProgress({ home });
  expect(await second.read(learner)).toEqual([{ lesson: '1.1', task: 'mount-it', points: 10 }]);
  await second.close();
  await expect(second.read(learner)).rejects.toThrow('closed');
});

test('a second server is kept out of the database, and the first one loses nothing', { timeout: 60_000 }, async () => {
  const first = openProgress({ home });
  first.recordTask(report);
  await first.read(learner);
  const second = openProgress({ home });
  second.recordTask({ ...report, task: 'hide-it' });
  await expect(second.read(learner)).rejects.toThrow(`another server uses ${home}`);
  await second.close();
  first.recordTask({ ...report, task: 'rename-it' });
  await first.close();

  const third = openProgress({ home });
  expect((await third.read(learner)).map(({ task }) => task)).toEqual(['mount-it', 'rename-it']);
  await third.close();
});

test('says why when the database cannot open, and takes reports all the same', { timeout: 60_000 }, async () => {
  await writeFile(path.join(home, 'db'), 'a file where the directory should be');
  const store = openProgress({ home });
  store.recordTask(report);
  await expect(store.read(learner)).rejects.toThrow('progress is not kept');
  expect(() => store.recordTask(report)).not.toThrow();
  await store.close();
});

test('refuses a DATABASE_URL it has no driver for', async () => {
  const store = openProgress({ home, databaseUrl: 'postgres://localhost/underlay' });
  await expect(store.read(learner)).rejects.toThrow('DATABASE_URL');
});
