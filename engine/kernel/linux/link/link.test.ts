import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabKernel } from '../../port';
import { bash, bootLab, cannotBoot, machineOf } from '../testing/lab';
import { parseAddress, parseInterfaceAddress } from './address';

describe('addresses', () => {
  it('are parsed into bytes', () => {
    expect(parseInterfaceAddress('10.1.2.3/24')).toEqual({ family: 4, bytes: Uint8Array.of(10, 1, 2, 3), prefix: 24 });
    expect(Buffer.from(parseAddress('fd00::1:2').bytes).toString('hex')).toBe('fd000000000000000000000000010002');
    expect(Buffer.from(parseAddress('::ffff:1.2.3.4').bytes).toString('hex')).toBe('00000000000000000000ffff01020304');
    expect(Buffer.from(parseAddress('::').bytes).toString('hex')).toBe('0'.repeat(32));
  });

  it('are refused when they are none', () => {
    for (const wrong of ['10.0.0.1', '10.0.0.1/33', '10.0.0/24', 'fd00::1/129', 'x/8', '10.0.0.1/']) {
      expect(() => parseInterfaceAddress(wrong)).toThrow('EINVAL');
    }
  });
});

describe.skipIf(cannotBoot())('links', () => {
  let lab: LabKernel;
  let hostDevices: string[];
  beforeAll(async () => {
    hostDevices = readdirSync('/sys/class/net').sort();
    lab = await bootLab({
      machines: [
        {
          id: 'lab',
          hostname: 'lab',
          setup:
            'curl -sS --max-time 20 --retry 20 --retry-delay 0 --retry-all-errors http://10.0.0.2/ > /root/fetched',
        },
        {
          id: 'internet',
          hostname: 'internet',
          files: { '/srv/index.html': { content: 'welcome\n' } },
          setup: 'ip addr add 203.0.113.1/32 dev lo; cd /srv; setsid python3 -m http.server 80 > /dev/null 2>&1 &',
        },
      ],
      links: [
        {
          ends: [
            { machine: 'lab', device: 'eth0', addresses: ['10.0.0.1/24', 'fd00::1/64'], gateway: '10.0.0.2' },
            { machine: 'internet', device: 'lab0', addresses: ['10.0.0.2/24', 'fd00::2/64'] },
          ],
        },
        {
          ends: [
            { machine: 'lab', device: 'loop0' },
            { machine: 'lab', device: 'loop1' },
          ],
        },
      ],
    });
  });
  afterAll(() => lab?.dispose());

  it('are up with their addresses before the setups run', async () => {
    expect((await bash(machineOf(lab), 'cat /root/fetched')).stdout).toBe('welcome\n');
    const { stdout } = await bash(machineOf(lab), 'ip -br addr show dev eth0; ip route; ip -br link | cut -d" " -f1');
    expect(stdout).toMatch(/^eth0@if\d+ +UP +10\.0\.0\.1\/24 fd00::1\/64/);
    expect(stdout).toContain('default via 10.0.0.2 dev eth0');
    expect(stdout).toContain('10.0.0.0/24 dev eth0');
    expect(stdout).toContain('loop0@loop1');
  });

  it('carry packets both ways and through the gateway', async () => {
    expect(
      await bash(machineOf(lab), 'ping -c1 -W5 10.0.0.2 && ping -c1 -W5 203.0.113.1 && ping -c1 -W5 fd00::2'),
    ).toMatchObject({ exitCode: 0 });
    expect(await bash(machineOf(lab, 'internet'), 'ping -c1 -W5 10.0.0.1')).toMatchObject({ exitCode: 0 });
  });

  it('leave the host alone', () => {
    expect(readdirSync('/sys/class/net').sort()).toEqual(hostDevices);
  });

  it('fail the boot with the device in question', async () => {
    const machines = [
      { id: 'a', hostname: 'a' },
      { id: 'b', hostname: 'b' },
    ];
    const link = (device: string, address: string) => ({
      ends: [
        { machine: 'a', device, addresses: [address] },
        { machine: 'b', device: 'eth0' },
      ] satisfies [object, object],
    });
    await expect(bootLab({ machines, links: [link('eth0', '10.0.0.1')] })).rejects.toThrow('address 10.0.0.1: EINVAL');
    await expect(bootLab({ machines, links: [link('much-too-long-a-name', '10.0.0.1/8')] })).rejects.toThrow(
      'not a device name',
    );
    const twice = link('eth0', '10.0.0.1/24');
    await expect(bootLab({ machines, links: [twice, twice] })).rejects.toThrow('link a:eth0 to b:eth0: EEXIST');
  });
});
