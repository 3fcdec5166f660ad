/** A lesson's files as text, written into its page so that a lab in the browser needs no server. */
import path from 'node:path';
import type { LessonDefinition } from '../../lessons';
import { readLessonFiles } from '../../sandbox/lesson-files';
import type { LessonFacts } from '../lab/facts';

function lessonsDirectory(): string {
  return path.join(/*turbopackIgnore: true*/ process.cwd(), 'lessons');
}

export async function filesOf(lesson: LessonDefinition): Promise<LessonFacts['files']> {
  const machines = Object.entries(await readLessonFiles(lesson, lessonsDirectory()));
  return Object.fromEntries(
    machines.map(([machine, files]) => [
      machine,
      Object.fromEntries(
        Object.entries(files).map(([path, { content, mode = 0o644, owner = 'root' }]) => [
          path,
          { content: typeof content === 'string' ? content : new TextDecoder().decode(content), mode, owner },
        ]),
      ),
    ]),
  );
}
