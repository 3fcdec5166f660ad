/** Progress as the page and the gateway speak of it. */

/** A change of a task's status, as the lab reports it. Only `done` is kept. */
export interface TaskReport {
  learner: string;
  /** Number of the lesson, `1.1`. */
  lesson: string;
  task: string;
  status: 'locked' | 'open' | 'done';
  points: number;
}

export interface TaskDone {
  lesson: string;
  task: string;
  points: number;
}

/** Keeps what a learner has done. Writes never fail towards the lab: what is lost is told by `read`. */
export interface ProgressStore {
  recordTask(report: TaskReport): void;
  /** Every task the learner has ever done. Rejects with `ProgressUnavailable`. */
  read(learner: string): Promise<TaskDone[]>;
  close(): Promise<void>;
}

/** The database cannot be used; the message says why and what is lost. */
export class ProgressUnavailable extends Error {
  constructor(reason: string) {
    super(`progress is not kept: ${reason}`);
    this.name = 'ProgressUnavailable';
  }
}
