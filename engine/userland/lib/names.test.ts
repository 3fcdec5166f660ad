import { expect, test } from 'vitest';
import { compareText, compareVersions } from './compare';
import { matchesPattern } from './glob';
import { baseName, dirName } from './paths';
import { charWidth, layoutColumns, textWidth } from './width';

test('cuts paths as basename and dirname do', () => {
  expect(['/a/b/c', '/', '//', 'a//', ''].map(baseName)).toEqual(['c', '/', '/', 'a', '']);
  expect(['/a/b', 'a', '/a', 'a//b', '//', ''].map(dirName)).toEqual(['/a', '.', '/', 'a', '/', '.']);
});

test('matches shell patterns', () => {
  expect(matchesPattern('*.c', 'a.c')).toBe(true);
  expect(matchesPattern('[!a-c]?', 'dx')).toBe(true);
  expect(matchesPattern('[[:digit:]]*', '4x')).toBe(true);
  expect(matchesPattern('a*b*c', 'axxbyy')).toBe(false);
  expect(matchesPattern('\\*', '*')).toBe(true);
});

test('sorts versions', () => {
  const names = ['v1.10', 'v1.9', 'v1.2', 'v1.2~', 'foo-10.tar.gz', 'foo-2.tar.gz'];
  expect(names.toSorted(compareVersions)).toEqual(['foo-2.tar.gz', 'foo-10.tar.gz', 'v1.2~', 'v1.2', 'v1.9', 'v1.10']);
});

test('sorts by code points', () => {
  expect(['\u{1f600}', '\uffee', 'a'].toSorted(compareText)).toEqual(['a', '\uffee', '\u{1f600}']);
});

test('counts the columns of a terminal', () => {
  expect(textWidth('aé日')).toBe(4);
  expect(charWidth(0x301)).toBe(0);
  expect(charWidth(7)).toBe(-1);
});

test('arranges names in as many columns as fit', () => {
  expect(layoutColumns([1, 1, 1, 1], 80)).toMatchObject({ rows: 1, columns: 4 });
  expect(layoutColumns([10, 10, 10], 24)).toMatchObject({ rows: 2, columns: 2 });
  expect(layoutColumns([30, 30], 20)).toMatchObject({ rows: 2, columns: 1 });
});
