import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { Server } from 'socket.io';
import * as parser from 'socket.io-msgpack-parser';
import type { Driver } from '../../sandbox';
import { createSocketChannel, type LabSocket } from './socket-channel';
import { socketPath } from './wire';

/** Room for the largest message (a file of 1 MiB) and its frame. */
const maxMessageBytes = 1.25 * 1024 * 1024;
const heartbeatMs = 10_000;

/** Joins pages to labs: one socket.io connection, one conversation with the driver. */
export interface Gateway {
  /** Takes an upgrade request whose path is `socketPath`; `Origin` and `Host` have been checked. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): Promise<void>;
}

export function createGateway(driver: Pick<Driver, 'serve'>): Gateway {
  // socket.io takes over all upgrades of the server it is attached to. This one never listens: it gets only ours.
  const door = createServer();
  const io = new Server(door, {
    path: socketPath,
    transports: ['websocket'],
    parser,
    serveClient: false,
    maxHttpBufferSize: maxMessageBytes,
    pingInterval: heartbeatMs,
    pingTimeout: heartbeatMs,
    perMessageDeflate: false,
  });
  io.on('connection', (socket: LabSocket) => driver.serve(createSocketChannel(socket)));
  return {
    handleUpgrade: (request, socket, head) => void door.emit('upgrade', request, socket, head),
    async close() {
      io.disconnectSockets(true);
      await io.close().catch(() => undefined);
    },
  };
}
