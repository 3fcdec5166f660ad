import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from '@playwright/test';

/** Debian's Chromium: Playwright's own cannot be downloaded everywhere. */
const chromium = process.env.UNDERLAY_CHROMIUM ?? '/usr/bin/chromium';

// Set once, by the first process that reads this file; workers inherit them.
process.env.UNDERLAY_E2E_PORT ??= String(20_000 + (process.pid % 10_000));
const port = process.env.UNDERLAY_E2E_PORT;
if (process.env.UNDERLAY_E2E_HOME === undefined) {
  const made = mkdtempSync(join(tmpdir(), 'underlay-e2e-'));
  process.env.UNDERLAY_E2E_HOME = made;
  process.on('exit', () => rmSync(made, { recursive: true, force: true }));
}
const home = process.env.UNDERLAY_E2E_HOME;

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results/e2e',
  // Labs are real: two journeys at once would only wait for each other on a small machine.
  workers: 1,
  forbidOnly: process.env.CI !== undefined,
  timeout: 180_000,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  use: {
    baseURL: `http://127.0.0.1:${port}`,
    launchOptions: { executablePath: chromium, args: ['--no-sandbox'] },
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
  webServer: {
    command: 'node --import tsx app/server.ts',
    url: `http://127.0.0.1:${port}/`,
    env: { PORT: port, NODE_ENV: 'production', UNDERLAY_HOME: home },
    reuseExistingServer: false,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 10_000 },
    timeout: 60_000,
    stdout: 'pipe',
  },
});
