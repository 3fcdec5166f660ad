/** A recording that Node has made and played is played in a browser's worker: the same state at the end, in both. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { build } from 'esbuild';

const runs = 20;

interface Recorded {
  recording: string;
  files: Record<string, Record<string, { content: string }>>;
}

async function recordings(): Promise<Recorded[]> {
  const script = ['--import', 'tsx', 'sandbox/testing/recordings.ts'];
  const { stdout } = await promisify(execFile)(process.execPath, script, { maxBuffer: 256 << 20 });
  return stdout.trim().split('\n').map(parse);
}

function parse(line: string): Recorded {
  const recorded: Recorded = JSON.parse(line);
  return recorded;
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: ['sandbox/testing/replay-worker.ts'],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
  });
  return outputFiles[0]?.text ?? '';
}

test('Chromium plays the recordings of all lessons to the states that Node has seen', async ({ page }) => {
  test.setTimeout(600_000);
  const [script, recorded] = await Promise.all([bundle(), recordings()]);
  expect(recorded.length).toBeGreaterThanOrEqual(8);
  for (const one of recorded) {
    const { lesson, claim }: { lesson: string; claim: { hash: string } } = JSON.parse(one.recording);
    const played = await page.evaluate(
      async ({ script, one, runs }) => {
        const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
        const worker = new Worker(url);
        const answer = await new Promise((resolve) => {
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = ({ message }) => resolve([message]);
          worker.postMessage({ ...one, runs });
        });
        worker.terminate();
        URL.revokeObjectURL(url);
        return answer;
      },
      { script, one, runs },
    );
    expect(played, `lesson ${lesson}`).toEqual([claim.hash]);
  }
  console.log(`${recorded.length} recordings of Node agreed in Chromium, ${runs} runs each`);
});
