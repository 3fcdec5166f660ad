/** A thread of the server with simulated labs in it. */
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { lessonByNumber } from '../../lessons';
import { labEnd } from '../browser/port-channel';
import { createSimDriver } from '../drivers/sim';
import { systemClock } from '../lab';
import { readLessonFiles } from '../lesson-files';
import { parseClientMessage } from '../parse';
import { type FromLabThread, LabThreadData, type ToLabThread } from './messages';
import { nodePort } from './node-port';
import { reportTo } from './thread';

const lessonsDirectory = fileURLToPath(new URL('../../lessons', import.meta.url));
const countEveryMs = 1000;

if (parentPort) {
  const parent = parentPort;
  const tell = (message: FromLabThread) => parent.postMessage(message);
  const mistaken = (error: unknown) =>
    tell({ type: 'mistake', text: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  // One lab's mistake must not end the others.
  process.on('unhandledRejection', mistaken);
  const { name, ...limits } = LabThreadData.parse(workerData.data);
  const driver = createSimDriver({
    clock: systemClock,
    wallClock: () => Date.now(),
    newId: () => `${name}-${randomUUID()}`,
    lessonByNumber,
    readFiles: (lesson) => readLessonFiles(lesson, lessonsDirectory),
    onTaskChange: (change) => tell({ type: 'task', change }),
    onMistake: mistaken,
    ...limits,
  });
  parent.on('message', (message: ToLabThread) => {
    if (message.type === 'connect') return driver.serve(labEnd(nodePort(message.port), parseClientMessage));
    driver.dispose(message.reason).then(() => tell({ type: 'disposed' }));
  });
  setInterval(() => tell({ type: 'labs', count: driver.count }), countEveryMs);
  reportTo(parent);
}
