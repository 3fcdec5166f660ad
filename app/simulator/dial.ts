/** The page's end of labs in its own tab: one conversation with the worker a lab. */
import { pageEnd, type TaskNews, type ToWorker } from '../../sandbox/browser';
import type { Dial } from '../../sandbox/client';
import type { PageChannel } from '../../sandbox/protocol';
import { startSimulator } from './start';

/** Conversations with the worker that are under way. */
const channels = new Set<PageChannel>();

/** Its labs are gone; the next dial starts another worker. */
function giveUp(): void {
  for (const channel of [...channels]) channel.close();
}

export interface SimulatorOptions {
  lesson: string;
  files: Extract<ToWorker, { type: 'files' }>['files'];
  onTask(news: TaskNews): void;
}

export function dialSimulator({ lesson, files, onTask }: SimulatorOptions): Dial {
  return async () => {
    const started = startSimulator(giveUp);
    started.onmessage = ({ data }: MessageEvent<TaskNews>) => onTask(data);
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
