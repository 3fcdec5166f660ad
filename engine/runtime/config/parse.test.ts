import { describe, expect, it } from 'vitest';
import { ConfigError, parseConfig, parseProcess, parseResources, readJson, writeJson } from './index';

const minimal = { ociVersion: '1.2.0', root: { path: 'rootfs' } };

function problemsIn(read: () => unknown): string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ path, problem }) => `${path}: ${problem}`);
    throw error;
  }
  return [];
}

describe('reading config.json', () => {
  it('tells of everything that is wrong, with the field and what was there', () => {
    const text = JSON.stringify({
      ociVersion: 1,
      process: { cwd: 'tmp', terminal: 'yes', args: [], user: { uid: -1 }, oomScoreAdj: 1001 },
      mounts: [{ type: 'proc' }],
      hooks: { poststop: [{ path: 'bin/true' }, { path: '/bin/true', timeout: 0 }] },
      linux: {
        namespaces: [{ type: 'pid' }, { type: 'network', path: 'net' }, { type: 'foo' }],
        sysctl: { 'net.core.somaxconn': 256 },
        resources: {
          blockIO: { weightDevice: [{ major: 8, minor: 0 }] },
          hugepageLimits: [{ pageSize: '2mb', limit: 1 }],
        },
        seccomp: { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [{ names: [], action: 'SCMP_ACT_DENY' }] },
      },
    });
    expect(problemsIn(() => parseConfig(text))).toEqual([
      'ociVersion: has to be a string, and is 1',
      'root: is missing',
      'mounts[0].destination: is missing',
      'process.terminal: has to be true or false, and is "yes"',
      'process.cwd: "tmp" is no absolute path',
      'process.args: needs at least 1 entry',
      'process.user.uid: -1 is less than 0',
      'process.user.gid: is missing',
      'process.oomScoreAdj: 1001 is more than 1000',
      'hooks.poststop[0].path: "bin/true" is no absolute path',
      'hooks.poststop[1].timeout: has to be more than 0',
      'linux.namespaces[1].path: "net" is no absolute path',
      'linux.namespaces[2].type: "foo" is not one of pid, network, mount, ipc, uts, user, cgroup, time',
      'linux.resources.blockIO.weightDevice[0]: needs weight or leafWeight',
      'linux.resources.hugepageLimits[0].pageSize: "2mb" is no size like "64KB", "2MB" or "1GB"',
      'linux.seccomp.syscalls[0].names: needs at least 1 entry',
      expect.stringContaining('linux.seccomp.syscalls[0].action: "SCMP_ACT_DENY" is not one of SCMP_ACT_KILL, '),
      'linux.sysctl["net.core.somaxconn"]: has to be a string, and is 256',
    ]);
  });

  it('passes over fields it does not know, and those that are null', () => {
    const config = { ...minimal, vm: { kernel: {} }, process: null, linux: { devices: null, later: true } };
    expect(parseConfig(JSON.stringify(config))).toEqual({ ...minimal, linux: {} });
  });

  it('says where a text stops being JSON', () => {
    expect(problemsIn(() => parseConfig('{"ociVersion": 12345678901234567890,}'))[0]).toMatch(/^: is no JSON: /);
  });

  it('keeps integers of 64 bits', () => {
    const rlimits = '[{"type": "RLIMIT_CORE", "soft": 18446744073709551615, "hard": 18446744073709551615}]';
    const process = parseProcess(`{"cwd": "/", "rlimits": ${rlimits}}`, 'process.json');
    expect(process.rlimits).toEqual([{ type: 'RLIMIT_CORE', soft: 2n ** 64n - 1n, hard: 2n ** 64n - 1n }]);
    expect(process.user).toEqual({ uid: 0, gid: 0 });
    expect(readJson(writeJson(process))).toEqual(process);
    expect(parseResources('{"memory": {"limit": -1, "swap": 9007199254740991}}', '-').memory).toEqual({
      limit: -1,
      swap: 9007199254740991,
    });
    const tooLarge = '{"memory": {"limit": 9223372036854775808}, "cpu": {"shares": -1}}';
    expect(problemsIn(() => parseResources(tooLarge, 'resources'))).toEqual([
      'memory.limit: 9223372036854775808 is not between -9223372036854775808 and 9223372036854775807',
      'cpu.shares: -1 is not between 0 and 18446744073709551615',
    ]);
  });

  it('takes long digits in strings for what they are', () => {
    const text = '{"a": "12345678901234567890", "b": "\\"12345678901234567890", "c": 1234567890123456.5}';
    expect(readJson(text)).toEqual({ a: '12345678901234567890', b: '"12345678901234567890', c: 1234567890123456.5 });
  });
});
