import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fingerprint, isStamped, stamp } from './fingerprint.mjs';

let base = '';
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'underlay-fingerprint-'));
  mkdirSync(join(base, 'app/pages'), { recursive: true });
  writeFileSync(join(base, 'app/pages/a.ts'), 'one');
  writeFileSync(join(base, 'app/b.test.ts'), 'test');
});
afterEach(() => rmSync(base, { recursive: true }));

const hash = () => fingerprint(['app', 'config.json'], { base, skip: (path: string) => path.endsWith('.test.ts') });

describe('fingerprint', () => {
  test('is the same for the same files, whenever they were written', () => {
    const before = hash();
    writeFileSync(join(base, 'app/pages/a.ts'), 'one');
    expect(hash()).toBe(before);
    expect(fingerprint(['config.json', 'app'], { base, skip: (path: string) => path.endsWith('.test.ts') })).toBe(
      before,
    );
  });

  test.each([
    ['a changed file', () => writeFileSync(join(base, 'app/pages/a.ts'), 'two')],
    ['a new file', () => writeFileSync(join(base, 'app/c.ts'), '')],
    ['a renamed file', () => renameSync(join(base, 'app/pages/a.ts'), join(base, 'app/pages/z.ts'))],
    ['a removed file', () => rmSync(join(base, 'app/pages/a.ts'))],
    ['a file that was absent', () => writeFileSync(join(base, 'config.json'), '')],
  ])('differs after %s', (_, change) => {
    const before = hash();
    change();
    expect(hash()).not.toBe(before);
  });

  test('does not depend on what is skipped', () => {
    const before = hash();
    writeFileSync(join(base, 'app/b.test.ts'), 'other');
    expect(hash()).toBe(before);
  });

  test('does not take a boundary between files for content', () => {
    writeFileSync(join(base, 'app/pages/a.ts'), 'onefile');
    const joined = hash();
    writeFileSync(join(base, 'app/pages/a.ts'), 'one');
    writeFileSync(join(base, 'app/pages/b.ts'), 'file');
    expect(hash()).not.toBe(joined);
  });
});

test('a stamp holds for one name and one hash', () => {
  expect(isStamped('build', 'h1', base)).toBe(false);
  stamp('build', 'h1', base);
  expect(isStamped('build', 'h1', base)).toBe(true);
  expect(isStamped('build', 'h2', base)).toBe(false);
  expect(isStamped('other', 'h1', base)).toBe(false);
  stamp('build', 'h2', base);
  expect(isStamped('build', 'h1', base)).toBe(false);
});
