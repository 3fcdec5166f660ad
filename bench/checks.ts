/** From the end of a command to its task turning green, for every task of every lesson, as `lessons:test` measures it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { ms, type Row } from './report';

const limitMs = 100;
const Result = z.object({
  failed: z.int(),
  green: z.object({
    count: z.int(),
    medianMs: z.number().nullable(),
    p95Ms: z.number().nullable(),
    maxMs: z.number().nullable(),
  }),
});

export async function checks(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'underlay-bench-'));
  const file = join(folder, 'lessons.json');
  try {
    // One lab at a time: a second one would be measured along with the first.
    const run = ['--import', 'tsx', 'bin/lessons-test.ts', '--rounds', '1', '--jobs', '1', '--json', file];
    spawnSync(process.execPath, run, { stdio: ['ignore', 'ignore', 'inherit'] });
    const { failed, green } = Result.parse(JSON.parse(readFileSync(file, 'utf8')));
    return [
      {
        bench: 'checks',
        what: `command to green, p95 of ${green.count}${failed > 0 ? ` (${failed} trials failed)` : ''}`,
        value: green.p95Ms === null ? 'none' : ms(green.p95Ms),
        peer: `median ${green.medianMs} ms, longest ${green.maxMs} ms`,
        limit: `at most ${limitMs} ms`,
        holds: failed === 0 && green.p95Ms !== null && green.p95Ms <= limitMs,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
