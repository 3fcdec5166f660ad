/** Time and restarts: a lab that is about to end, one that has ended, and what is remembered when the server comes back. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { LessonPage } from './lesson-page';
import { type OwnServer, startServer } from './own-server';

let home: string;
let server: OwnServer;
test.beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'underlay-e2e-own-'));
});
test.afterEach(async () => {
  await server.stop();
  rmSync(home, { recursive: true, force: true });
});

test('the page warns before the time is over, gives more on request, and says when it has ended', async ({ page }) => {
  server = await startServer({
    UNDERLAY_HOME: home,
    UNDERLAY_TOTAL_MS: '24000',
    UNDERLAY_EXTENSION_MS: '16000',
    UNDERLAY_EXTENSIONS: '1',
  });
  const lesson = new LessonPage(page, '1.2');
  await lesson.open('e2e-limits-learner', server.url);
  await lesson.startLab();
  const extend = page.getByRole('button', { name: 'Extend' });
  await expect(page.getByText(/This lab ends in/)).toBeVisible();
  await extend.click();
  await expect(extend).toBeHidden();
  await lesson.run('echo still here');
  await lesson.expectOnScreen(/still here/);
  await expect(page.getByRole('button', { name: 'Start a new lab' })).toBeVisible({ timeout: 60_000 });
});

test('what was done stays done when the server is restarted', async ({ page }) => {
  server = await startServer({ UNDERLAY_HOME: home });
  const lesson = new LessonPage(page, '1.2');
  await lesson.open('e2e-restart-learner', server.url);
  await lesson.startLab();
  await lesson.solve('own-number');
  await page.goto(server.url);
  await expect(page.getByText(/^1 of \d+ tasks/).first()).toBeVisible();
  await server.stop();
  server = await startServer({ UNDERLAY_HOME: home });
  // Another port is another origin: the browser knows nobody there, so it is told who it is again.
  await lesson.open('e2e-restart-learner', server.url);
  await page.goto(server.url);
  await expect(page.getByText(/^1 of \d+ tasks/).first()).toBeVisible();
});
