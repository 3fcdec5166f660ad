import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { stages } from './stages.mjs';

const root = resolve(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const documents = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'].map((name) => ({ name, text: read(name) }));
const { scripts } = JSON.parse(read('package.json'));
const unique = (text: string, pattern: RegExp) => [
  ...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? '')),
];

describe.each(documents)('$name', ({ text }) => {
  test('names only npm scripts that exist', () => {
    expect(unique(text, /npm run ([a-z][a-z:-]*)/g).filter((script) => !(script in scripts))).toEqual([]);
  });

  test('names only stages of npm test that exist', () => {
    const names = stages().map(({ name }: { name: string }) => name);
    const named = unique(text, /npm test -- --only ([a-z0-9:,]+)/g).flatMap((list) => list.split(','));
    expect(named.filter((name) => !names.includes(name))).toEqual([]);
  });

  test('names only files and folders that exist', () => {
    const rooms = 'app|bench|bin|content|e2e|engine|lessons|sandbox|setup|\\.ci';
    const named = unique(text, new RegExp(`\`((?:${rooms})/[^\`\\s<*]*)\``, 'g'));
    const linked = unique(text, /\]\((?!https?:)([^)#]+)/g);
    expect([...named, ...linked].filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

test('the README has every npm script in its table, and every variable it lists is read somewhere', async () => {
  const [readme = ''] = documents.filter(({ name }) => name === 'README.md').map(({ text }) => text);
  const missing = Object.keys(scripts).filter(
    (script) => !readme.includes(`| \`npm ${script === 'start' || script === 'test' ? '' : 'run '}${script}`),
  );
  expect(missing).toEqual([]);
  const variables = unique(readme, /`(UNDERLAY_[A-Z_]+|LOG_LEVEL)`/g);
  expect(variables.length).toBeGreaterThan(5);
  for (const variable of variables) {
    const args = [
      '-rlw',
      '--include=*.ts',
      '--include=*.mjs',
      variable,
      'app',
      'sandbox',
      'setup',
      'playwright.config.ts',
    ];
    const { stdout } = await promisify(execFile)('grep', args, { cwd: root });
    expect(stdout.replace('setup/documents.test.ts\n', ''), variable).not.toBe('');
  }
});

test.each([
  ['npm', ['start', '--', '--help'], /--port N/],
  ['npm', ['run', 'dev', '--', '--help'], /--port N/],
  ['npm', ['test', '--', '--help'], /--only STAGE/],
  ['npm', ['run', 'lessons:lint'], /nothing to mend/],
  ['npm', ['run', 'lessons:test', '--', '--help'], /--lesson/],
  ['npm', ['run', 'bench', '--', '--help'], /--json/],
])('%s %j runs as the README says', async (program, args, expected) => {
  const { stdout, stderr } = await promisify(execFile)(program, args, { cwd: root });
  expect(stdout + stderr).toMatch(expected);
});
