/** From the navigation to a prompt on the screen: the static course from a file server on loopback, in Chromium. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext } from '@playwright/test';
import { buildStatic } from '../../setup/build-static.mjs';
import { serveFiles } from '../../setup/static-server';
import { openBrowser } from '../browser';
import { ms, type Row } from '../report';
import { summarise } from '../stats';

const rounds = 9;
const coldLimitMs = 800;
const warmLimitMs = 250;

/** `built`: where the static course lies already; it is built when left out. */
export async function timeToPrompt(built?: string): Promise<Row[]> {
  const directory = built ?? mkdtempSync(join(tmpdir(), 'underlay-static-'));
  if (built === undefined && !(await buildStatic(directory))) throw new Error('the static course could not be built');
  const server = await serveFiles(directory);
  const browser = await openBrowser();
  try {
    const visits: Array<{ cold: number; warm: number }> = [];
    for (let i = 0; i < rounds; i++) visits.push(await visitTwice(browser, `${server.url}/lesson/1.2.2/`));
    return [
      row(
        'cold',
        visits.map(({ cold }) => cold),
        coldLimitMs,
      ),
      row(
        'warm',
        visits.map(({ warm }) => warm),
        warmLimitMs,
      ),
    ];
  } finally {
    await browser.close();
    await server.stop();
    if (built === undefined) rmSync(directory, { recursive: true, force: true });
  }
}

function row(cache: string, samples: readonly number[], limit: number): Row {
  const { median, max } = summarise([...samples]);
  return {
    bench: 'simulator',
    what: `navigation to prompt, ${cache} cache, median of ${samples.length}`,
    value: ms(median),
    peer: `shortest ${ms(Math.min(...samples))}, longest ${ms(max)}`,
    limit: `at most ${limit} ms`,
    holds: median <= limit,
  };
}

/** A new visitor: the second visit finds everything kept. */
async function visitTwice(browser: Browser, url: string): Promise<{ cold: number; warm: number }> {
  const context = await browser.newContext();
  await context.addInitScript(startAtOnce);
  try {
    const cold = await visit(context, url);
    return { cold, warm: await visit(context, url) };
  } finally {
    await context.close();
  }
}

/** Starts the lab as soon as the page can be used, as a very fast learner would. No function has a name: it goes to the page as text. */
function startAtOnce(): void {
  sessionStorage.clear();
  const pressing = setInterval(() => {
    const start = [...document.querySelectorAll('button')].find((one) => /start the lab/i.test(one.textContent ?? ''));
    start?.click();
    if (document.querySelector('.xterm') !== null) clearInterval(pressing);
  }, 5);
}

/** Taken in the page: from the beginning of the navigation to the frame in which the prompt is drawn. */
async function visit(context: BrowserContext, url: string): Promise<number> {
  const page = await context.newPage();
  await page.goto(url, { waitUntil: 'commit' });
  const drawn = await page.waitForFunction(
    () => document.querySelector('.xterm-rows')?.textContent?.includes('#') && performance.now(),
    null,
    { polling: 'raf', timeout: 60_000 },
  );
  const took = await drawn.jsonValue();
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  await page.close();
  if (typeof took !== 'number') throw new Error('no prompt');
  return took;
}
