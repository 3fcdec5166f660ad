/** JavaScript a lesson page loads before the terminal and the editor are asked for, compressed as a server would. */
import { gzipSync } from 'node:zlib';
import { openBrowser } from './browser';
import { startUnderlay } from './processes';
import type { Row } from './report';

const limitBytes = 200 * 1024;

export async function firstLoad(): Promise<Row[]> {
  const server = await startUnderlay({});
  const browser = await openBrowser();
  try {
    const pages = [
      { what: 'course map', path: '/' },
      { what: 'lesson page', path: '/lesson/1.1' },
    ];
    const rows: Row[] = [];
    for (const { what, path } of pages) {
      const page = await browser.newPage();
      const scripts: Promise<number>[] = [];
      page.on('response', (response) => {
        if (response.request().resourceType() === 'script') {
          scripts.push(response.body().then((body) => gzipSync(body).byteLength));
        }
      });
      await page.goto(server.url + path, { waitUntil: 'networkidle' });
      const bytes = (await Promise.all(scripts)).reduce((sum, size) => sum + size, 0);
      rows.push({
        bench: 'first-load',
        what: `${what}, ${scripts.length} scripts, gzip`,
        value: `${(bytes / 1024).toFixed(0)} KB`,
        peer: '-',
        limit: 'at most 200 KB',
        holds: bytes > 0 && bytes <= limitBytes,
      });
      await page.close();
    }
    return rows;
  } finally {
    await browser.close();
    await server.stop();
  }
}
