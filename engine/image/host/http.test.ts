import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { streamOf } from '../streams';
import { type Handler, type Served, serve } from './http';

const reports: unknown[] = [];
async function serving(handler: Handler, work: (served: Served) => Promise<void>): Promise<void> {
  reports.length = 0;
  const served = await serve(handler, { host: '127.0.0.1', port: 0 }, (error) => reports.push(error));
  await work(served).finally(served.close);
}
const at = ({ port }: Served, path = '/') => `http://127.0.0.1:${port}${path}`;

test('requests and responses are those of the handler', async () => {
  const handler: Handler = async (asked) =>
    new Response(`${asked.method} ${asked.url} ${asked.headers.get('x-in')} ${await asked.text()}`, {
      status: 202,
      headers: { 'x-out': 'out' },
    });
  await serving(handler, async (served) => {
    const response = await fetch(at(served, '/a?b=c'), { method: 'PUT', body: 'body', headers: { 'x-in': 'in' } });
    expect([response.status, response.headers.get('x-out')]).toEqual([202, 'out']);
    expect(await response.text()).toBe(`PUT ${at(served, '/a?b=c')} in body`);
  });
});

test('a body comes no faster than it is read', async () => {
  let made = 0;
  let isOver = false;
  async function* endless() {
    try {
      for (;;) {
        made++;
        yield new Uint8Array(1 << 16);
      }
    } finally {
      isOver = true;
    }
  }
  await serving(
    async () => new Response(streamOf(endless())),
    async ({ port }) => {
      const socket = connect(port, '127.0.0.1');
      socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
      await new Promise((resolve) => socket.once('readable', resolve));
      let before = -1;
      for (; before !== made; await new Promise((resolve) => setTimeout(resolve, 50))) before = made;
      expect(made).toBeLessThan(2000);
      socket.destroy();
      while (!isOver) await new Promise((resolve) => setTimeout(resolve, 5));
      expect(reports).toEqual([]);
    },
  );
});

test('what fails half-way is not taken for the whole; what fails at once is a 500', async () => {
  async function* failing() {
    yield new Uint8Array(10);
    throw new Error('the disk is gone');
  }
  const handler: Handler = async ({ url }) => {
    if (url.endsWith('/now')) throw new Error('unforeseen');
    return new Response(streamOf(failing()));
  };
  await serving(handler, async (served) => {
    await expect(fetch(at(served)).then((response) => response.text())).rejects.toThrow();
    expect((await fetch(at(served, '/now'))).status).toBe(500);
    expect(reports.map(String)).toEqual(['Error: the disk is gone', 'Error: unforeseen']);
  });
});

test('a body that nobody reads does not disturb the next request on the connection', async () => {
  await serving(
    async ({ method }) => new Response(method, { status: method === 'PUT' ? 404 : 200 }),
    async (served) => {
      for (const method of ['PUT', 'GET', 'PUT', 'GET']) {
        const body = method === 'PUT' ? new Uint8Array(1 << 20) : null;
        expect(await (await fetch(at(served), { method, body })).text()).toBe(method);
      }
    },
  );
});

test('what is no request of the web gets a 400', async () => {
  await serving(
    async () => new Response('hello'),
    async ({ port }) => {
      for (const [method, path] of [
        ['TRACE', '/'],
        ['GET', 'http://[/'],
      ] as const) {
        const asked = request({ host: '127.0.0.1', port, method, path });
        const status = await new Promise((resolve, reject) =>
          asked
            .on('response', (response) => resolve(response.resume().statusCode))
            .on('error', reject)
            .end(),
        );
        expect(status, method).toBe(400);
      }
      expect(reports).toEqual([]);
    },
  );
});

test('a unix socket serves as well', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'underlay-http-'));
  const path = join(directory, 'socket');
  const served = await serve(
    async () => new Response('hello'),
    { path },
    () => undefined,
  );
  const status = await new Promise((resolve, reject) =>
    request({ socketPath: path, path: '/' }, ({ statusCode }) => resolve(statusCode))
      .on('error', reject)
      .end(),
  );
  expect([status, served.port]).toEqual([200, 0]);
  await served.close();
  rmSync(directory, { recursive: true });
});
