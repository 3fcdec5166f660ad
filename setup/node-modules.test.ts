import { expect, test } from 'vitest';
import { missingModules } from './node-modules.mjs';

const lock = {
  packages: {
    '': { name: 'underlay' },
    'node_modules/zod': { version: '4.6.7' },
    'node_modules/next': { version: '16.4.6' },
    'node_modules/next/node_modules/zod': { version: '3.0.0' },
    'node_modules/@img/darwin': { version: '1.0.0', optional: true },
  },
};

test('with nothing installed, all is missing that this platform must have', () => {
  expect(missingModules(lock, undefined)).toEqual(['zod', 'next', 'zod']);
});

test('a package in another version is missing, an optional one is not', () => {
  const installed = {
    packages: {
      'node_modules/zod': { version: '4.6.7' },
      'node_modules/next': { version: '16.4.5' },
      'node_modules/next/node_modules/zod': { version: '3.0.0' },
    },
  };
  expect(missingModules(lock, installed)).toEqual(['next']);
  installed.packages['node_modules/next'].version = '16.4.6';
  expect(missingModules(lock, installed)).toEqual([]);
});

test('an optional package in another version is missing', () => {
  const installed = { packages: { ...lock.packages, 'node_modules/@img/darwin': { version: '0.9.0' } } };
  expect(missingModules(lock, installed)).toEqual(['@img/darwin']);
});
