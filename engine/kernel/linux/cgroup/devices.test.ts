import { execFileSync } from 'node:child_process';
import { mkdirSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cannotBoot } from '../testing/lab';
import { attachDeviceFilter } from './devices';
import { hierarchies } from './hierarchy';

function unified(): string | undefined {
  return cannotBoot() ? undefined : hierarchies().find(({ version }) => version === 2)?.mountPoint;
}

const top = unified();
if (top === undefined) console.warn('skipped, no cgroup of version 2 here to attach a device filter to');

describe.skipIf(top === undefined)('the device filter of a version 2 cgroup', () => {
  const cgroup = `${top}/underlay-devices-${process.pid}`;
  const nodes = `${tmpdir()}/underlay-devices-${process.pid}`;
  beforeEach(() => {
    mkdirSync(cgroup);
    mkdirSync(nodes);
  });
  afterEach(() => {
    rmdirSync(cgroup);
    rmSync(nodes, { recursive: true });
  });

  /** Makes the nodes, then tries to open each from within the cgroup; says which could be. */
  function opened(devices: string[]): string[] {
    const tries = devices.map(
      (device, i) => `mknod ${nodes}/${i} ${device} && { : < ${nodes}/${i} && echo ${device.replaceAll(' ', ':')}; }`,
    );
    const script = `echo $$ > ${cgroup}/cgroup.procs; ${tries.join('; ')}; true`;
    return execFileSync('bash', ['-c', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .split('\n')
      .filter(Boolean);
  }

  it('lets nodes be made, and only the allowed devices be opened', () => {
    const devices = ['c 1 3', 'c 1 9', 'c 1 7', 'c 1 11', 'c 10 229', 'b 254 0'];
    expect(opened(devices)).toEqual(expect.arrayContaining(['c:1:3', 'c:1:11']));
    rmSync(nodes, { recursive: true });
    mkdirSync(nodes);
    attachDeviceFilter(cgroup);
    expect(opened(devices)).toEqual(['c:1:3', 'c:1:9', 'c:1:7']);
  });
});
