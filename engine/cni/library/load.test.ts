/** Which configuration a name stands for, and what is wrong with one that cannot be read. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadNetwork, loadNetworks } from '..';
import { NodeCniFiles } from '../host';

let directory = '';
const files = new NodeCniFiles();

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'cni-load-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const failure = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => new Error('it did not fail'),
    (error: Error) => error,
  );

describe('configurations of a directory', () => {
  const put = (name: string, content: object | string) => {
    mkdirSync(join(directory, 'net.d/beside'), { recursive: true });
    writeFileSync(join(directory, 'net.d', name), typeof content === 'string' ? content : JSON.stringify(content));
  };
  const load = (name: string) => loadNetwork(files, join(directory, 'net.d'), name);

  it('are found by name, lists before single ones, in the order of the files', async () => {
    put('20-a.conflist', { name: 'a', cniVersion: '1.0.0', plugins: [{ type: 'late' }] });
    put('10-a.conflist', { name: 'a', cniVersion: '1.0.0', plugins: [{ type: 'early' }] });
    put('00-a.conf', { name: 'a', type: 'single' });
    put('30-b.json', { name: 'b', cniVersion: '0.4.0', type: 'loopback' });
    put('README', 'not a configuration');
    expect((await load('a')).plugins).toMatchObject([{ type: 'early' }]);
    expect(await load('b')).toMatchObject({ cniVersion: '0.4.0', plugins: [{ type: 'loopback' }] });
    expect((await loadNetworks(files, join(directory, 'net.d'))).map(({ name }) => name)).toEqual(['a', 'a', 'a', 'b']);
    expect((await failure(load('c'))).message).toContain('no net configuration with name "c"');
  });

  it('are completed from the directory beside them', async () => {
    put('beside/20.conf', { type: 'second' });
    put('beside/10.conf', { type: 'first' });
    put('a.conflist', { name: 'beside', cniVersion: '1.1.0', plugins: [{ type: 'zeroth' }] });
    expect((await load('beside')).plugins.map(({ type }) => type)).toEqual(['zeroth', 'first', 'second']);
    put('a.conflist', { name: 'beside', loadOnlyInlinedPlugins: true, plugins: [{ type: 'zeroth' }] });
    expect((await load('beside')).plugins.map(({ type }) => type)).toEqual(['zeroth']);
    put('a.conflist', { name: 'beside' });
    expect((await load('beside')).plugins.map(({ type }) => type)).toEqual(['first', 'second']);
    put('a.conflist', { name: 'alone' });
    expect((await failure(load('alone'))).message).toContain('no plugin configs found');
  });

  it('are refused with the name of the file', async () => {
    expect((await failure(load('a'))).message).toContain('no net configurations found');
    put('a.conflist', '{');
    expect(await failure(load('a'))).toMatchObject({ code: 6, context: expect.stringContaining('net.d/a.conflist') });
  });
});
