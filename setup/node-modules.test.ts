import { readFileSync } from 'node:fs';
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

/** Where Node would find `name` from the package at `path`. */
function resolved(packages: Record<string, unknown>, path: string, name: string): string | undefined {
  for (let base = path; ; base = base.slice(0, Math.max(0, base.lastIndexOf('node_modules/') - 1))) {
    const candidate = `${base === '' ? '' : `${base}/`}node_modules/${name}`;
    if (candidate in packages) return candidate;
    if (base === '') return undefined;
  }
}

// npm leaves a package out of the lock file when the registry it sees does not have it, and then `npm ci` refuses the
// whole file. It happens to packages for other platforms, behind a mirror that holds only some.
test('the lock file names every package that another one may need, of all platforms', () => {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  const wanted = Object.entries<Record<string, Record<string, string>>>(packages).flatMap(([path, entry]) =>
    Object.keys({ ...entry.dependencies, ...entry.optionalDependencies }).map((name) => ({ path, name })),
  );
  expect(wanted.length).toBeGreaterThan(100);
  const absent = wanted.filter(({ path, name }) => resolved(packages, path, name) === undefined);
  expect(absent).toEqual([]);
});
