/** Things no journey may cause: a message in the console, a request to another host, a page that jumps about. */
import { expect, type Page } from '@playwright/test';

declare global {
  interface Window {
    layoutShift: number;
  }
}

interface LayoutShift extends PerformanceEntry {
  value: number;
  hadRecentInput: boolean;
}

/** Core Web Vitals call a cumulative layout shift up to 0.1 good. Ours is to be next to nothing. */
const tolerableShift = 0.01;

export interface Watch {
  /** Fails with what was seen. */
  expectQuiet(): Promise<void>;
}

export async function watch(page: Page): Promise<Watch> {
  const messages: string[] = [];
  const strangers: string[] = [];
  page.on('console', (message) => {
    // Chromium's own software renderer complains about itself when a picture of the page is taken.
    if (message.text().startsWith('[.WebGL-')) return;
    if (message.type() === 'error' || message.type() === 'warning')
      messages.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => messages.push(String(error)));
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (/^(http|ws)/.test(protocol) && hostname !== '127.0.0.1') strangers.push(request.url());
  });
  await page.addInitScript(() => {
    window.layoutShift = 0;
    const isShift = (entry: PerformanceEntry): entry is LayoutShift => 'value' in entry && 'hadRecentInput' in entry;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        if (isShift(entry) && !entry.hadRecentInput) window.layoutShift += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  return {
    async expectQuiet() {
      expect(messages, 'messages in the console').toEqual([]);
      expect(strangers, 'requests to other hosts').toEqual([]);
      expect(await page.evaluate(() => window.layoutShift), 'cumulative layout shift').toBeLessThan(tolerableShift);
    },
  };
}
