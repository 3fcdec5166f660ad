/**
 * A conversation over a MessagePort, from either end. Closing is said, for a port that was closed tells nobody. So is how
 * many bytes wait at whoever passes messages on, as a number.
 */
import type { ClientMessage, LabChannel, PageChannel, ServerMessage } from '../protocol';

const goodbye = 'close';

/** What is used of a MessagePort, the browser's or Node's. */
export interface Port {
  postMessage(value: unknown): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  start(): void;
  close(): void;
}

/** The page's end: the page trusts its lab. */
export function pageEnd(port: Port): PageChannel {
  return channel(port, isServerMessage);
}

/** The end of a lab in the page's own tab: both are of one build, so the lab trusts its page. */
export function labEndInTab(port: Port): LabChannel {
  const error: ServerMessage = { type: 'error', code: 'bad-message', message: 'not a message' };
  return labEnd(port, (value) => (isClientMessage(value) ? { ok: true, message: value } : { ok: false, error }));
}

/** The lab's end: `parse` checks what the page says. */
export function labEnd(
  port: Port,
  parse: (value: unknown) => { ok: true; message: ClientMessage } | { ok: false; error: ServerMessage },
): LabChannel {
  const refuse = (value: unknown): ClientMessage | null => {
    const parsed = parse(value);
    if (parsed.ok) return parsed.message;
    port.postMessage(parsed.error);
    return null;
  };
  let backlog = 0;
  const accept = (value: unknown): ClientMessage | null => {
    if (typeof value !== 'number') return refuse(value);
    backlog = value;
    return null;
  };
  return { ...channel<ServerMessage, ClientMessage>(port, accept), backlogBytes: () => backlog };
}

function channel<Out, In>(port: Port, accept: (value: unknown) => In | null) {
  let listener: (message: In) => void = () => undefined;
  const ends: Array<() => void> = [];
  let isOver = false;
  const end = () => {
    if (isOver) return;
    isOver = true;
    port.close();
    for (const told of ends) told();
  };
  port.addEventListener('message', ({ data }) => {
    if (data === goodbye) return end();
    const message = isOver ? null : accept(data);
    if (message !== null) listener(message);
  });
  port.start();
  return {
    send(message: Out) {
      if (!isOver) port.postMessage(message);
    },
    onMessage(next: (message: In) => void) {
      listener = next;
    },
    onClose: (told: () => void) => void ends.push(told),
    close() {
      if (isOver) return;
      port.postMessage(goodbye);
      end();
    },
  };
}

function isServerMessage(value: unknown): ServerMessage | null {
  return isMessage(value) ? value : null;
}

function isMessage(value: unknown): value is ServerMessage {
  return typeof value === 'object' && value !== null && 'type' in value;
}

function isClientMessage(value: unknown): value is ClientMessage {
  return typeof value === 'object' && value !== null && 'type' in value;
}
