/** Lessons on the simulated kernel: with the server stopped after the page was loaded, and from files alone. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, expect, test } from '@playwright/test';
import { buildStatic } from '../setup/build-static.mjs';
import { type StaticServer, serveFiles } from '../setup/static-server';
import { LessonPage } from './lesson-page';
import { startServer } from './own-server';

const journeys: Array<{ number: string; tasks: string[] }> = [
  { number: '1.1', tasks: ['ingredients', 'predict-read', 'mount'] },
  { number: '1.2', tasks: ['own-number', 'apart', 'predict-life'] },
  { number: '1.2.1', tasks: ['own-tree', 'vault'] },
  { number: '1.2.2', tasks: ['own-name', 'pin'] },
  { number: '1.2.3', tasks: ['segment', 'isolated'] },
  { number: '1.2.4', tasks: ['be-one', 'own-proc'] },
  { number: '1.2.5', tasks: ['own-stack', 'cable', 'talk'] },
  { number: '1.2.6', tasks: ['own-map', 'rename'] },
  { number: '1.3.2', tasks: ['create', 'start'] },
  { number: '1.4.2', tasks: ['version', 'add'] },
];

/** In a browser profile of its own, up to the prompt of a lab that has nothing done yet. */
async function openInSimulator(browser: Browser, number: string, url: string): Promise<LessonPage> {
  const page = await (await browser.newContext()).newPage();
  const lesson = new LessonPage(page, number);
  await lesson.open(`e2e-alone-${number.replaceAll('.', '-')}`, url);
  await page.getByRole('radio', { name: 'Simulator' }).check();
  await lesson.startLab();
  expect(await lesson.statuses()).not.toContain('done');
  return lesson;
}

test.describe('from files alone', () => {
  let directory: string;
  let server: StaticServer;

  test.beforeAll(async () => {
    test.setTimeout(300_000);
    directory = mkdtempSync(join(tmpdir(), 'underlay-static-'));
    expect(await buildStatic(directory)).toBe(true);
    server = await serveFiles(directory);
  });
  test.afterAll(async () => {
    await server?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  for (const { number, tasks } of journeys) {
    test(`lesson ${number}: ${tasks.join(', ')}`, async ({ page }) => {
      const lesson = new LessonPage(page, number);
      await lesson.open(`e2e-static-${number.replaceAll('.', '-')}`, server.url);
      await lesson.startLab();
      expect(await lesson.statuses()).not.toContain('done');
      for (const task of tasks) await lesson.solve(task);
    });
  }

  test('progress is kept by the browser, and goes to another one as a file', async ({ page, browser }) => {
    const lesson = new LessonPage(page, '1.2.2');
    await lesson.open('e2e-static-progress', server.url);
    await lesson.startLab();
    await lesson.solve('own-name');
    await page.goto(server.url);
    await expect(page.getByText(/1 of \d+ tasks done/).first()).toBeVisible();
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export progress' }).click();
    const file = await (await downloading).path();
    const other = await (await browser.newContext()).newPage();
    await other.goto(server.url);
    await other.getByLabel('Import progress').setInputFiles(file);
    await expect(other.getByText('Progress imported')).toBeVisible();
    await other.context().close();
  });

  test('after the first visit it works without a network', async ({ page, context }) => {
    await page.goto(server.url);
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
    await page.reload();
    await context.setOffline(true);
    const lesson = new LessonPage(page, '1.2.2');
    await lesson.open('e2e-static-offline', server.url);
    await lesson.startLab();
    await lesson.solve('own-name');
    await context.setOffline(false);
  });
});

/** Programs are loaded by and by, soon after the first prompt; where one of each part has run, all are there. */
const oneOfEachPart =
  '{ tac /etc/hostname; choom -V; ps; killall -V; getcap -h; which sh; ip -V; nft -v; curl -V; grep -V; less -V; jq -V; python3 -V; tar --version; gzip --version; runc --version; cnitool --help; }';

test('labs of all lessons go on when the server is stopped', async ({ browser }) => {
  test.setTimeout(300_000);
  const server = await startServer({});
  const opened = [];
  for (const { number, tasks } of journeys) {
    const lesson = await openInSimulator(browser, number, server.url);
    await lesson.run(`${oneOfEachPart} > /dev/null 2>&1`);
    opened.push({ lesson, tasks });
  }
  await server.stop();
  await Promise.all(
    opened.map(async ({ lesson, tasks }) => {
      for (const task of tasks) await lesson.solve(task);
      await lesson.page.context().close();
    }),
  );
});

test('a program that never ends is ended by Ctrl-C, and the page stays alive', async ({ page }) => {
  const lesson = new LessonPage(page, '1.2.2');
  await lesson.open('e2e-sim-endless');
  await page.getByRole('radio', { name: 'Simulator' }).check();
  await lesson.startLab();
  for (const endless of ['while true; do :; done', 'cat /dev/zero > /dev/null', 'yes']) {
    await lesson.type(endless);
    await page.waitForTimeout(300);
    await lesson.press('Control+c');
    await lesson.run('echo alive $((40 + 2))');
    await lesson.expectOnScreen(/alive 42/);
  }
});

test('a simulator that fails is noticed, and the next lab gets another', async ({ page }) => {
  const lesson = new LessonPage(page, '1.2.2');
  await lesson.open('e2e-sim-fails');
  await page.getByRole('radio', { name: 'Simulator' }).check();
  await lesson.startLab();
  await page.workers()[0]?.evaluate(() => {
    setTimeout(() => {
      throw new Error('a mistake in the worker');
    });
  });
  await expect(page.getByText('no longer there').first()).toBeVisible();
  await lesson.startLab('Start a new lab');
  await lesson.run('echo alive $((40 + 2))');
  await lesson.expectOnScreen(/alive 42/);
});

test('where the operator says so, simulated labs run in threads of the server', async ({ page }) => {
  const server = await startServer({ UNDERLAY_SIMULATOR: 'server' });
  try {
    const lesson = new LessonPage(page, '1.2.2');
    await lesson.open('e2e-sim-server', server.url);
    await page.getByRole('radio', { name: 'Simulator' }).check();
    await expect(page.getByText('on the server: every step can be taken back')).toBeVisible();
    await lesson.startLab();
    await lesson.solve('own-name');
    expect(page.workers().filter((worker) => worker.url().includes('simulator'))).toEqual([]);
    await page.reload();
    await lesson.expectTask('own-name', 'done');
  } finally {
    await server.stop();
  }
  await expect(page.getByText('The server was stopped.').first()).toBeVisible();
});
