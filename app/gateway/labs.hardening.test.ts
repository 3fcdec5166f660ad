/** Rough treatment of real labs behind a real server: every test drives a server process of its own over sockets. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLinuxDriver } from '../../sandbox';
import { createLabClient } from '../../sandbox/client';
import { dialGatewayFromNode } from './dial-node';
import { type ChildServer, hostObjects, startServer, tracesOf } from './testing/child';
import { type Learner, openLearner, until } from './testing/learner';

let whyNot: string | null = null;
const servers: ChildServer[] = [];
const learners: Learner[] = [];

beforeAll(async () => {
  const availability = (await createLinuxDriver()).availability();
  whyNot = availability.available ? null : availability.reason;
});
beforeEach((context) => {
  if (whyNot !== null) context.skip(whyNot);
});
afterEach(async () => {
  for (const { client } of learners.splice(0)) client.dispose();
  await Promise.all(servers.splice(0).map((server) => server.stop('SIGTERM')));
});

async function serve(env: Record<string, string> = {}): Promise<ChildServer> {
  const server = await startServer(env);
  servers.push(server);
  return server;
}

async function sit(server: { url: string }, options: { lab?: string; forgets?: boolean } = {}): Promise<Learner> {
  const learner = await openLearner(server.url, options);
  learners.push(learner);
  return learner;
}

const labOf = (learner: Learner) => learner.client.getView().lab ?? '';

/** Something is typed in this lab and its answer comes: it lives. */
async function answers(learner: Learner): Promise<void> {
  expect(await learner.run('echo $((6 * 7))')).toBe('42');
}

describe('a lab outlives its page', () => {
  test('after a reload the same shell is there, with its scrollback', async () => {
    const server = await serve();
    const before = await sit(server);
    const shell = await before.run('echo $$');
    await before.run('seq 1 2000');
    before.client.dispose();
    const after = await sit(server, { lab: labOf(before) });
    await after.sees('1999\r\n2000\r\n');
    expect(after.screen).toBe(before.screen);
    expect(await after.run('echo $$')).toBe(shell);
  });

  test('a connection that is cut again and again loses and doubles nothing, either way', async () => {
    const server = await serve();
    const proxy = await createCuttingProxy(server.port);
    const learner = await sit(proxy);
    const lines = Array.from({ length: 300 }, (_, i) => `line ${i} ${'x'.repeat(i % 60)}`);
    await learner.run('stty -echo');
    learner.type('cat > /root/typed; seq 1 150000; sha256sum /root/typed\r');
    const cutting = setInterval(() => proxy.cut(), 250);
    for (const line of lines) {
      learner.type(`${line}\n`);
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    learner.type('\x04');
    await learner.sees('/root/typed\r\n');
    clearInterval(cutting);
    const numbers = [...learner.screen.matchAll(/(?<=\n|\x07)(\d+)\r\n/g)].map(([, number]) => Number(number));
    expect(numbers).toHaveLength(150_000);
    expect(numbers.every((number, i) => number === i + 1)).toBe(true);
    const typed = await learner.client.readFile('lab', '/root/typed');
    expect(Buffer.from(typed).toString()).toBe(lines.map((line) => `${line}\n`).join(''));
    expect(proxy.cuts).toBeGreaterThan(3);
    await proxy.close();
  });

  test('two browsers see the same, and both may type', async () => {
    const server = await serve();
    const one = await sit(server);
    const two = await sit(server, { lab: labOf(one) });
    one.type('echo from-$((1))');
    two.type('-and-$((2))\r');
    await Promise.all([one.sees('from-1-and-2'), two.sees('from-1-and-2')]);
    two.client.closeTerminal('t1');
    await until(() => one.client.getView().terminals.length === 0);
    const id = one.client.openTerminal({ machine: 'lab', user: 'learner', cols: 80, rows: 24 });
    await until(() => two.client.getView().terminals.some(({ terminal }) => terminal === id));
  });

  test('a task turns green in every browser by what is typed in one; a reset takes it back', async () => {
    const server = await serve();
    const one = await sit(server);
    const two = await sit(server, { lab: labOf(one) });
    const done = (learner: Learner) =>
      learner.client
        .getView()
        .tasks.filter(({ status }) => status === 'done')
        .map(({ id }) => id);
    one.type('touch /root/answer; mount -t tmpfs none /mnt\r');
    await until(() => done(one).length === 2 && done(two).length === 2);
    await one.run('rm /root/answer');
    await until(() => done(two).join() === 'mount');
    one.client.reset();
    await until(() => done(two).length === 0 && two.screen.includes('\x1bc'));
    await until(() => /\x1bc[\s\S]*\x1b\]133;B/.test(one.screen));
    expect(await one.run('cat /root/setup; ls /root')).toBe('ready\nsetup');
  });
});

describe('one lab does not harm another', () => {
  test('yes into a page that never draws: the program waits, the server stays small', async () => {
    const server = await serve();
    const [flooded, other] = [await sit(server), await sit(server)];
    await answers(other);
    const before = server.memory();
    flooded.draws = false;
    flooded.type('yes\r');
    for (let i = 0; i < 5; i++) {
      await answers(other);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expect(flooded.screen.length).toBeLessThan(400 * 1024);
    expect(server.memory() - before).toBeLessThan(80);
    // Ctrl-C still arrives, and the page catches up once it draws.
    flooded.draws = true;
    flooded.type('\x03');
    await flooded.sees('^C');
    await answers(flooded);
    expect(flooded.skipped).toBe(0);
  });

  test('yes into a connection that nobody reads', async () => {
    const server = await serve();
    const proxy = await createCuttingProxy(server.port);
    const [flooded, other] = [await sit(proxy), await sit(server)];
    await answers(other);
    const before = server.memory();
    flooded.type('yes\r');
    await flooded.sees('y\r\ny\r\ny');
    proxy.stall();
    for (let i = 0; i < 5; i++) {
      await answers(other);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expect(server.memory() - before).toBeLessThan(80);
    await proxy.close();
  });

  test('yes for a minute into a page that reads, one that never draws and a connection nobody reads', async () => {
    const server = await serve();
    const proxy = await createCuttingProxy(server.port);
    const [reading, hanging, stalled] = [await sit(server, { forgets: true }), await sit(server), await sit(proxy)];
    const other = await sit(server);
    await answers(other);
    const before = server.memory();
    for (const flooded of [reading, hanging, stalled]) flooded.type('yes\r');
    hanging.draws = false;
    await stalled.sees('y\r\ny\r\ny');
    proxy.stall();
    const end = Date.now() + 60_000;
    while (Date.now() < end) {
      await answers(other);
      expect(server.memory() - before).toBeLessThan(120);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    reading.type('\x03');
    await reading.sees('^C');
    expect(reading.skipped).toBe(0);
    await proxy.close();
  }, 180_000);

  test('a paste of 10 MB arrives whole, in a bounded server', async () => {
    const server = await serve();
    const [pasting, other] = [await sit(server), await sit(server)];
    const before = server.memory();
    await pasting.run('stty -echo');
    pasting.type('sha256sum; wc -c < /dev/null\r');
    await until(() => pasting.screen.includes('133;C\x07', pasting.screen.lastIndexOf('133;B')));
    const line = `${randomBytes(60).toString('base64')}\n`;
    const text = line.repeat(Math.ceil((10 * 1024 * 1024) / line.length));
    pasting.type(text);
    let peak = 0;
    while (pasting.client.terminal('t1').unsentBytes > 0) {
      await answers(other);
      peak = Math.max(peak, server.memory());
    }
    pasting.type('\x04');
    await pasting.sees('  -\r\n');
    const { createHash } = await import('node:crypto');
    expect(pasting.screen).toContain(createHash('sha256').update(text).digest('hex'));
    expect(peak - before).toBeLessThan(100);
  });

  test('a paste into a program that does not read waits in the page', async () => {
    const server = await serve();
    const [pasting, other] = [await sit(server), await sit(server)];
    const before = server.memory();
    pasting.type('stty raw; sleep 1000\r');
    await new Promise((resolve) => setTimeout(resolve, 300));
    pasting.type('x'.repeat(10 * 1024 * 1024));
    for (let i = 0; i < 5; i++) await answers(other);
    expect(pasting.client.terminal('t1').unsentBytes).toBeGreaterThan(9 * 1024 * 1024);
    expect(server.memory() - before).toBeLessThan(60);
  });

  test('a fork bomb stays in its lab, which can still be left', async () => {
    const server = await serve();
    const [bombed, other] = [await sit(server), await sit(server)];
    bombed.type(':(){ :|:& };:\r');
    await until(() => Object.keys(bombed.client.getView().state.processes).length > 100);
    for (let i = 0; i < 10; i++) await answers(other);
    const late = await sit(server);
    await answers(late);
    bombed.client.leave();
    await until(() => bombed.client.getView().status.phase === 'ended');
    await answers(other);
    await until(() => tracesOf(server.pid).processes.length < 20);
  });

  test('a full disk is told to whoever writes, and to no other lab', async () => {
    const server = await serve();
    const [full, other] = [await sit(server), await sit(server)];
    expect(await full.run('dd if=/dev/zero of=/root/big bs=1M 2>&1 | grep -c "No space"')).toBe('1');
    await expect(full.client.saveFile('lab', '/root/more', new Uint8Array(1024 * 1024))).rejects.toMatchObject({
      code: 'file',
      message: expect.stringContaining('ENOSPC'),
    });
    await other.client.saveFile('lab', '/root/more', new Uint8Array(1024 * 1024));
    await full.run('rm /root/big');
    await full.client.saveFile('lab', '/root/more', new Uint8Array(1024));
  });
});

describe('bad input', () => {
  test('an unknown lesson is refused by name', async () => {
    const server = await serve();
    const client = createLabClient({
      dial: dialGatewayFromNode(server.url),
      lesson: '../../etc',
      learner: 'learner-1',
    });
    client.start();
    await until(() => client.getView().status.phase === 'failed');
    expect(client.getView().status).toMatchObject({
      code: 'unknown-lesson',
      reason: expect.stringContaining('../../etc'),
    });
    client.dispose();
  });

  test('no path leads out of the Machine, whatever links it goes through', async () => {
    const secret = randomUUID();
    const directory = mkdtempSync('/var/tmp/underlay-outside-');
    const file = path.join(directory, 'secret');
    writeFileSync(file, secret);
    try {
      const server = await serve();
      const learner = await sit(server);
      await learner.run(
        [
          `ln -s /../../../../../..${file} /root/a`,
          `ln -s ../../../../../..${file} /root/b`,
          'ln -s / /root/c',
          `ln -s /proc/1/root${file} /root/d`,
          `ln -s /proc/1/root/proc/1/root${file} /root/e`,
          'ln -s /proc/self/root /root/f',
          `mkdir -p ${directory}`,
          'ln -s /proc/self/cwd /root/g',
          'ln -s /proc/1/cwd /root/h',
        ].join('; '),
      );
      const paths = [
        file,
        `/../../../../..${file}`,
        `/root/../../..${file}`,
        '/root/a',
        '/root/b',
        `/root/c${file}`,
        '/root/d',
        '/root/e',
        `/root/f${file}`,
        `/root/g${file}`,
        `/root/h/../..${file}`,
        `/proc/1/root${file}`,
        `/proc/self/root${file}`,
        `/proc/${server.pid}/root${file}`,
        `/dev/fd/../../root${file}`,
        `/proc/thread-self/root${file}`,
      ];
      for (const each of paths) {
        const content = await learner.client.readFile('lab', each).catch((error: Error) => Buffer.from(error.message));
        expect(Buffer.from(content).toString(), each).not.toContain(secret);
        await learner.client.saveFile('lab', each, Buffer.from('overwritten')).catch(() => undefined);
        await learner.client.removeFile('lab', `${each}/nothing`).catch(() => undefined);
      }
      const { readFileSync } = await import('node:fs');
      expect(readFileSync(file, 'utf8')).toBe(secret);
      const shadow = Buffer.from(await learner.client.readFile('lab', '/../../etc/shadow')).toString();
      expect(shadow).toBe(`${(await learner.run('cat /etc/shadow')).trim()}\n`);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test('the editor refuses what is no plain file or too large, and does not hang on a pipe', async () => {
    const server = await serve();
    const learner = await sit(server);
    await learner.run('mkfifo /root/pipe; truncate -s 2M /root/large');
    for (const each of ['/root/pipe', '/root/large', '/root', '/dev/zero', '/dev/tty']) {
      await expect(learner.client.readFile('lab', each), each).rejects.toMatchObject({ code: 'file' });
    }
    await answers(learner);
  });
});

describe('time and number are limited', () => {
  test('an idle lab is warned, can be extended, and ends', async () => {
    const server = await serve({ UNDERLAY_IDLE_MS: '4000' });
    const learner = await sit(server);
    await until(() => learner.client.getView().warning !== null);
    learner.client.extend();
    await until(() => learner.client.getView().warning === null);
    await until(() => learner.client.getView().status.phase === 'ended');
    await until(() => tracesOf(server.pid).processes.length === 0);
  });

  test('a lab that nobody comes back to is taken down', async () => {
    const server = await serve({ UNDERLAY_GRACE_MS: '500' });
    const learner = await sit(server);
    expect(tracesOf(server.pid).processes.length).toBeGreaterThan(0);
    learner.client.dispose();
    await until(() => tracesOf(server.pid).processes.length === 0);
  });

  test('a full server says so', async () => {
    const server = await serve({ UNDERLAY_MAX_LABS: '1' });
    const learner = await sit(server);
    await expect(sit(server)).rejects.toThrow(/1 labs are running/);
    learner.client.leave();
    await until(() => learner.client.getView().status.phase === 'ended');
    await sit(server);
  });
});

describe('nothing is left', () => {
  test('after leaving, however busy the lab was', async () => {
    const server = await serve();
    const before = hostObjects();
    const learner = await sit(server);
    await learner.run(
      'unshare -n sleep 1000 & unshare -mpf --mount-proc sleep 1000 & ip link add v0 type veth peer v1; mount -t tmpfs none /mnt',
    );
    await learner.run('nohup setsid sh -c "trap \'\' TERM HUP INT; sleep 1000" > /dev/null 2>&1 &');
    learner.client.leave();
    await until(() => learner.client.getView().status.phase === 'ended');
    await until(() => tracesOf(server.pid).processes.length === 0);
    expect(hostObjects()).toEqual(before);
  });

  test('after the server was asked to stop', async () => {
    const before = hostObjects();
    const server = await serve();
    const learner = await sit(server);
    await learner.run('sleep 1000 &');
    await server.stop('SIGTERM');
    expect(tracesOf(server.pid)).toEqual({ processes: [], cgroups: [] });
    expect(hostObjects()).toEqual(before);
    expect(learner.client.getView().status).toMatchObject({ phase: 'ended' });
  });

  test('after the server was killed: no process at once, no trace after the next start', async () => {
    const before = hostObjects();
    const server = await serve();
    const [one, two] = [await sit(server), await sit(server)];
    await one.run('setsid sleep 1000 & unshare -Urpf --mount-proc sleep 1000 & unshare -n sleep 1000 &');
    two.type('yes > /dev/null\r');
    await server.stop('SIGKILL');
    await until(() => tracesOf(server.pid).processes.length === 0);
    expect(hostObjects()).toEqual(before);
    const next = await serve();
    expect(tracesOf(server.pid)).toEqual({ processes: [], cgroups: [] });
    await answers(await sit(next));
    await until(() => one.client.getView().status.phase === 'waiting');
  });
});

/** Stands between page and server: cuts all connections, or stops reading them, when told to. */
async function createCuttingProxy(port: number) {
  const sockets = new Set<Socket>();
  let cuts = 0;
  const proxy = createServer((page) => {
    const server = connect(port, '127.0.0.1');
    for (const socket of [page, server]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        page.destroy();
        server.destroy();
      });
    }
    // The names of the server's own port, or it refuses: the proxy is another origin.
    page.once('data', (data) => {
      server.write(data.toString('latin1').replace(/^Host: .*$/im, `Host: 127.0.0.1:${port}`), 'latin1');
      page.pipe(server);
    });
    server.pipe(page);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  const own = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${own}`,
    get cuts() {
      return cuts;
    },
    cut() {
      cuts += 1;
      for (const socket of sockets) socket.destroy();
    },
    stall() {
      for (const socket of sockets) {
        socket.unpipe();
        socket.pause();
      }
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}
