/** The simulated kernel and its programs. */
import type { Row } from '../report';
import { workerBundle } from './bundle';
import { simulatedCalls } from './calls';
import { simulatedLabs } from './labs';
import { timeToPrompt } from './prompt';
import { replays } from './replays';

export async function simulator(): Promise<Row[]> {
  return [
    ...simulatedCalls(),
    ...(await simulatedLabs()),
    ...(await replays()),
    ...(await workerBundle()),
    ...(await timeToPrompt()),
  ];
}
