/** The page's end of the gateway. `dial-node.ts` is the same for programs on Node. */
import type { Dial } from '../../sandbox/client';
import type { PageChannel, ServerMessage } from '../../sandbox/protocol';
import { decodeMessage, encodeMessage, heartbeatMs, simulatedPath, socketPath } from './wire';

/** What is used of a WebSocket, the browser's or another. */
export interface PlainSocket {
  binaryType: string;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(): void;
  addEventListener(type: 'open' | 'close' | 'error', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
}

const connectTimeoutMs = 5000;
/** A gateway that was silent for so long is not there any more, whatever the connection says. */
const silenceMs = 2.5 * heartbeatMs;

/** Connects to the server at `url`; to the one the page came from by default. */
export function dialGateway(
  url: () => string = () => location.origin,
  open: (address: string) => PlainSocket = (address) => new WebSocket(address),
  path: string = socketPath,
): Dial {
  return () =>
    new Promise((resolve, reject) => {
      const socket = open(url().replace(/^http/, 'ws') + path);
      socket.binaryType = 'arraybuffer';
      const fail = () => {
        clearTimeout(timer);
        socket.close();
        reject(new Error('the server cannot be reached'));
      };
      const timer = setTimeout(fail, connectTimeoutMs);
      socket.addEventListener('error', fail);
      socket.addEventListener('close', fail);
      socket.addEventListener('open', () => {
        clearTimeout(timer);
        resolve(channelOf(socket));
      });
    });
}

/** Connects to the simulated labs of the server the page came from. */
export function dialServerSimulator(): Dial {
  return dialGateway(undefined, undefined, simulatedPath);
}

function channelOf(socket: PlainSocket): PageChannel {
  const listeners: Array<(message: ServerMessage) => void> = [];
  const ends: Array<() => void> = [];
  let over = false;
  const end = () => {
    if (over) return;
    over = true;
    clearInterval(watchdog);
    socket.close();
    for (const listener of ends) listener();
  };
  let heardAt = performance.now();
  const watchdog = setInterval(() => {
    if (performance.now() - heardAt > silenceMs) end();
  }, heartbeatMs);
  socket.addEventListener('close', end);
  socket.addEventListener('message', ({ data }) => {
    heardAt = performance.now();
    if (over || !(data instanceof ArrayBuffer) || data.byteLength === 0) return;
    const message = decodeMessage(data);
    if (isServerMessage(message)) for (const listener of listeners) listener(message);
  });
  return {
    send(message) {
      if (!over) socket.send(encodeMessage(message));
    },
    onMessage: (listener) => void listeners.push(listener),
    onClose: (listener) => void ends.push(listener),
    close: end,
  };
}

/** The page trusts the server it came from: a schema would cost it more than all the rest of this. */
function isServerMessage(value: unknown): value is ServerMessage {
  return typeof value === 'object' && value !== null && 'type' in value;
}
