/** A worker of a page that plays a recording: for the comparison of engines. Bundled by `e2e/determinism.spec.ts`. */
import { lessonByNumber } from '../../lessons';
import { browserClock } from '../browser/clock';
import type { LessonFiles } from '../lab';
import { parseRecording } from '../lab/recording';
import { replay } from '../replay';

self.onmessage = async ({ data }: MessageEvent<{ recording: string; files: LessonFiles }>) => {
  const parsed = parseRecording(data.recording);
  if (!parsed.ok) return self.postMessage(parsed.problem);
  const { recording } = parsed;
  const lesson = lessonByNumber(recording.lesson);
  if (!lesson) return self.postMessage(`no lesson ${recording.lesson}`);
  const verdict = await replay({ recording, lesson, files: data.files, clock: browserClock() });
  self.postMessage(verdict.ok ? verdict.hash : verdict.difference);
};
