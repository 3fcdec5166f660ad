import type { RawData, WebSocket } from 'ws';
import { type ClientMessage, type LabChannel, parseClientMessage, type ServerMessage } from '../../sandbox';
import { decodeMessage, encodeMessage, heartbeatMs } from './wire';

/** Messages of one page handled before the others get their turn. */
const messagesATurn = 64;
/** A page that sends faster than this can be worked off is cut off. */
const maxWaitingMessages = 1024;
/** A page that does not take what it is sent is cut off; it comes back and asks for what it misses. */
const maxBacklogBytes = 16 * 1024 * 1024;

/** Close codes of RFC 6455, 7.4.1. */
const closeCode = { normal: 1000, unsupportedData: 1003, invalidPayload: 1007, policyViolation: 1008 };
const signOfLife = new Uint8Array(0);

/** The server's end of one page's connection. */
export function createSocketChannel(socket: WebSocket): LabChannel {
  let closing = false;
  const close = (code: number) => {
    closing = true;
    socket.close(code);
  };
  const send = (message: ServerMessage) => {
    if (closing) return;
    if (socket.bufferedAmount <= maxBacklogBytes) return void socket.send(encodeMessage(message));
    // It does not read, so it would not read a goodbye either.
    closing = true;
    socket.terminate();
  };
  const inbox = new Inbox(() => {
    send({ type: 'error', code: 'limit', message: 'too many messages at once: the connection is closed' });
    close(closeCode.policyViolation);
  });
  // What is wrong with a connection is told by its close, which follows.
  socket.on('error', () => undefined);
  keepAlive(socket);
  return {
    send,
    onMessage(listener) {
      socket.on('message', (frame, isBinary) => {
        if (closing) return;
        if (!isBinary) return close(closeCode.unsupportedData);
        const value = decoded(frame);
        if (value === undefined) return close(closeCode.invalidPayload);
        const parsed = parseClientMessage(value.content);
        if (parsed.ok) inbox.put(parsed.message, listener);
        else send(parsed.error);
      });
    },
    onClose: (listener) => void socket.on('close', () => listener()),
    close: () => close(closeCode.normal),
    backlogBytes: () => socket.bufferedAmount,
  };
}

/** Undefined when the frame is no MessagePack. */
function decoded(frame: RawData): { content: unknown } | undefined {
  try {
    return { content: decodeMessage(Array.isArray(frame) ? Buffer.concat(frame) : frame) };
  } catch {
    return undefined;
  }
}

/** Lets the page hear from us, and ends connections whose other end has gone without a word. */
function keepAlive(socket: WebSocket): void {
  let answered = true;
  socket.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
    socket.send(signOfLife);
  }, heartbeatMs);
  timer.unref();
  socket.on('close', () => clearInterval(timer));
}

/** Hands messages on in order, some at a time, so that a page in a hurry does not hold up the others. */
class Inbox {
  #waiting: Array<() => void> = [];
  #left = messagesATurn;
  #scheduled = false;

  constructor(private readonly overflow: () => void) {}

  put(message: ClientMessage, listener: (message: ClientMessage) => void): void {
    if (this.#waiting.length >= maxWaitingMessages) {
      this.#waiting = [];
      this.#left = 0;
      return this.overflow();
    }
    this.#schedule();
    if (this.#left > 0 && this.#waiting.length === 0) {
      this.#left -= 1;
      listener(message);
    } else {
      this.#waiting.push(() => listener(message));
    }
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      const turn = this.#waiting.splice(0, messagesATurn);
      this.#left = messagesATurn - turn.length;
      if (this.#waiting.length > 0) this.#schedule();
      for (const run of turn) run();
    });
  }
}
