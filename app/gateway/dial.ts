/** The page's end of the gateway: runs in a browser, and in Node for tests and measurements. */
import { io, type Socket } from 'socket.io-client';
import * as parser from 'socket.io-msgpack-parser';
import type { Dial } from '../../sandbox/client';
import type { ClientMessage, PageChannel, ServerMessage } from '../../sandbox/protocol';
import { convertServerBytes, socketPath, withArrayBuffers } from './wire';

interface Events {
  message(message: ServerMessage): void;
}
interface Sent {
  message(message: unknown): void;
}

const connectTimeoutMs = 5000;

/** Connects to `url`, or to the server the page came from. `headers` are for Node only: a browser sets its own. */
export function dialGateway(url?: string, headers?: Record<string, string>): Dial {
  return () =>
    new Promise((resolve, reject) => {
      const options = {
        path: socketPath,
        transports: ['websocket'],
        parser,
        reconnection: false,
        forceNew: true,
        timeout: connectTimeoutMs,
        ...(headers ? { extraHeaders: headers } : {}),
      };
      const socket: Socket<Events, Sent> = url === undefined ? io(options) : io(url, options);
      socket.once('connect', () => resolve(channelOf(socket)));
      socket.once('connect_error', (error) => {
        socket.disconnect();
        reject(error);
      });
      // Cut between the opening of the transport and the server's welcome: no `connect_error` follows.
      socket.once('disconnect', (reason) => reject(new Error(`the connection was cut: ${reason}`)));
    });
}

function channelOf(socket: Socket<Events, Sent>): PageChannel {
  return {
    send: (message: ClientMessage) => void socket.emit('message', withArrayBuffers(message)),
    onMessage(listener) {
      // The codec of a browser gives an ArrayBuffer where the type says bytes.
      socket.on('message', (message) => listener(convertServerBytes(message, (bytes) => new Uint8Array(bytes))));
    },
    onClose: (listener) => void socket.on('disconnect', () => listener()),
    close: () => void socket.disconnect(),
  };
}
