/** A thread that plays recordings again, one after the other. */
import { fileURLToPath } from 'node:url';
import { parentPort } from 'node:worker_threads';
import { lessonByNumber } from '../../lessons';
import { systemClock } from '../lab';
import { parseRecording } from '../lab/recording';
import { readLessonFiles } from '../lesson-files';
import { replay } from '../replay';
import type { Grade } from './grades';
import { reportTo } from './thread';

const lessonsDirectory = fileURLToPath(new URL('../../lessons', import.meta.url));

async function grade(text: string): Promise<Grade> {
  const parsed = parseRecording(text);
  if (!parsed.ok) return { kind: 'unreadable', problem: `it is no recording: ${parsed.problem}` };
  const { recording } = parsed;
  const lesson = lessonByNumber(recording.lesson);
  if (!lesson)
    return { kind: 'unreadable', problem: `it is of lesson ${recording.lesson}, which is not part of this course` };
  const files = await readLessonFiles(lesson, lessonsDirectory);
  return { kind: 'verdict', verdict: await replay({ recording, lesson, files, clock: systemClock }) };
}

if (parentPort) {
  const parent = parentPort;
  parent.on('message', async (text: string) => parent.postMessage(await grade(text)));
  reportTo(parent);
}
