import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { refusalOf } from './addresses';
import { socketPath } from './wire';

export interface WebServerOptions {
  /** Answers everything that is not ours: the pages. */
  page(request: IncomingMessage, response: ServerResponse): unknown;
  /** Upgrades that are not ours: the development server's. */
  pageUpgrade?(request: IncomingMessage, socket: Duplex, head: Buffer): unknown;
  /** Takes the pages' connections to their labs. */
  labUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** What `/healthz` tells. */
  health(): object;
}

const securityHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** One http server for pages, labs and health. Every request's `Host` and `Origin` is checked before anything else. */
export function createWebServer(options: WebServerOptions): Server {
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    const refusal = refusalOf(request, portOf(server));
    if (refusal !== null) return answer(response, 403, 'text/plain; charset=utf-8', `${refusal}\n`);
    const path = pathOf(request);
    if (path === '/healthz') return answer(response, 200, 'application/json', JSON.stringify(options.health()));
    if (isBelow(path, socketPath)) {
      return answer(response, 426, 'text/plain; charset=utf-8', 'Labs are reached by WebSocket only.\n', {
        Upgrade: 'websocket',
      });
    }
    options.page(request, response);
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const refusal = refusalOf(request, portOf(server));
    if (refusal !== null) return refuseUpgrade(socket, '403 Forbidden', refusal);
    if (isBelow(pathOf(request), socketPath)) return options.labUpgrade(request, socket, head);
    if (options.pageUpgrade) return void options.pageUpgrade(request, socket, head);
    refuseUpgrade(socket, '404 Not Found', 'Nothing here speaks WebSocket.');
  });
  server.on('clientError', (_, socket) => {
    if (socket.writable) refuseUpgrade(socket, '400 Bad Request', 'That is no HTTP request.');
  });
  return server;
}

function answer(
  response: ServerResponse,
  status: number,
  type: string,
  body: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    ...headers,
  });
  response.end(body);
}

function refuseUpgrade(socket: Duplex, status: string, message: string): void {
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(message)}\r\nConnection: close\r\n\r\n${message}`,
  );
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?', 1)[0] ?? '/';
}

function isBelow(path: string, base: string): boolean {
  return path === base || path.startsWith(`${base}/`);
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
