import { expect, test } from 'vitest';
import { parseChallenges } from './challenge';
import { endpointOf } from './client';
import { Connection } from './connection';

test.each([
  [null, []],
  ['Basic realm="a, \\"b\\""', [['basic', { realm: 'a, "b"' }]]],
  [
    'Bearer realm="https://auth/token",service="r.io",scope="repository:a:pull,push"',
    [['bearer', { realm: 'https://auth/token', service: 'r.io', scope: 'repository:a:pull,push' }]],
  ],
  [
    'Negotiate, Basic realm=x , Bearer Realm="y"',
    [
      ['negotiate', {}],
      ['basic', { realm: 'x' }],
      ['bearer', { realm: 'y' }],
    ],
  ],
])('%s', (header, expected) => {
  const found = parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);
  expect(found).toEqual(expected);
});

test.each([
  ['docker.io', 'https://registry-1.docker.io'],
  ['quay.io', 'https://quay.io'],
  ['localhost:5000', 'http://localhost:5000'],
  ['127.0.0.1', 'http://127.0.0.1'],
  ['127.0.0.1.example.com', 'https://127.0.0.1.example.com'],
  ['[::1]:5000', 'http://[::1]:5000'],
])('the registry of %s is at %s', (domain, endpoint) => {
  expect(endpointOf(domain)).toBe(endpoint);
});

test('a token goes to the registry it is of, and to nobody else', async () => {
  const seen: string[] = [];
  const connection = new Connection({
    endpoint: 'https://r.io',
    wait: async () => undefined,
    credentials: { user: 'ann', password: 'ü' },
    fetch: async ({ url, headers }) => {
      const authorization = headers.get('authorization');
      seen.push(`${url} ${authorization ?? '-'}`);
      if (url.startsWith('https://auth.io')) return Response.json({ access_token: 't' });
      return authorization || !url.startsWith('https://r.io')
        ? new Response('ok')
        : new Response(null, {
            status: 401,
            headers: { 'www-authenticate': 'Bearer realm="https://auth.io/",service="r"' },
          });
    },
  });
  const ask = (url: string) => connection.ask({ method: 'GET', url, scopes: ['repository:a:pull'] }, [200]);
  await ask('/v2/');
  await ask('/v2/again');
  await ask('https://elsewhere.io/upload');
  expect(seen).toEqual([
    'https://r.io/v2/ -',
    'https://auth.io/?service=r&scope=repository%3Aa%3Apull Basic YW5uOsO8',
    'https://r.io/v2/ Bearer t',
    'https://r.io/v2/again Bearer t',
    'https://elsewhere.io/upload -',
  ]);
});
