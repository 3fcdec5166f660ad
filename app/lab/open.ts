/** Everything a live lab needs beside its drawing; loaded when a lab is asked for. */
import { createLabClient, type LabClient } from '../../sandbox/client';
import { followLab, type StateTimeline } from '../diagrams/timeline';
import { dialGateway } from '../gateway/dial';

export interface OpenLab {
  client: LabClient;
  timeline: StateTimeline;
  stop(): void;
}

/** A client that is followed but not started yet. With `lab` it joins that one again. */
export function openLab(options: { lesson: string; learner: string; lab?: string | undefined }): OpenLab {
  const { lesson, learner, lab } = options;
  const client = createLabClient({ dial: dialGateway(), lesson, learner, ...(lab === undefined ? {} : { lab }) });
  return { client, ...followLab(client) };
}
