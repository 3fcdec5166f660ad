import { describe, expect, it } from 'vitest';
import { parseCgroupPath } from './cgroup-path';
import { parseIdMap } from './id-map';
import { parseProcessStat } from './process-stat';
import { parseProcessStatus } from './process-status';

// In the form Linux 6.18 prints, with values chosen so that no two fields are alike (shortened: the rest is not read).
const stat =
  '4711 (a) b (c) S 4700 4711 4700 34817 4720 4194304 512 0 0 0 3 1 0 0 20 0 1 0 358291 8372224 968 18446744073709551615 1 1 0 0 0 0 65536 3686404 1266761467 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0';
const status = `Name:\tbash
Umask:\t0022
State:\tS (sleeping)
Tgid:\t4711
Pid:\t4711
PPid:\t4700
Uid:\t1000\t1001\t1000\t1000
Gid:\t1000\t1002\t1000\t1000
NStgid:\t4711\t12\t1
NSpid:\t4711\t12\t1
SigIgn:\t0000000000384004
SigCgt:\t000000004b813efb
CapInh:\t0000000000000000
CapPrm:\t000001fffeffffff
CapEff:\t000001fffeffffff
CapBnd:\t000001fffeffffff
CapAmb:\t0000000000000000
NoNewPrivs:\t1
`;

describe('parseProcessStat', () => {
  it('reads the fields after a command with brackets and blanks', () => {
    expect(parseProcessStat(stat)).toMatchObject({
      command: 'a) b (c',
      state: 'alive',
      parent: 4700,
      group: 4711,
      session: 4700,
      tty: 'pts/1',
      startTime: 358291,
    });
  });

  it.each([
    ['T', 'stopped'],
    ['t', 'stopped'],
    ['Z', 'zombie'],
    ['R', 'alive'],
    ['D', 'alive'],
  ])('takes %s for %s', (letter, state) => {
    expect(parseProcessStat(stat.replace(') S ', `) ${letter} `))?.state).toBe(state);
  });

  it.each([
    [0, null],
    [34816 + 3, 'pts/3'],
    [(136 << 8) | 255, 'pts/255'],
    [(137 << 8) | 1, 'pts/257'],
    [1025, 'tty1'],
    [1088, 'ttyS0'],
    [1281, 'console'],
  ])('names terminal %d %s', (device, name) => {
    expect(parseProcessStat(stat.replace(' 34817 ', ` ${device} `))?.tty).toBe(name);
  });

  it('gives nothing for what a vanished process leaves', () => {
    expect(parseProcessStat('')).toBeNull();
    expect(parseProcessStat('12 (x) S 1')).toBeNull();
  });
});

describe('parseProcessStatus', () => {
  it('reads effective ids, the numbers in every pid namespace, sets and masks', () => {
    expect(parseProcessStatus(status)).toEqual({
      nsPids: [4711, 12, 1],
      uid: 1001,
      gid: 1002,
      capabilities: {
        inheritable: '0000000000000000',
        permitted: '000001fffeffffff',
        effective: '000001fffeffffff',
        bounding: '000001fffeffffff',
        ambient: '0000000000000000',
      },
      noNewPrivs: true,
      signals: { ignored: '0000000000384004', caught: '000000004b813efb' },
    });
  });

  it('gives nothing for an empty file', () => {
    expect(parseProcessStatus('')).toBeNull();
  });
});

describe('parseIdMap', () => {
  it('reads ranges, and none of an unwritten map', () => {
    expect(parseIdMap('         0       1000          1\n         1     100000      65536\n')).toEqual([
      { inside: 0, outside: 1000, count: 1 },
      { inside: 1, outside: 100000, count: 65536 },
    ]);
    expect(parseIdMap('')).toEqual([]);
  });
});

describe('parseCgroupPath', () => {
  const hybrid = '9:name=systemd:/\n8:pids:/underlay/a:b/lab\n3:cpu,cpuacct:/x\n0::/unified/path\n';
  it.each([
    ['pids', '/underlay/a:b/lab'],
    ['cpuacct', '/x'],
    ['name=systemd', '/'],
    ['', '/unified/path'],
    ['memory', null],
  ])('finds the path of %j', (controller, path) => {
    expect(parseCgroupPath(hybrid, controller)).toBe(path);
  });
});
