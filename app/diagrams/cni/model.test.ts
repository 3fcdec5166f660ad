import { describe, expect, it } from 'vitest';
import type { CniCall, LabState } from '../../../engine/state';
import { sceneOf } from '../model/scene';
import { add, cniCall, cniStory, lastSceneOf, manyCalls, oneMachine } from '../test-support';
import { linesOf } from './json';
import { type CallNode, callLogs } from './model';
import { attachmentText } from './outline';
import { placeSequence } from './placement';

const still = (state: LabState) => sceneOf({ before: state, after: state, patch: {} });
const logOf = (step?: number) => callLogs(lastSceneOf(cniStory, step))[0];
const nested = ({ plugin, delegates }: CallNode): unknown => [plugin, ...delegates.map(nested)];
const operationsOf = (calls: CniCall[]) =>
  callLogs(still(add(oneMachine(), { cniCalls: calls })))[0]?.operations.map(({ command, calls: made }) => [
    command,
    ...made.map(nested),
  ]);
const chained = (name: string) => JSON.stringify({ name, prevResult: {} });

describe('callLogs', () => {
  it('nests a delegated call in the one that made it, and keeps the order of a list', () => {
    const [operation] = logOf(2)?.operations ?? [];
    expect(operation?.calls.map(nested)).toEqual([['bridge', ['host-local']], ['portmap'], ['tuning']]);
    expect(operation).toMatchObject({ command: 'ADD', network: 'mynet', container: 'blue', ifname: 'eth0' });
    expect(operation).toMatchObject({ answer: '10.22.0.2/16', outcome: 'ok', mark: 'new', count: 4 });
    expect(operation?.calls.map(({ chained: given }) => given)).toEqual([false, true, true]);
  });

  it('tells commands apart, the newest first', () => {
    expect(
      logOf()?.operations.map(({ command, network, outcome, answer }) => [command, network, outcome, answer]),
    ).toEqual([
      ['DEL', 'mynet', 'ok', 'ok'],
      ['ADD', 'mynet', 'running', 'still running'],
      ['ADD', '', 'error', 'failed'],
      ['ADD', 'full', 'error', 'error 11'],
      ['VERSION', '', 'ok', 'up to 1.1.0'],
      ['CHECK', 'mynet', 'ok', 'ok'],
      ['ADD', 'mynet', 'ok', '10.22.0.2/16'],
    ]);
  });

  it('keeps the code and the words of an error, also of a program that has none', () => {
    const errors = logOf(5)?.operations.map(({ calls }) => calls[0]?.error);
    expect(errors?.slice(1, 3)).toEqual([
      { code: null, message: 'myplugin: line 3: jq: not found' },
      { code: 11, message: 'no addresses available: range 10.9.0.0/30' },
    ]);
  });

  it('begins anew where a list begins again, and not where a list names a plugin twice', () => {
    const add1 = cniCall({ number: 1, command: 'ADD', plugin: 'ptp', stdin: '{"name":"n"}' });
    const again = cniCall({ number: 2, command: 'ADD', plugin: 'ptp', stdin: '{"name":"n"}' });
    const twice = cniCall({ number: 2, command: 'ADD', plugin: 'ptp', stdin: chained('n') });
    expect(operationsOf([add1, again])).toEqual([
      ['ADD', ['ptp']],
      ['ADD', ['ptp']],
    ]);
    expect(operationsOf([add1, twice])).toEqual([['ADD', ['ptp'], ['ptp']]]);
    const del = (number: number) => cniCall({ number, command: 'DEL', plugin: 'ptp', stdin: chained('n') });
    expect(operationsOf([del(1), del(2)])).toEqual([
      ['DEL', ['ptp']],
      ['DEL', ['ptp']],
    ]);
  });

  it('takes a call whose caller is no longer on record for one of the runtime', () => {
    expect(operationsOf([cniCall({ number: 7, parent: 3, command: 'DEL', plugin: 'host-local' })])).toEqual([
      ['DEL', ['host-local']],
    ]);
  });

  it('lists few of 200 calls and counts the others', () => {
    const [log] = callLogs(still(manyCalls()));
    expect([log?.operations.length, log?.more]).toEqual([40, 10]);
  });
});

describe('attachments', () => {
  it('are followed through the kernel’s devices', () => {
    expect(logOf(2)?.attachments.map(attachmentText)).toEqual([
      'blue eth0 10.22.0.2/16 in mynet, by veth1a2b3c4d to cni0',
    ]);
  });

  it('stay to be seen when they go, and say when their device is missing', () => {
    expect(logOf()?.attachments.map(({ mark }) => mark)).toEqual(['gone']);
    const [log] = callLogs(still(manyCalls()));
    expect(log?.attachments[0] && attachmentText(log.attachments[0])).toContain('its device is not there');
  });
});

describe('placeSequence', () => {
  it.each([300, 342, 900])('keeps what is nested within what it is part of, at %i units', (room) => {
    const [operation] = logOf(2)?.operations ?? [];
    if (!operation) throw new Error('no operation');
    const { calls, lifelines, width, height } = placeSequence(operation, room);
    const [bridge, ipam, portmap] = calls;
    expect(lifelines.map(({ name }) => name)).toEqual(['runtime', 'bridge', 'host-local', 'portmap', 'tuning']);
    expect([bridge, ipam, portmap].map((call) => [call?.from, call?.to])).toEqual([
      [0, 1],
      [1, 2],
      [0, 3],
    ]);
    expect(bridge && ipam && bridge.called < ipam.called && ipam.answered < bridge.answered).toBe(true);
    expect(bridge && portmap && bridge.answered < portmap.called).toBe(true);
    expect(width * 0.86).toBeLessThanOrEqual(Math.max(room, 342));
    expect(height).toBeGreaterThan(portmap?.answered ?? 0);
  });
});

describe('linesOf', () => {
  const text = (json: string) => linesOf(json).map((words) => words.map(({ text: word }) => word).join(''));

  it('prints JSON in lines, short parts in one', () => {
    const value = {
      name: 'a',
      ips: [{ address: '10.0.0.1/8' }],
      none: {},
      deep: { list: ['x'.repeat(30), 'y'.repeat(30)] },
    };
    expect(text(JSON.stringify(value))).toEqual([
      '{',
      '  "name": "a",',
      '  "ips": [{ "address": "10.0.0.1/8" }],',
      '  "none": {},',
      '  "deep": {',
      '    "list": [',
      `      "${'x'.repeat(30)}",`,
      `      "${'y'.repeat(30)}"`,
      '    ]',
      '  }',
      '}',
    ]);
  });

  it('tells keys, strings, numbers and keywords apart', () => {
    const words = linesOf('{"a\\"b":"c: 1","n":-1.5e3,"t":true,"z":null}').flat();
    expect(words.filter(({ kind }) => kind !== 'punctuation')).toEqual([
      { kind: 'key', text: '"a\\"b"' },
      { kind: 'string', text: '"c: 1"' },
      { kind: 'key', text: '"n"' },
      { kind: 'number', text: '-1500' },
      { kind: 'key', text: '"t"' },
      { kind: 'keyword', text: 'true' },
      { kind: 'key', text: '"z"' },
      { kind: 'keyword', text: 'null' },
    ]);
  });

  it('leaves what is not JSON as it is', () => {
    expect(text('not { json\nat all\n')).toEqual(['not { json', 'at all']);
  });
});
