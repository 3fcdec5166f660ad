/** Things no journey may cause: a message in the console, a request to another host, a page that jumps about. */
import { expect, type Page } from '@playwright/test';

declare global {
  interface Window {
    /** Each shift: how much, and what moved. */
    layoutShifts: Array<{ value: number; moved: string[] }>;
  }
}

interface LayoutShift extends PerformanceEntry {
  value: number;
  hadRecentInput: boolean;
  sources?: Array<{ node: Node | null }>;
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
    window.layoutShifts = [];
    const isShift = (entry: PerformanceEntry): entry is LayoutShift => 'value' in entry && 'hadRecentInput' in entry;
    const nameOf = (node: Node | null) =>
      node instanceof Element ? `${node.tagName}.${node.className}#${node.id}` : (node?.textContent ?? 'gone');
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        if (!isShift(entry) || entry.hadRecentInput) continue;
        window.layoutShifts.push({ value: entry.value, moved: (entry.sources ?? []).map(({ node }) => nameOf(node)) });
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  return {
    async expectQuiet() {
      expect(messages, 'messages in the console').toEqual([]);
      expect(strangers, 'requests to other hosts').toEqual([]);
      const shifts = await page.evaluate(() => window.layoutShifts);
      const sum = shifts.reduce((total, { value }) => total + value, 0);
      expect(sum, `layout shifts: ${JSON.stringify(shifts)}`).toBeLessThan(tolerableShift);
    },
  };
}
