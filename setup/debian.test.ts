import { expect, test } from 'vitest';
import { debianPackages, isDebian, judges, missingAdvice, missingPackages } from './debian.mjs';

test.each([
  ['Debian', 'PRETTY_NAME="Debian GNU/Linux 12"\nID=debian\n', true],
  ['Ubuntu', 'NAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian\n', true],
  ['Mint', 'ID=linuxmint\nID_LIKE="ubuntu debian"\n', true],
  ['Fedora', 'ID=fedora\n', false],
  ['a name that only mentions it', 'ID=notdebian\nNAME="not debian"\n', false],
  ['nothing', '', false],
])('%s', (_, text, expected) => {
  expect(isDebian(text)).toBe(expected);
});

test('a package is missing when its program is', () => {
  const find = (program: string) => (program === 'chromium' ? '/usr/bin/chromium' : undefined);
  expect(missingPackages(['mmdebstrap', 'chromium'], find)).toEqual(['mmdebstrap']);
  expect(missingPackages(['chromium'], find)).toEqual([]);
});

test('the advice says what a package is for, what is lost, why, and how to get it', () => {
  const text = missingAdvice(['mmdebstrap'], 'only root can install packages');
  expect(text).toContain('mmdebstrap (builds the root filesystem of the Machines): without it no lab can be started');
  expect(text).toContain('only root can install packages');
  expect(text).toContain('sudo apt-get install mmdebstrap');
});

test('what tests are judged by are packages that set-up knows', () => {
  expect(judges.filter((name) => !(name in debianPackages))).toEqual([]);
  expect(missingPackages(judges, () => undefined)).toEqual(judges);
});
