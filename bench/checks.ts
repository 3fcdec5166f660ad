/** From the end of a command to its task turning green, for every task of every lesson, as `lessons:test` measures it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { ms, type Row } from './report';
import { summarise } from './stats';

const limitMs = 100;
const Result = z.object({
  failed: z.int(),
  results: z.array(z.object({ lesson: z.string(), delays: z.array(z.object({ task: z.string(), ms: z.number() })) })),
});
type Result = z.infer<typeof Result>;

export async function checks(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'underlay-bench-'));
  const file = join(folder, 'lessons.json');
  try {
    // One lab at a time: a second one would be measured along with the first.
    const run = ['--import', 'tsx', 'bin/lessons-test.ts', '--rounds', '1', '--jobs', '1', '--json', file];
    spawnSync(process.execPath, run, { stdio: ['ignore', 'ignore', 'inherit'] });
    return rows(Result.parse(JSON.parse(readFileSync(file, 'utf8'))));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function rows({ failed, results }: Result): Row[] {
  const byTask = new Map<string, number[]>();
  for (const { lesson, delays } of results) {
    for (const { task, ms: delay } of delays) {
      // Green while the command still ran: no time from its end to count.
      if (delay > 0) byTask.set(`${lesson} ${task}`, [...(byTask.get(`${lesson} ${task}`) ?? []), delay]);
    }
  }
  const all = summarise([...byTask.values()].flat());
  const tasks = [...byTask].map(([task, delays]) => ({ task, median: summarise(delays).median }));
  const [slowest] = tasks.sort((a, b) => b.median - a.median);
  const slow = tasks.filter(({ median }) => median > limitMs);
  return [
    {
      bench: 'checks',
      what: `command to green, p95 of ${all.samples}${failed > 0 ? ` (${failed} trials failed)` : ''}`,
      value: ms(all.p95),
      peer: `median ${ms(all.median)}, longest ${ms(all.max)}`,
      limit: `at most ${limitMs} ms`,
      holds: failed === 0 && all.p95 <= limitMs,
    },
    {
      bench: 'checks',
      what: `slowest of ${tasks.length} tasks, its median`,
      value: `${ms(slowest?.median ?? Number.NaN)} (${slowest?.task})`,
      peer: `${slow.length} tasks above the limit`,
      limit: `at most ${limitMs} ms`,
      holds: slow.length === 0,
    },
  ];
}
