import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const script = fileURLToPath(new URL('server.ts', import.meta.url));

/** Runs the server until it ends by itself. */
function run(env: Record<string, string>): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', script], {
    env: { ...process.env, UNDERLAY_HOME: '/nonexistent/underlay', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      output += data;
    });
  }
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })));
}

test.each(['0.0.0.0', '::', '192.0.2.1', 'example.org'])('refuses to listen on %s, saying why', async (host) => {
  const { code, output } = await run({ HOST: host });
  expect(code).toBe(1);
  expect(output).toContain(`HOST=${host} is refused`);
  expect(output).toMatch(/loopback only/);
});

test('refuses a port that is none', async () => {
  expect(await run({ PORT: 'http' })).toEqual({ code: 1, output: 'PORT=http is no port number.\n' });
});

test('says that a port is in use', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const { code, output } = await run({ PORT: `${port}` });
  other.close();
  expect(code).toBe(1);
  expect(output).toContain(`Port ${port} is in use`);
});
