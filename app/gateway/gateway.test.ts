import { request } from 'node:http';
import { connect } from 'node:net';
import { encode } from '@msgpack/msgpack';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { ClientMessage, LabChannel, PageChannel, ServerMessage } from '../../sandbox';
import { dialGatewayFromNode } from './dial-node';
import { serveLabs } from './testing/serve';
import { decodeMessage, encodeMessage, socketPath } from './wire';

/** A driver that keeps what pages say. */
function createEcho() {
  const channels: LabChannel[] = [];
  const received: ClientMessage[] = [];
  let closed = 0;
  return {
    channels,
    received,
    get closed() {
      return closed;
    },
    count: 0,
    availability: () => ({ available: true as const }),
    serve(channel: LabChannel) {
      channels.push(channel);
      channel.onMessage((message) => received.push(message));
      channel.onClose(() => {
        closed += 1;
      });
    },
  };
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 2500 && !condition(); i++) await new Promise((resolve) => setTimeout(resolve, 4));
  if (!condition()) throw new Error(`still not true after 10 s: ${condition}`);
}

describe('the gateway', () => {
  let echo: ReturnType<typeof createEcho>;
  let server: Awaited<ReturnType<typeof serveLabs>>;
  const open: Array<{ close(): void }> = [];

  beforeEach(async () => {
    echo = createEcho();
    server = await serveLabs(echo);
  });
  afterEach(async () => {
    for (const end of open.splice(0)) end.close();
    await server.close();
  });

  async function dial(): Promise<{ channel: PageChannel; messages: ServerMessage[] }> {
    const channel = await dialGatewayFromNode(server.url)();
    open.push(channel);
    const messages: ServerMessage[] = [];
    channel.onMessage((message) => messages.push(message));
    return { channel, messages };
  }

  /** A connection that sends whatever it likes, and what it was answered. */
  async function rawSocket(): Promise<{ socket: WebSocket; answers: unknown[] }> {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}${socketPath}`);
    socket.binaryType = 'arraybuffer';
    open.push(socket);
    const answers: unknown[] = [];
    socket.on('error', () => undefined);
    socket.on('message', (frame) => {
      if (frame instanceof ArrayBuffer && frame.byteLength > 0) answers.push(decodeMessage(frame));
    });
    await new Promise((resolve) => socket.once('open', resolve));
    return { socket, answers };
  }

  test('carries messages both ways, bytes as bytes', async () => {
    const { channel, messages } = await dial();
    const data = Uint8Array.from({ length: 65536 }, (_, i) => i % 256);
    channel.send({ type: 'terminal.input', terminal: 't1', client: 'c', offset: 0, data });
    channel.send({ type: 'file', request: 1, file: { op: 'write', machine: 'lab', path: '/x', content: data } });
    await until(() => echo.received.length === 2);
    const [input, file] = echo.received;
    expect(input?.type === 'terminal.input' && Buffer.compare(input.data, data)).toBe(0);
    expect(file?.type === 'file' && file.file.op === 'write' && Buffer.compare(file.file.content, data)).toBe(0);
    echo.channels[0]?.send({
      type: 'terminal.output',
      terminal: 't1',
      offset: 0,
      skipped: 0,
      data: data.subarray(256, 512),
    });
    echo.channels[0]?.send({ type: 'file', request: 1, result: { op: 'read', content: data } });
    await until(() => messages.length === 2);
    expect(messages[0]).toEqual({
      type: 'terminal.output',
      terminal: 't1',
      offset: 0,
      skipped: 0,
      data: data.slice(256, 512),
    });
    expect(messages[1]).toEqual({ type: 'file', request: 1, result: { op: 'read', content: data } });
  });

  test('both ends learn of the end', async () => {
    const { channel } = await dial();
    await until(() => echo.channels.length === 1);
    channel.close();
    await until(() => echo.closed === 1);
    const other = await dial();
    let ended = false;
    other.channel.onClose(() => {
      ended = true;
    });
    await until(() => echo.channels.length === 2);
    echo.channels[1]?.close();
    await until(() => ended);
  });

  test('answers malformed messages with what is wrong, and goes on', async () => {
    const { socket, answers } = await rawSocket();
    const bad = [
      null,
      7,
      'x',
      [],
      {},
      { type: 'root' },
      { type: 'file', request: 3, file: {} },
      { type: 'lab.leave'.repeat(10_000) },
    ];
    for (const value of bad) socket.send(encode(value));
    // Two hundred lists in one another.
    socket.send(Uint8Array.from({ length: 200 }, (_, i) => (i < 199 ? 0x91 : 0x90)));
    socket.send(encodeMessage({ type: 'lab.leave' }));
    await until(() => echo.received.length === 1 && answers.length === bad.length + 1);
    for (const answer of answers) expect(answer).toMatchObject({ type: 'error', code: 'bad-message' });
    expect(answers).toContainEqual(expect.objectContaining({ request: 3 }));
  });

  test('a frame that is no message closes that connection and no other', async () => {
    const { channel, messages } = await dial();
    const twoMessages = Buffer.concat([encodeMessage({ type: 'lab.leave' }), encodeMessage({ type: 'lab.leave' })]);
    const prototype = Buffer.concat([Buffer.from([0x81, 0xa9]), Buffer.from('__proto__'), Buffer.from([0x80])]);
    for (const junk of [
      Buffer.from([0xc1]),
      Buffer.from([0xdd, 0xff, 0xff, 0xff, 0xff]),
      Buffer.alloc(0),
      'in words',
      twoMessages,
      prototype,
    ]) {
      const { socket } = await rawSocket();
      socket.send(junk);
      await new Promise((resolve) => socket.once('close', resolve));
    }
    channel.send({ type: 'lab.extend' });
    await until(() => echo.received.length === 1);
    expect(messages).toEqual([]);
  });

  test('a frame beyond the limit closes the connection', async () => {
    const { socket } = await rawSocket();
    socket.send(encode({ type: 'lab.leave', junk: 'x'.repeat(2 * 1024 * 1024) }));
    await new Promise((resolve) => socket.once('close', resolve));
    expect(echo.received).toEqual([]);
  });

  test('a flood is cut off, and meanwhile another page is served', async () => {
    const flood = await rawSocket();
    const { channel } = await dial();
    for (let i = 0; i < 200_000; i++) flood.socket.send(encodeMessage({ type: 'lab.extend' }));
    channel.send({ type: 'lab.leave' });
    await until(() => echo.received.some(({ type }) => type === 'lab.leave'));
    await until(() => flood.socket.readyState === WebSocket.CLOSED);
    expect(flood.answers).toEqual([expect.objectContaining({ code: 'limit' })]);
    channel.send({ type: 'lab.reset' });
    await until(() => echo.received.some(({ type }) => type === 'lab.reset'));
  }, 30_000);

  test('a page that does not read is cut off before it fills the memory', async () => {
    const socket = connect(server.port, '127.0.0.1');
    const key = Buffer.from('0123456789abcdef').toString('base64');
    socket.write(
      `GET ${socketPath} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nConnection: Upgrade\r\n` +
        `Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
    );
    await new Promise((resolve) => socket.once('data', resolve));
    socket.pause();
    await until(() => echo.channels.length === 1);
    const [channel] = echo.channels;
    const data = new Uint8Array(64 * 1024);
    let sent = 0;
    let backlog = 0;
    while (echo.closed === 0 && sent < 200) {
      channel?.send({ type: 'terminal.output', terminal: 't1', offset: sent * data.byteLength, skipped: 0, data });
      sent += 1;
      backlog = Math.max(backlog, channel?.backlogBytes() ?? 0);
      await new Promise((resolve) => setImmediate(resolve));
    }
    socket.on('error', () => undefined);
    socket.destroy();
    await until(() => echo.closed === 1);
    expect(backlog).toBeGreaterThan(8 * 1024 * 1024);
    // Sixteen MiB wait in the process at most; the kernel's own buffers take a few more.
    expect(sent * data.byteLength).toBeLessThan(32 * 1024 * 1024);
  });

  describe('refuses with 403', () => {
    const get = (headers: Record<string, string>, path = '/') =>
      new Promise<{ status: number; body: string }>((resolve, reject) => {
        const call = request({ host: '127.0.0.1', port: server.port, path, headers }, (response) => {
          let body = '';
          response.on('data', (data) => {
            body += data;
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
        });
        call.on('error', reject);
        call.end();
      });
    const upgrade = (headers: Record<string, string>, path = socketPath) =>
      new Promise<{ status: number; body: string }>((resolve) => {
        const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers });
        socket.on('unexpected-response', (_, response) => {
          let body = '';
          response.on('data', (data) => {
            body += data;
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
        });
        socket.on('error', () => undefined);
        socket.on('open', () => {
          socket.close();
          resolve({ status: 101, body: '' });
        });
      });

    test('pages asked for under a foreign name, or by a foreign page', async () => {
      expect(await get({ Host: 'evil.example' })).toMatchObject({
        status: 403,
        body: expect.stringContaining('evil.example'),
      });
      expect(await get({ Origin: 'https://evil.example' })).toMatchObject({ status: 403 });
      expect(await get({ Host: 'evil.example' }, '/healthz')).toMatchObject({ status: 403 });
      expect(await get({})).toEqual({ status: 200, body: 'page' });
      expect(await get({ Host: `localhost:${server.port}` }, '/healthz')).toMatchObject({ status: 200 });
    });

    test('connections from a foreign page, or under a foreign name', async () => {
      expect(await upgrade({ Origin: 'https://evil.example' })).toMatchObject({
        status: 403,
        body: expect.stringContaining('evil.example'),
      });
      expect(await upgrade({ Origin: 'null' })).toMatchObject({ status: 403 });
      expect(await upgrade({ Host: 'evil.example' })).toMatchObject({ status: 403 });
      expect(await upgrade({ Origin: `http://localhost:${server.port + 1}` })).toMatchObject({ status: 403 });
      expect(await upgrade({ Origin: `http://localhost:${server.port}` })).toMatchObject({ status: 101 });
      // The last one, and none before it.
      expect(echo.channels).toHaveLength(1);
    });

    test('or says what it does not do', async () => {
      expect(await get({}, socketPath)).toMatchObject({ status: 426 });
      expect(await upgrade({}, '/elsewhere')).toMatchObject({ status: 404 });
    });
  });
});
