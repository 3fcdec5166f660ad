/** Everything a live lab needs beside its drawing; loaded when a lab is asked for. */

import type { TaskNews } from '../../sandbox/browser';
import { createLabClient, type LabClient } from '../../sandbox/client';
import { followLab, type StateTimeline } from '../diagrams/timeline';
import { dialGateway } from '../gateway/dial';
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
  files: LessonFacts['files'];
  /** News of tasks from a lab in this tab; the server keeps those of its own. */
  onTask(news: TaskNews): void;
}

export function openLab({ lesson, learner, lab, mode, files, onTask }: OpenOptions): OpenLab {
  const dial = mode === 'simulated' ? dialSimulator({ lesson, files, onTask }) : dialGateway();
  const client = createLabClient({ dial, lesson, learner, ...(lab === undefined ? {} : { lab }) });
  return { client, ...followLab(client) };
}
