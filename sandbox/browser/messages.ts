/** What page and worker say to each other before there is a lab: plain values, as postMessage takes them. */
import type { LessonFiles } from '../lab/topology';

/** From the page to the worker: a lesson's files, and a port for each conversation. */
export type ToWorker = { type: 'files'; lesson: string; files: LessonFiles } | { type: 'connect'; port: MessagePort };

/** From the worker to the page, beside the conversations: progress, which the page keeps. */
export interface TaskNews {
  type: 'task';
  lesson: string;
  task: string;
  status: 'locked' | 'open' | 'done';
}
