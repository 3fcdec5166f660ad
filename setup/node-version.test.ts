import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { unsupportedNode } from './node-version.mjs';

test.each([
  ['18.20.0', true],
  ['20.8.1', true],
  ['20.9.0', undefined],
  ['22.11.0', undefined],
  ['23.0.0', false],
  ['24.1.0', false],
])('Node %s: fatal is %s', (version, fatal) => {
  expect(unsupportedNode(version, '>=20.9 <23')?.fatal).toBe(fatal);
});

test('the range in package.json can be read, and this Node is in it', () => {
  const { engines } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(unsupportedNode(process.versions.node, engines.node)?.fatal ?? false).toBe(false);
  expect(() => unsupportedNode('20.9.0', '^20')).toThrow('cannot read engines.node "^20"');
});
