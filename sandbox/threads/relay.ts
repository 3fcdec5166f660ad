/** Passes a page's conversation on to a thread, and tells the thread how much the page has not taken yet. */
import { type Port, pageEnd } from '../browser/port-channel';
import type { ClientMessage, LabChannel, ServerMessage } from '../protocol';

const tellBacklogMs = 100;

export interface RelayListener {
  onMessage(message: ServerMessage): void;
  /** The thread has closed it. */
  onClose(): void;
}

export interface Relay {
  send(message: ClientMessage): void;
  /** The page has gone, or the thread. */
  close(): void;
}

export function relay(page: LabChannel, port: Port, listener: RelayListener): Relay {
  const lab = pageEnd(port);
  let timer: NodeJS.Timeout | null = null;
  let told = 0;
  const tellBacklog = () => {
    timer = null;
    const bytes = page.backlogBytes();
    if (bytes !== told) port.postMessage(bytes);
    told = bytes;
    if (bytes > 0) plan();
  };
  const plan = () => {
    timer ??= setTimeout(tellBacklog, tellBacklogMs).unref();
  };
  lab.onMessage((message) => {
    listener.onMessage(message);
    page.send(message);
    if (page.backlogBytes() > 0) plan();
  });
  lab.onClose(() => {
    if (timer) clearTimeout(timer);
    listener.onClose();
  });
  return { send: (message) => lab.send(message), close: () => lab.close() };
}
