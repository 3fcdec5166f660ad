import { describe, expect, test } from 'vitest';
import { isLoopback, refusalOf } from './addresses';

const from = (host?: string, origin?: string) => ({ headers: { ...(host && { host }), ...(origin && { origin }) } });

describe('refusalOf', () => {
  test.each([
    ['localhost:3000', undefined],
    ['127.0.0.1:3000', 'http://127.0.0.1:3000'],
    ['[::1]:3000', 'http://localhost:3000'],
    ['LOCALHOST:3000', 'http://LocalHost:3000'],
  ])('lets %s from %s pass', (host, origin) => {
    expect(refusalOf(from(host, origin), 3000)).toBeNull();
  });

  test.each([
    ['a host of the web', 'evil.example:3000', undefined],
    ['another port', 'localhost:3001', undefined],
    ['no port', 'localhost', undefined],
    ['no host', undefined, undefined],
    ['a name that begins like ours', 'localhost.evil.example:3000', undefined],
    ['an origin of the web', 'localhost:3000', 'https://evil.example'],
    ['an origin of another port', 'localhost:3000', 'http://localhost:8080'],
    ['another scheme', 'localhost:3000', 'https://localhost:3000'],
    ['an opaque origin', 'localhost:3000', 'null'],
  ])('refuses %s', (_, host, origin) => {
    expect(refusalOf(from(host, origin), 3000)).toMatch(/only/);
  });

  test('the port may be left out where it is the default', () => {
    expect(refusalOf(from('localhost', 'http://localhost'), 80)).toBeNull();
  });
});

test('only loopback is loopback', () => {
  expect(['127.0.0.1', 'localhost', '::1'].every(isLoopback)).toBe(true);
  expect(['0.0.0.0', '::', '192.168.1.2', '127.0.0.1.evil.example', ''].some(isLoopback)).toBe(false);
});
