/** Keystroke to echo, from a browser through the server to a shell and back, against the bare peer in the same run. */
import type { Page } from '@playwright/test';
import { build } from 'esbuild';
import { openBrowser } from '../browser';
import { type RunningServer, startPeer, startUnderlay } from '../processes';
import { ms, type Row, ratio } from '../report';
import { summarise } from '../stats';

const samplesPerSide = 200;
const blocks = 4;
/** Typed on either side before anything counts: fresh code of both servers and of the page is still being compiled. */
const warmUpKeys = 400;

export async function echo(): Promise<Row[]> {
  const script = await bundleClient();
  const underlay = await startUnderlay({});
  const peer = await startPeer();
  const browser = await openBrowser();
  try {
    const ours = await openClient(await browser.newPage(), underlay, 'underlay', script);
    const theirs = await openClient(await browser.newPage(), peer, 'peer', script);
    for (const side of [ours, theirs]) {
      await typeKeys(side, warmUpKeys, 2);
      await side.evaluate(() => {
        window.samples = [];
      });
    }
    for (let block = 0; block < blocks; block++) {
      await typeKeys(ours, samplesPerSide / blocks);
      await typeKeys(theirs, samplesPerSide / blocks);
    }
    return rows(
      summarise(await ours.evaluate(() => window.samples)),
      summarise(await theirs.evaluate(() => window.samples)),
    );
  } finally {
    await browser.close();
    await Promise.all([underlay.stop(), peer.stop()]);
  }
}

function rows(ours: ReturnType<typeof summarise>, theirs: ReturnType<typeof summarise>): Row[] {
  const row = (what: string, mine: number, other: number, limit: number): Row => ({
    bench: 'echo',
    what: `${what} of ${ours.samples} keystrokes`,
    value: `${ms(mine)} (${ratio(mine / other)})`,
    peer: `${ms(other)} (ws + node-pty)`,
    limit: `at most ${ratio(limit)}`,
    holds: mine / other <= limit,
  });
  return [row('median', ours.median, theirs.median, 1.3), row('p99', ours.p99, theirs.p99, 2)];
}

async function openClient(page: Page, server: RunningServer, kind: 'underlay' | 'peer', script: string): Promise<Page> {
  // Any page of the server will do: what counts is that the connection is made from its origin.
  await page.goto(`${server.url}/healthz`);
  await page.evaluate(() => document.body.replaceChildren());
  await page.addScriptTag({ content: script });
  await page.evaluate((side) => window.connect(side), kind);
  await page.waitForFunction(() => /[#$] *$/.test(window.screenText().trimEnd()));
  return page;
}

async function typeKeys(page: Page, count: number, pauseMs = 20): Promise<void> {
  await page.bringToFront();
  await page.locator('textarea').focus();
  for (let i = 0; i < count; i++) {
    const before = await page.evaluate(() => window.samples.length);
    await page.keyboard.press(i % 40 === 39 ? 'Control+u' : 'a');
    await page.waitForFunction((n) => window.samples.length > n, before, { polling: 5 });
    await page.waitForTimeout(pauseMs);
  }
}

async function bundleClient(): Promise<string> {
  const result = await build({
    entryPoints: ['bench/echo/page.ts'],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const [output] = result.outputFiles;
  if (!output) throw new Error('esbuild made no output for bench/echo/page.ts');
  return output.text;
}
