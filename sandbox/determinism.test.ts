/** A recorded lab is the same each time it is played: whatever else the thread does meanwhile, and however often. */
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { lessons } from '../lessons';
import { systemClock } from './lab';
import { parseRecording } from './lab/recording';
import { readLessonFiles } from './lesson-files';
import { replay } from './replay';
import { record } from './testing/recorder';

const directory = fileURLToPath(new URL('../lessons', import.meta.url));
/** How often a recording is played: of one way of each lesson, and of another. */
const runsOf = [20, 2] as const;

/** Every fourth run shares its thread with work of all lengths. */
function busyWork(): () => void {
  let over = false;
  let turn = 0;
  const work = () => {
    if (over) return;
    const end = performance.now() + (turn++ % 3);
    while (performance.now() < end) Math.random();
    setImmediate(work);
  };
  setImmediate(work);
  return () => {
    over = true;
  };
}

test.each(lessons.map((lesson) => [lesson.number, lesson] as const))(
  `lesson %s: two recordings agree with what was seen live, played ${runsOf.join(' and ')} times`,
  async (number, lesson) => {
    const files = await readLessonFiles(lesson, directory);
    for (const [way, runs] of runsOf.entries()) {
      const parsed = parseRecording(await record({ lesson, files, learner: `learner-${way}`, way }));
      if (!parsed.ok) throw new Error(parsed.problem);
      const { recording } = parsed;
      expect(recording.actions.length).toBeGreaterThan(lesson.tasks.length);
      const hashes = new Set<string>();
      for (let run = 0; run < runs; run++) {
        const stop = run % 4 === 0 ? busyWork() : () => undefined;
        const verdict = await replay({ recording, lesson, files, clock: systemClock });
        stop();
        hashes.add(verdict.ok ? verdict.hash : verdict.difference);
      }
      expect([...hashes]).toEqual([recording.claim.hash]);
      const done = Object.values(recording.claim.tasks).filter((status) => status === 'done').length;
      console.log(`${number} way ${way + 1}: ${done} of ${lesson.tasks.length} tasks, ${runs} runs agreed`);
    }
  },
  300_000,
);
