/**
 * The simulator's worker: labs in the learner's own tab. Everything a program of a lab can reach is in this thread's
 * memory; the page can end it at any time.
 */
import { loadPrograms } from '../../engine/programs/simulated';
import { lessonByNumber } from '../../lessons';
import { createSimDriver } from '../drivers/sim';
import type { LessonFiles } from '../lab';
import { browserClock } from './clock';
import type { TaskNews, ToWorker } from './messages';
import { labEndInTab } from './port-channel';

/** The worker's side of its conversation with the page. */
interface WorkerScope {
  listen(listener: (message: ToWorker) => void): void;
  tell(news: TaskNews): void;
}

/** By then a lab that was asked for has its prompt. */
const untilQuietMs = 1000;

export function serveSimulator(scope: WorkerScope): void {
  const clock = browserClock();
  const files = new Map<string, LessonFiles>();
  const driver = createSimDriver({
    clock,
    wallClock: () => Date.now(),
    newId: () => crypto.randomUUID(),
    lessonByNumber,
    readFiles: async ({ number }) => files.get(number) ?? {},
    onTaskChange: ({ lesson, task, status }) => scope.tell({ type: 'task', lesson, task, status }),
    onMistake: (error) => console.error(error),
    // The tab is the learner's own: nobody else waits for its place.
    times: { idleMs: null, totalMs: null, extensionMs: 0, extensions: 0 },
    graceMs: 10 * 60_000,
    maxLabs: 2,
  });
  // No lab has to wait for a program then, and the tab can do without a network. What cannot be had now is asked for again.
  const loadRest = () => clock.after(untilQuietMs, () => void loadPrograms().catch(() => undefined));
  let rest = loadRest();
  scope.listen((message) => {
    if (message.type === 'files') files.set(message.lesson, message.files);
    else {
      driver.serve(labEndInTab(message.port));
      rest.dispose();
      rest = loadRest();
    }
  });
}
