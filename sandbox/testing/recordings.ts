/**
 * Prints recordings of lessons, one JSON a line: `node --import tsx sandbox/testing/recordings.ts [--minutes N] [NUMBER...]`. For who
 * may not reach into the sandbox: browser tests and benches.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { lessons } from '../../lessons';
import type { LessonFiles } from '../lab';
import { readLessonFiles } from '../lesson-files';
import { record } from './recorder';

const directory = fileURLToPath(new URL('../../lessons', import.meta.url));
const { values, positionals: numbers } = parseArgs({
  options: { minutes: { type: 'string' } },
  allowPositionals: true,
});
const minutes = Number(values.minutes ?? 0);
const decoder = new TextDecoder('utf-8', { fatal: true });

for (const lesson of lessons) {
  if (numbers.length > 0 && !numbers.includes(lesson.number)) continue;
  const files = asText(await readLessonFiles(lesson, directory));
  const recording = await record({ lesson, files, learner: 'recorded-learner', way: 0, minutes });
  process.stdout.write(`${JSON.stringify({ recording, files })}\n`);
}

/** Files of lessons are text: so they pass through JSON. */
function asText(files: LessonFiles): LessonFiles {
  const text = (content: string | Uint8Array) => (typeof content === 'string' ? content : decoder.decode(content));
  return Object.fromEntries(
    Object.entries(files).map(([machine, tree]) => [
      machine,
      Object.fromEntries(Object.entries(tree).map(([path, file]) => [path, { ...file, content: text(file.content) }])),
    ]),
  );
}
