/** Everything a live lab needs beside its drawing; loaded when a lab is asked for. */

import type { TaskNews } from '../../sandbox/browser';
import { createLabClient, type Dial, type LabClient } from '../../sandbox/client';
import { followLab, type StateTimeline } from '../diagrams/timeline';
import { dialGateway, dialServerSimulator } from '../gateway/dial';
import { dialSimulator } from '../simulator/dial';
import type { LabMode } from '../simulator/mode';
import type { LessonFacts } from './facts';

export interface OpenLab {
  client: LabClient;
  timeline: StateTimeline;
  stop(): void;
}

/** A client that is followed but not started yet. With `lab` it joins that one again. */
export interface OpenOptions {
  lesson: string;
  learner: string;
  lab?: string | undefined;
  mode: LabMode;
  /** Where simulated labs run. */
  place: 'browser' | 'server';
  files: LessonFacts['files'];
  /** News of tasks from a lab in this tab; the server keeps those of its own. */
  onTask(news: TaskNews): void;
}

export function openLab(options: OpenOptions): OpenLab {
  const { lesson, learner, lab } = options;
  const dial = dialFor(options);
  const client = createLabClient({ dial, lesson, learner, ...(lab === undefined ? {} : { lab }) });
  return { client, ...followLab(client) };
}

function dialFor({ mode, place, lesson, files, onTask }: OpenOptions): Dial {
  if (mode === 'real') return dialGateway();
  return place === 'server' ? dialServerSimulator() : dialSimulator({ lesson, files, onTask });
}
