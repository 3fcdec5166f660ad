import { expect, test } from 'vitest';
import { bytesOf, sameBytes, sizeText, textOf } from './file-text';
import { homeOf, joinPath, nameOf, nameProblem, parentOf } from './paths';

test('joins and cuts paths at the root too', () => {
  expect(joinPath('/', 'etc')).toBe('/etc');
  expect(joinPath('/etc', 'hosts')).toBe('/etc/hosts');
  expect(parentOf('/etc')).toBe('/');
  expect(parentOf('/etc/hosts')).toBe('/etc');
  expect(nameOf('/etc/hosts')).toBe('hosts');
});

test('knows whose home is where', () => {
  expect([homeOf('root'), homeOf('learner')]).toEqual(['/root', '/home/learner']);
});

test('refuses names a directory cannot hold', () => {
  expect(nameProblem('notes.txt')).toBeNull();
  for (const bad of ['', '.', '..', 'a/b', 'x'.repeat(256)]) expect(nameProblem(bad)).not.toBeNull();
});

test('text goes there and back, other bytes are no text', () => {
  expect(textOf(bytesOf('Grüße\n'))).toBe('Grüße\n');
  expect(textOf(Uint8Array.of(0x7f, 0x45, 0, 1))).toBeNull();
  expect(textOf(Uint8Array.of(0xff, 0xfe, 0x41))).toBeNull();
});

test('compares bytes and names sizes', () => {
  expect(sameBytes(bytesOf('a'), bytesOf('a'))).toBe(true);
  expect(sameBytes(bytesOf('a'), bytesOf('b'))).toBe(false);
  expect([sizeText(1), sizeText(12), sizeText(3482), sizeText(3 * 1024 * 1024)]).toEqual([
    '1 byte',
    '12 bytes',
    '3.4 KiB',
    '3.0 MiB',
  ]);
});
