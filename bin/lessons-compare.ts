/**
 * `node --import tsx bin/lessons-compare.ts LINUX.json SIM.json [--json FILE]`: two reports of `lessons:test --json`, one of each
 * kernel. At the end of each lesson's journey the same must be true on both, but for what `masked-state.ts` leaves out.
 * Exit code 1 when something differs, or when there is nothing to compare.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import * as z from 'zod';
import { differencesOf } from './lessons-test/differences';

const program = new Command('lessons:compare')
  .argument('<linux>', 'the report of the real kernel')
  .argument('<sim>', 'the report of the simulated one')
  .option('--json <file>', 'also writes the result there')
  .parse();
const [real = {}, simulated = {}] = program.args.map(factsIn);
const lessons = differencesOf(real, simulated);
const { json } = program.opts<{ json?: string }>();
if (json) writeFileSync(json, JSON.stringify({ lessons }));
for (const { lesson, facts, differences } of lessons) {
  console.log(`${lesson}: ${facts} facts on the real kernel, ${differences.length} differ`);
  for (const difference of differences) console.log(`  ${difference}`);
}
if (lessons.length === 0) console.log('There is nothing to compare: neither report holds a journey.');
process.exitCode = lessons.length > 0 && lessons.every(({ differences }) => differences.length === 0) ? 0 : 1;

function factsIn(path: string): Record<string, string[]> {
  const report = z.object({ facts: z.record(z.string(), z.array(z.string())) });
  return report.parse(JSON.parse(readFileSync(path, 'utf8'))).facts;
}
