/** Serves a web-standard handler on a TCP port or a unix socket. Bodies stream both ways, no faster than the slower end. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { ListenOptions } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { piecesOf, streamOf } from '../streams';

export type Handler = (request: Request) => Promise<Response>;

export interface Served {
  /** 0 on a unix socket. */
  port: number;
  /** Resolves when no connection is left; requests under way are cut off. */
  close: () => Promise<void>;
}

/** `report` hears of what the handler did not foresee; whoever asked gets a 500. Errors: those of listen(2). */
export async function serve(handler: Handler, where: ListenOptions, report: (error: unknown) => void): Promise<Served> {
  const server = createServer((incoming, outgoing) => {
    answer(handler, incoming, outgoing).catch((error) => {
      if (!isOfConnection(error)) report(error);
      fail(outgoing);
    });
  });
  // Layers are large, and lines may be slow.
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, resolve);
  });
  const address = server.address();
  return { port: typeof address === 'object' && address ? address.port : 0, close: () => close(server) };
}

async function answer(handler: Handler, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const request = requestOf(incoming);
  const response = request ? await handler(request) : new Response(null, { status: 400 });
  outgoing.writeHead(response.status, [...response.headers].flat());
  // What of the request nobody read would be taken for the next one.
  outgoing.once('finish', () => incoming.resume());
  if (response.body) await pipeline(Readable.from(piecesOf(response.body)), outgoing);
  else outgoing.end();
}

/** Null for a method or a target that the web has no request of. */
function requestOf(incoming: IncomingMessage): Request | null {
  const { method = 'GET', url = '/', headers } = incoming;
  const plain = Object.entries(headers).flatMap(
    ([name, value]): Array<[string, string]> =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
  );
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const init = { method, headers: plain, ...(hasBody ? { body: streamOf(incoming), duplex: 'half' } : {}) };
  try {
    return new Request(new URL(url, `http://${headers.host ?? 'localhost'}`), init);
  } catch {
    return null;
  }
}

/** Who asked went away: nobody's fault here. */
function isOfConnection(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE';
}

/** Half an answer is no answer: the connection breaks, and nobody takes it for the whole. */
function fail(outgoing: ServerResponse): void {
  if (outgoing.headersSent) outgoing.destroy();
  else outgoing.writeHead(500, { 'Content-Length': '0' }).end();
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
