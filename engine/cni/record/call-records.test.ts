import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { lockFile } from '../../kernel/linux';
import type { Outcome } from '../executor';
import { NodeLeaseFiles } from '../host';
import { CallRecords } from '.';

const files = new NodeLeaseFiles(lockFile);
const done: Outcome = { exitCode: 0, stdout: '{}', stderr: '', ending: 'exit status 0' };
const bridge = { environment: { PATH: '/bin', CNI_COMMAND: 'ADD', CNI_IFNAME: 'eth0' }, stdin: '{"name":"net"}' };
const Numbered = z.object({ number: z.number(), parent: z.number().nullable(), exitCode: z.number().nullable() });

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'cni-records-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const read = (name: string): unknown => JSON.parse(readFileSync(join(directory, name), 'utf8'));
const names = () => readdirSync(directory).filter((name) => !name.startsWith('.'));

it('has what passed: while the plugin runs, and when it has ended', async () => {
  const records = new CallRecords(files, directory);
  const outcome = await records.around('/opt/cni/bin/bridge', bridge, async ({ environment }) => {
    expect(environment).toEqual({ ...bridge.environment, UNDERLAY_CNI_CALL: '1' });
    expect(read('000001.json')).toMatchObject({ exitCode: null, stdout: '' });
    expect(await records.has('/opt/cni/bin/bridge', environment)).toBe(true);
    // Somebody else's, called by this one without a record.
    expect(await records.has('/opt/cni/bin/host-local', environment)).toBe(false);
    const delegate = await records.around('/opt/cni/bin/host-local', { environment, stdin: '' }, async () => ({
      ...done,
      exitCode: null,
    }));
    return { ...done, stdout: delegate.stdout };
  });
  expect(outcome).toEqual(done);
  expect(read('000001.json')).toEqual({
    number: 1,
    parent: null,
    command: 'ADD',
    plugin: '/opt/cni/bin/bridge',
    environment: { CNI_COMMAND: 'ADD', CNI_IFNAME: 'eth0' },
    stdin: '{"name":"net"}',
    stdout: '{}',
    stderr: '',
    exitCode: 0,
  });
  // A signal ended it.
  expect(Numbered.parse(read('000002.json'))).toEqual({ number: 2, parent: 1, exitCode: 255 });
  expect(await records.has('/opt/cni/bin/bridge', { UNDERLAY_CNI_CALL: '1' })).toBe(false);
  expect(await records.has('/opt/cni/bin/bridge', {})).toBe(false);
});

it('keeps the last two hundred, each with a number of its own', async () => {
  const records = new CallRecords(files, directory);
  await Promise.all(Array.from({ length: 203 }, () => records.around('/p', bridge, async () => done)));
  expect([names().length, names().at(0), names().at(-1)]).toEqual([200, '000004.json', '000203.json']);
});

it('is no reason for a call to fail', async () => {
  const nowhere = new CallRecords(files, join(directory, 'nowhere'));
  expect(
    await nowhere.around('/p', bridge, async (invocation) => {
      expect(invocation).toBe(bridge);
      return done;
    }),
  ).toBe(done);
  const records = new CallRecords(files, directory);
  await expect(records.around('/p', bridge, () => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
  expect(read('000001.json')).toMatchObject({ stderr: 'gone', exitCode: 255 });
});
