/** The page's end of labs in its own tab: one worker for the page, one conversation a lab. */
import { pageEnd, type TaskNews, type ToWorker } from '../../sandbox/browser';
import type { Dial } from '../../sandbox/client';

let worker: Worker | null = null;

function startWorker(onTask: (news: TaskNews) => void): Worker {
  worker ??= new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'simulator' });
  worker.onmessage = ({ data }: MessageEvent<TaskNews>) => onTask(data);
  return worker;
}

/** Loads the simulator ahead of time, so that the click finds it ready. */
export function warmSimulator(): void {
  startWorker(() => undefined);
}

export interface SimulatorOptions {
  lesson: string;
  files: Extract<ToWorker, { type: 'files' }>['files'];
  onTask(news: TaskNews): void;
}

export function dialSimulator({ lesson, files, onTask }: SimulatorOptions): Dial {
  return async () => {
    const started = startWorker(onTask);
    const post = (message: ToWorker, transfer: Transferable[] = []) => started.postMessage(message, transfer);
    post({ type: 'files', lesson, files });
    const { port1, port2 } = new MessageChannel();
    post({ type: 'connect', port: port2 }, [port2]);
    return pageEnd(port1);
  };
}
