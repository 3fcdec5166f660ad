import { describe, expect, it } from 'vitest';
import { emptyState } from './empty';
import { catchesSignal, ignoresSignal, isMadeInit, ownNumber, processesRunning } from './query';
import type { LabState, Process } from './schema';

const none = '0000000000000000';

function process(changes: Partial<Process>): Process {
  return {
    pid: 100,
    machine: 'lab',
    parent: 1,
    nsPids: [100],
    session: 1,
    group: 1,
    state: 'alive',
    tty: null,
    command: 'sleep',
    args: ['sleep', '600'],
    uid: 0,
    gid: 0,
    capabilities: { inheritable: none, permitted: none, effective: none, bounding: none, ambient: none },
    noNewPrivs: false,
    signals: { ignored: none, caught: none },
    namespaces: {
      mnt: 'mnt:1',
      uts: 'uts:2',
      ipc: 'ipc:3',
      pid: 'pid:4',
      net: 'net:5',
      user: 'user:6',
      cgroup: 'cgroup:7',
      time: 'time:8',
    },
    pidForChildren: null,
    cgroup: '/',
    cwd: '/',
    root: '/',
    ...changes,
  };
}

describe('numbers of a process', () => {
  it('takes the innermost for its own', () => {
    expect(ownNumber(process({ nsPids: [237, 2, 1] }))).toBe(1);
    expect(ownNumber(process({ nsPids: [237] }))).toBe(237);
  });

  it("calls number 1 of a namespace below the Machine's an init that was made, and the Machine's own not", () => {
    expect(isMadeInit(process({ nsPids: [237, 1] }))).toBe(true);
    expect(isMadeInit(process({ nsPids: [237, 2] }))).toBe(false);
    expect(isMadeInit(process({ nsPids: [1] }))).toBe(false);
  });
});

describe('signals of a process', () => {
  // Bits count from 0, signals from 1: SIGTERM, 15, is 0x4000 (proc_pid_status(5)).
  const polite = process({ signals: { ignored: '0000000000000002', caught: '0000000000014000' } });

  it('finds SIGTERM (15) and SIGCHLD (17) among those with a handler', () => {
    expect(catchesSignal(polite, 15)).toBe(true);
    expect(catchesSignal(polite, 17)).toBe(true);
    expect(catchesSignal(polite, 16)).toBe(false);
  });

  it('keeps ignoring apart from handling', () => {
    expect(ignoresSignal(polite, 2)).toBe(true);
    expect(ignoresSignal(polite, 15)).toBe(false);
    expect(catchesSignal(polite, 2)).toBe(false);
  });

  it('reads the highest signal, 64', () => {
    expect(catchesSignal(process({ signals: { ignored: none, caught: '8000000000000000' } }), 64)).toBe(true);
  });
});

describe('finding processes', () => {
  const state: LabState = {
    ...emptyState(),
    processes: {
      10: process({ pid: 10 }),
      11: process({ pid: 11, args: ['sleep', '600', '1'] }),
      12: process({ pid: 12, args: ['unshare', 'sleep', '600'] }),
      13: process({ pid: 13 }),
    },
  };

  it('takes the whole command line, not a part of it', () => {
    expect(processesRunning(state, 'sleep', '600').map(({ pid }) => pid)).toEqual([10, 13]);
  });
});
