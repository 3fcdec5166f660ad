/** A simulated lab as a file: saved from the page, played again by the command line, refused when it was changed. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { LessonPage } from './lesson-page';

let directory: string;
test.beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'underlay-recording-'));
});
test.afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('what was done in the page is seen by the one who plays its recording, and a changed one is refused', async ({
  page,
}) => {
  const lesson = new LessonPage(page, '1.2.2');
  await lesson.open('e2e-recording');
  await page.getByRole('radio', { name: 'Simulator' }).check();
  await lesson.startLab();
  await lesson.solve('own-name');
  const { name, text } = await saveRecording(page);
  expect(name).toBe('underlay-1.2.2-recording.json');

  const claimed = text.replace('"pin":"open"', '"pin":"done"');
  const [played, retyped, overstated] = await Promise.all([text, otherKey(text), claimed].map(replay));
  expect(played).toMatchObject({ code: 0, stderr: '' });
  const lines = played?.stdout.trimEnd().split('\n') ?? [];
  expect(lines).toContain('done    own-name');
  expect(lines).toHaveLength((await lesson.statuses()).length + 1);
  expect(lines.at(-1)).toMatch(/^state [0-9a-f]{64}$/);
  expect(text).toContain(lines.at(-1)?.slice('state '.length));
  const difference = /^Refused\. action \d+ \(\S+\) at [\d.]+ s: the recording says \S+, playing it gives \S+\n$/;
  expect(retyped).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(difference) });
  const claim = 'Refused. task pin: the recording claims done, playing it gives open\n';
  expect(overstated).toEqual({ code: 1, stdout: '', stderr: claim });
});

async function saveRecording(page: Page): Promise<{ name: string; text: string }> {
  await page.getByRole('button', { name: 'Lab', exact: true }).click();
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save a recording' }).click();
  const download = await downloading;
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') };
}

/** The recording with one letter of what was typed changed into another. */
function otherKey(text: string): string {
  const typed = /"do":"terminal\.write","terminal":\d+,"data":"([A-Za-z0-9+/]{2})/.exec(text);
  if (!typed) throw new Error('nothing was typed');
  const at = typed.index + typed[0].length - 2;
  return `${text.slice(0, at)}${typed[1] === 'YQ' ? 'Yg' : 'YQ'}${text.slice(at + 2)}`;
}

async function replay(text: string, number: number): Promise<{ code: number; stdout: string; stderr: string }> {
  const file = join(directory, `${number}.json`);
  writeFileSync(file, text);
  return new Promise((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', 'bin/underlay.ts', 'replay', file], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}
