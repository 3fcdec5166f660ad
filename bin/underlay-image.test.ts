import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** Beside the sources' packages, so that it finds those it does not bring along. */
const program = fileURLToPath(new URL(`../.underlay/underlay-image-test-${process.pid}.mjs`, import.meta.url));
let directory: string;
let server: ChildProcess | null = null;
const at = (name: string) => join(directory, name);
const run = async (store: string, ...args: string[]) =>
  (await promisify(execFile)(process.execPath, [program, '--store', at(store), ...args])).stdout.trim();
const failing = (store: string, ...args: string[]) =>
  run(store, ...args).then(
    () => 'it worked',
    (error) => `${error.code} ${error.stderr.trim()}`,
  );

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'underlay-image-'));
  const source = fileURLToPath(new URL('./underlay-image.ts', import.meta.url));
  // As one file: to translate it at every start takes longer than all else.
  await build({
    entryPoints: [source],
    outfile: program,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  mkdirSync(at('content/etc'), { recursive: true });
  writeFileSync(at('content/hello'), 'hello');
});
afterAll(() => {
  server?.kill();
  rmSync(directory, { recursive: true });
  rmSync(program);
});

test('pack, tag, ls, export, rm, gc, import', async () => {
  const digest = await run('a', 'pack', at('content'), 'app:1', '--cmd', '["/hello"]', '--env', 'A=1', '--env', 'B=2');
  await run('a', 'tag', 'app:1', 'other.lab/app:2');
  const listed = await run('a', 'ls');
  expect(listed.split('\n').map((line) => line.split(/ +/).slice(0, 2))).toEqual([
    ['app:1', digest],
    ['other.lab/app:2', digest],
  ]);
  await run('a', 'export', at('all.tar'), 'app:1', 'other.lab/app:2');
  await run('a', 'rm', 'app:1', 'other.lab/app:2');
  expect((await run('a', 'gc')).split('\n')).toHaveLength(3);
  await run('a', 'import', at('all.tar'));
  expect(await run('a', 'ls')).toBe(listed);
});

test.skipIf(process.getuid?.() !== 0)('unpack', async () => {
  await run('a', 'unpack', 'app:1', at('root'));
  expect(readFileSync(at('root/hello'), 'utf8')).toBe('hello');
  expect(await failing('a', 'unpack', 'app:1', at('root'))).toMatch(/it has to be empty/);
});

test('serve, push and pull', async () => {
  server = spawn(process.execPath, [program, '--store', at('served'), 'serve', '--port', '0', '--domain', 'r'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = server.stdout ? createInterface(server.stdout) : null;
  const url = await new Promise<string>((resolve) => lines?.once('line', resolve));
  const host = new URL(url).host;
  const digest = await run('a', 'push', `${host}/app:1`, 'app:1');
  expect(await run('c', 'pull', `${host}/app:1`)).toBe(digest);
  expect(await failing('served', 'ls')).toMatch(/^1 underlay-image: .*: another process has this store open/);
  const ended = new Promise((resolve) => server?.once('exit', resolve));
  server.kill('SIGTERM');
  expect(await ended).toBe(0);
});

test('what cannot be done is said, with exit code 1', async () => {
  expect(await failing('a', 'rm', 'app:1', 'none')).toBe(
    '1 underlay-image: docker.io/library/none:latest: no image has this name',
  );
  expect(await failing('a', 'export', at('none.tar'), 'none')).toMatch(/^1 /);
  expect(existsSync(at('none.tar'))).toBe(false);
});
