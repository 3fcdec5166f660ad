/** The page's end of labs in its own tab: one worker for the page, one conversation a lab. */
import { pageEnd, type TaskNews, type ToWorker } from '../../sandbox/browser';
import type { Dial } from '../../sandbox/client';
import type { PageChannel } from '../../sandbox/protocol';

let worker: Worker | null = null;
/** Conversations with the worker that are under way. */
const channels = new Set<PageChannel>();

function startWorker(onTask: (news: TaskNews) => void): Worker {
  if (worker === null) {
    worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'simulator' });
    worker.onerror = giveUp;
  }
  worker.onmessage = ({ data }: MessageEvent<TaskNews>) => onTask(data);
  return worker;
}

/** It could not be loaded, ran out of memory, or threw: its labs are gone, and the next dial starts another. */
function giveUp(): void {
  worker?.terminate();
  worker = null;
  for (const channel of [...channels]) channel.close();
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
    const channel = pageEnd(port1);
    channels.add(channel);
    channel.onClose(() => channels.delete(channel));
    return channel;
  };
}
