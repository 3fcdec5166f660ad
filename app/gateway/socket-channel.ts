import type { Socket } from 'socket.io';
import { type ClientMessage, type LabChannel, parseClientMessage, type ServerMessage } from '../../sandbox';
import { convertServerBytes, withByteArrays } from './wire';

interface FromPage {
  message(message: unknown): void;
}
interface FromLab {
  message(message: ServerMessage): void;
}
export type LabSocket = Socket<FromPage, FromLab>;

/** Messages of one page handled before the others get their turn. */
const messagesATurn = 64;
/** A page that sends faster than this can be worked off is cut off. */
const maxWaitingMessages = 1024;
/** A page that does not take what it is sent is cut off; it comes back and asks for what it misses. */
const maxBacklogBytes = 16 * 1024 * 1024;

/** The server's end of one page's connection. */
export function createSocketChannel(socket: LabSocket): LabChannel {
  const backlog = measureBacklog(socket);
  const inbox = new Inbox(() => {
    socket.emit('message', {
      type: 'error',
      code: 'limit',
      message: 'too many messages at once: the connection is closed',
    });
    socket.disconnect(true);
  });
  return {
    send(message) {
      if (backlog() > maxBacklogBytes) {
        socket.disconnect(true);
        return;
      }
      socket.emit(
        'message',
        convertServerBytes(message, (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)),
      );
    },
    onMessage(listener) {
      socket.on('message', (value) => {
        const parsed = parseClientMessage(withByteArrays(value));
        if (parsed.ok) inbox.put(parsed.message, listener);
        else socket.emit('message', parsed.error);
      });
    },
    onClose: (listener) => void socket.on('disconnect', () => listener()),
    close: () => void socket.disconnect(true),
    backlogBytes: backlog,
  };
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

/** Counts the bytes that were given to the connection and are not yet with the operating system. */
function measureBacklog(socket: LabSocket): () => number {
  const { conn } = socket;
  let waiting = 0;
  let flying = 0;
  conn.on('packetCreate', ({ data }: { data?: unknown }) => {
    waiting += typeof data === 'string' || data instanceof Uint8Array ? data.length : 0;
  });
  conn.on('flush', () => {
    flying += waiting;
    waiting = 0;
  });
  // Called back once the batch under way has been written (ws calls back when the socket took the bytes).
  conn.transport.on('drain', () => {
    flying = 0;
  });
  return () => waiting + flying;
}
