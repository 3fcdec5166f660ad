/** How fast recordings are played again: an hour of work, and all lessons one after the other as a grader would. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import { lessonByNumber } from '../../lessons';
import { parseRecording, replay, systemClock } from '../../sandbox';
import { ms, type Row } from '../report';
import { summarise } from '../stats';

const gradings = 200;
const text = z.object({ content: z.string(), mode: z.int().optional(), owner: z.enum(['root', 'learner']).optional() });
const Recorded = z.object({ recording: z.string(), files: z.record(z.string(), z.record(z.string(), text)) });

export async function replays(): Promise<Row[]> {
  const [hour] = await recorded('--minutes', '60', '1.2.2');
  if (!hour) throw new Error('nothing was recorded');
  await hour();
  const hours: number[] = [];
  for (let i = 0; i < 5; i++) hours.push(await hour());
  const { median } = summarise(hours);
  const lessons = await recorded();
  const began = performance.now();
  for (let i = 0; i < gradings; i++) await lessons[i % lessons.length]?.();
  const perMinute = (gradings / (performance.now() - began)) * 60_000;
  return [
    {
      bench: 'simulator',
      what: 'replay of an hour of work',
      value: ms(median),
      peer: '-',
      limit: 'under 1 s',
      holds: median < 1000,
    },
    {
      bench: 'simulator',
      what: `gradings by replay, ${lessons.length} lessons in turn`,
      value: `${Math.round(perMinute)} a minute`,
      peer: '-',
      limit: 'at least 1000 a minute',
      holds: perMinute >= 1000,
    },
  ];
}

/** Each plays its recording and answers how long that took, in milliseconds. */
async function recorded(...args: string[]): Promise<Array<() => Promise<number>>> {
  const script = ['--import', 'tsx', 'sandbox/testing/recordings.ts', ...args];
  const { stdout } = await promisify(execFile)(process.execPath, script, { maxBuffer: 256 << 20 });
  return stdout
    .trim()
    .split('\n')
    .map((line) => {
      const { recording: json, files } = Recorded.parse(JSON.parse(line));
      const parsed = parseRecording(json);
      const lesson = parsed.ok ? lessonByNumber(parsed.recording.lesson) : undefined;
      if (!parsed.ok || !lesson) throw new Error('the recording is none');
      const { recording } = parsed;
      return async () => {
        const began = performance.now();
        const verdict = await replay({ recording, lesson, files: withoutGaps(files), clock: systemClock });
        if (!verdict.ok) throw new Error(verdict.difference);
        return performance.now() - began;
      };
    });
}

type Text = z.infer<typeof text>;

/** An optional property is left out, not undefined. */
function withoutGaps(files: Record<string, Record<string, Text>>) {
  const plain = ({ content, mode, owner }: Text) => ({
    content,
    ...(mode === undefined ? {} : { mode }),
    ...(owner === undefined ? {} : { owner }),
  });
  return Object.fromEntries(
    Object.entries(files).map(([machine, tree]) => [
      machine,
      Object.fromEntries(Object.entries(tree).map(([path, file]) => [path, plain(file)])),
    ]),
  );
}
