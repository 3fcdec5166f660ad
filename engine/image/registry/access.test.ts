import { beforeEach, describe, expect, test } from 'vitest';
import { bytes, memoryStore, piece } from '../testing/images';
import type { AccessPolicy } from './access';
import { Registry } from './registry';

const policy: AccessPolicy = {
  isUser: (name, password) => name === 'ann' && password === 'pass:word',
  granted: (user, { name, actions }) =>
    user === 'ann' ? actions : actions.filter((one) => one === 'pull' && name === 'open'),
};
let registry: Registry;
let clock = 1_700_000_000_000;
let ids = 0;
const key = new Uint8Array(32).fill(7);

beforeEach(async () => {
  const newId = () => `u${ids++}`;
  registry = new Registry({
    store: await memoryStore(),
    domain: 'registry.lab:5000',
    now: () => clock,
    newId,
    auth: { policy, key },
  });
});

const ask = (method: string, path: string, authorization = '', body: string | null = null) =>
  registry.handle(
    new Request(new URL(path, 'http://registry.lab:5000'), {
      method,
      headers: authorization ? { authorization } : {},
      body,
    }),
  );
const ann = `Basic ${btoa('ann:pass:word')}`;
async function tokenFor(scope: string, authorization = ''): Promise<string> {
  const response = await ask('GET', `/token?service=registry.lab:5000&scope=${scope}`, authorization);
  expect(response.status).toBe(200);
  return `Bearer ${(await response.json()).token}`;
}
const codes = async (response: Response) => (await response.json()).errors.map(({ code }: { code: string }) => code);

test('without a token one is told where it is to be had', async () => {
  const response = await ask('PUT', '/v2/team/app/manifests/v1');
  expect([response.status, await codes(response)]).toEqual([401, ['UNAUTHORIZED']]);
  expect(response.headers.get('www-authenticate')).toBe(
    'Bearer realm="http://registry.lab:5000/token",service="registry.lab:5000",scope="repository:team/app:pull,push"',
  );
  expect((await ask('GET', '/v2/')).headers.get('www-authenticate')).not.toContain('scope');
});

describe('a token', () => {
  test.each([
    ['nobody reads what is open', '', 'repository:open:pull', 'GET', '/v2/open/tags/list', 404],
    ['nobody does not read what is not', '', 'repository:app:pull', 'GET', '/v2/app/tags/list', 403],
    ['nobody does not write', '', 'repository:open:pull,push', 'POST', '/v2/open/blobs/uploads/', 403],
    ['ann writes', ann, 'repository:app:pull,push', 'POST', '/v2/app/blobs/uploads/', 202],
    ['ann has to ask for what she wants', ann, 'repository:app:pull', 'POST', '/v2/app/blobs/uploads/', 403],
    ['ann asked for another one', ann, 'repository:app:pull,push', 'POST', '/v2/other/blobs/uploads/', 401],
    ['ann deletes', ann, 'repository:app:delete', 'DELETE', '/v2/app/manifests/v1', 404],
    ['ann lists all', ann, 'registry:catalog:*', 'GET', '/v2/_catalog', 200],
    ['any token opens the first door', '', 'repository:open:pull', 'GET', '/v2/', 200],
    ['two scopes at once', ann, 'repository:a:pull%20repository:b:pull,push', 'POST', '/v2/b/blobs/uploads/', 202],
  ])('%s', async (_, who, scope, method, path, status) => {
    expect((await ask(method, path, await tokenFor(scope, who))).status).toBe(status);
  });

  test('is not given for a wrong password', async () => {
    for (const wrong of [btoa('ann:pass'), btoa('bob:pass:word'), btoa('ann'), '%%', 'A']) {
      const response = await ask('GET', '/token?scope=repository:open:pull', `Basic ${wrong}`);
      expect([response.status, await codes(response)]).toEqual([401, ['UNAUTHORIZED']]);
    }
  });

  test('ends, and cannot be changed', async () => {
    const token = await tokenFor('repository:app:pull', ann);
    const [head, body, mac] = token.split('.');
    const claims = JSON.parse(atob(body ?? ''));
    const forged = btoa(JSON.stringify({ ...claims, exp: claims.exp + 1e6 })).replaceAll('=', '');
    for (const wrong of [
      `${head}.${forged}.${mac}`,
      `${head}.${body}.`,
      `${token}.x`,
      'Bearer x',
      `${token.slice(0, -1)}`,
    ])
      expect((await ask('GET', '/v2/app/tags/list', wrong)).status).toBe(401);
    expect((await ask('GET', '/v2/app/tags/list', token)).status).toBe(404);
    clock += 300_000;
    const late = await ask('GET', '/v2/app/tags/list', token);
    expect(late.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  test('opens no other repository to a mount', async () => {
    const blob = piece(bytes('secret'), 'text/plain');
    const path = `/v2/closed/blobs/uploads/?digest=${blob.descriptor.digest}`;
    await ask('POST', path, await tokenFor('repository:closed:pull,push', ann), 'secret');
    const mount = `/v2/app/blobs/uploads/?mount=${blob.descriptor.digest}&from=closed`;
    expect((await ask('POST', mount, await tokenFor('repository:app:pull,push', ann))).status).toBe(202);
    const both = await tokenFor('repository:app:pull,push&scope=repository:closed:pull', ann);
    expect((await ask('POST', mount, both)).status).toBe(201);
  });
});
