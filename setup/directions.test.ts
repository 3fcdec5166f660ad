import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { directionProblems } from './check.mjs';

const root = resolve(import.meta.dirname, '..');

/** Runs the real settings over a house made of `files`; returns the broken rules as `rule: from -> to`. */
async function problems(files: Record<string, string>) {
  const house = mkdtempSync(join(tmpdir(), 'underlay-house-'));
  try {
    for (const [path, text] of Object.entries({ 'tsconfig.json': '{}', ...files })) {
      mkdirSync(join(house, dirname(path)), { recursive: true });
      writeFileSync(join(house, path), text);
    }
    symlinkSync(join(root, 'node_modules'), join(house, 'node_modules'));
    const tool = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
    const config = join(root, '.dependency-cruiser.cjs');
    const rooms = [...new Set(Object.keys(files).map((path) => path.split('/')[0] ?? ''))];
    const args = [tool, '--config', config, '--output-type', 'json', ...rooms];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: house, maxBuffer: 1 << 26 });
    return directionProblems(stdout)
      .split('\n')
      .filter((line: string) => / -> /.test(line))
      .sort();
  } finally {
    rmSync(house, { recursive: true });
  }
}

test('a house whose imports point down through the doors is in order', async () => {
  const order = await problems({
    'engine/state/index.ts': "export * from './schema';",
    'engine/state/schema.ts': 'export const state = 1;',
    'engine/kernel/index.ts': "import { state } from '../state';\nexport const kernel = state;",
    'engine/kernel/linux/index.ts': "import { kernel } from '../index';\nexport const linux = kernel;",
    'lessons/index.ts': "import { state } from '../engine/state';\nexport const lessons = state;",
    'sandbox/protocol.ts': 'export const protocol = 1;',
    'sandbox/index.ts':
      "import { linux } from '../engine/kernel/linux';\nimport { lessons } from '../lessons';\nexport const sandbox = [linux, lessons];",
    'app/later.ts': "import { page } from './page';\nexport const later = () => page;",
    'app/page.ts':
      "export const load = () => import('./later');\nimport { protocol } from '../sandbox/protocol';\nexport const page = protocol;",
  });
  expect(order).toEqual([]);
});

test('imports upward, round a door, in a circle, of nothing, and of koffi are found', async () => {
  const broken = await problems({
    'engine/state/index.ts': "import { kernel } from '../kernel';\nexport const state = () => kernel;",
    'engine/kernel/index.ts': 'export const kernel = 1;',
    'engine/kernel/port.ts': 'export const port = 1;',
    'lessons/index.ts': "import { kernel } from '../engine/kernel';\nexport const lessons = kernel;",
    'sandbox/index.ts': "import { port } from '../engine/kernel/port';\nexport const sandbox = port;",
    'sandbox/native.ts': "import koffi from 'koffi';\nexport const native = koffi;",
    'app/a.ts': "import { b } from './b';\nimport { gone } from './gone';\nexport const a = () => [b, gone];",
    'app/b.ts': "import { a } from './a';\nexport const b = () => a;",
    'content/index.ts': "import { lessons } from '../lessons';\nexport const content = lessons;",
  });
  expect(broken).toEqual([
    expect.stringMatching(/^doors: sandbox\/index\.ts -> engine\/kernel\/port\.ts/),
    expect.stringMatching(/^imports-of-content: content\/index\.ts -> lessons\/index\.ts/),
    expect.stringMatching(/^imports-of-engine-state: engine\/state\/index\.ts -> engine\/kernel\/index\.ts/),
    expect.stringMatching(/^imports-of-lessons: lessons\/index\.ts -> engine\/kernel\/index\.ts/),
    expect.stringMatching(/^koffi-only-in-the-linux-kernel: sandbox\/native\.ts -> .*node_modules\/koffi/),
    expect.stringMatching(/^no-cycles: app\//),
    expect.stringMatching(/^resolvable: app\/a\.ts -> \.\/gone/),
  ]);
});

test('seeing no TypeScript at all is a problem, and so is an output that is not JSON', () => {
  const empty = JSON.stringify({ modules: [{ source: 'setup/start.mjs' }], summary: { violations: [] } });
  expect(directionProblems(empty)).toContain('saw 0 TypeScript modules');
  expect(directionProblems('boom')).toContain('boom');
});
