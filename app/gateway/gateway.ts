import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Driver } from '../../sandbox';
import { createSocketChannel } from './socket-channel';
import { simulatedPath } from './wire';

/** Room for the largest message (a file of 1 MiB) and its frame. */
const maxMessageBytes = 1.25 * 1024 * 1024;

/** Joins pages to labs: one WebSocket, one conversation with the driver. */
export interface Gateway {
  /** Takes an upgrade request whose path is `socketPath`; `Origin` and `Host` have been checked. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): Promise<void>;
}

/** `simulated` serves labs below a path of their own, where the server has such. */
export function createGateway(driver: Pick<Driver, 'serve'>, simulated?: Pick<Driver, 'serve'>): Gateway {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes, perMessageDeflate: false });
  return {
    handleUpgrade(request, socket, head) {
      const wanted = request.url?.startsWith(simulatedPath) ? simulated : driver;
      if (!wanted) return void socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
      sockets.handleUpgrade(request, socket, head, (accepted) => wanted.serve(createSocketChannel(accepted)));
    },
    close() {
      for (const socket of sockets.clients) socket.terminate();
      return new Promise((resolve) => sockets.close(() => resolve()));
    },
  };
}
