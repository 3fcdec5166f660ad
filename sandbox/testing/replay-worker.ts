/**
 * A worker of a page that plays a recording, and answers with all that came out of it: for the comparison of engines. Bundled
 * by `e2e/determinism.spec.ts`.
 */
import { lessonByNumber } from '../../lessons';
import { browserClock } from '../browser/clock';
import type { LessonFiles } from '../lab';
import { parseRecording } from '../lab/recording';
import { replay } from '../replay';

interface Order {
  recording: string;
  files: LessonFiles;
  /** How often it is played. */
  runs: number;
}

self.onmessage = async ({ data }: MessageEvent<Order>) => {
  const parsed = parseRecording(data.recording);
  if (!parsed.ok) return self.postMessage([parsed.problem]);
  const { recording } = parsed;
  const lesson = lessonByNumber(recording.lesson);
  if (!lesson) return self.postMessage([`no lesson ${recording.lesson}`]);
  const seen = new Set<string>();
  for (let run = 0; run < data.runs; run++) {
    const verdict = await replay({ recording, lesson, files: data.files, clock: browserClock() });
    seen.add(verdict.ok ? verdict.hash : verdict.difference);
  }
  self.postMessage([...seen]);
};
