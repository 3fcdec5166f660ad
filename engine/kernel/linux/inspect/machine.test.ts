import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { layerPaths, rootfsPath } from '../../../../setup/paths.mjs';
import { deviceNamed, type LabState, madeNamespaces, mountAt } from '../../../state';
import type { Kernel, LabKernel } from '../../port';
import { LinuxHost } from '../host/host';
import { bash, bootLab, cannotBoot, machineOf } from '../testing/lab';

describe.skipIf(cannotBoot())('the state of booted Machines', () => {
  let lab: LabKernel;
  let machine: Kernel;
  beforeAll(async () => {
    lab = await bootLab(
      {
        machines: [
          { id: 'lab', hostname: 'lab' },
          { id: 'internet', hostname: 'internet' },
        ],
        links: [
          {
            ends: [
              { machine: 'lab', device: 'eth0', addresses: ['10.1.0.2/24'], gateway: '10.1.0.1' },
              { machine: 'internet', device: 'eth0', addresses: ['10.1.0.1/24'] },
            ],
          },
        ],
      },
      new LinuxHost({ rootfs: rootfsPath(), layers: layerPaths() }),
    );
    machine = machineOf(lab);
  });
  afterAll(() => lab?.dispose());

  const own = (state: LabState, kind: 'net' | 'mnt') => state.machines.lab?.namespaces[kind] ?? `${kind}:0`;
  async function until<T>(wanted: (state: LabState) => T | undefined | false | null | 0): Promise<T> {
    for (let i = 0; i < 200; i++) {
      const found = wanted(await lab.inspect());
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`never came: ${wanted}`);
  }

  it('names both Machines, their processes and their cgroups with limits', async () => {
    const state = await lab.inspect();
    expect(Object.keys(state.machines).sort()).toEqual(['internet', 'lab']);
    const init = state.processes[state.machines.lab?.initPid ?? ''];
    expect(init).toMatchObject({ machine: 'lab', nsPids: [1], cgroup: '/', root: '/', cwd: '/' });
    expect(
      Object.values(state.cgroups)
        .map(({ machine: id, path }) => id + path)
        .sort(),
    ).toEqual(['internet/', 'lab/']);
    expect(state.namespaces[init?.namespaces.uts ?? '']).toMatchObject({ hostname: 'lab', initial: false });
    expect(state.namespaces[init?.namespaces.user ?? '']?.initial).toBe(true);
    expect(state.overlays).toEqual({});
    expect(mountAt(state, own(state, 'mnt'), '/')?.fsType).toBe('overlay');
    expect(mountAt(state, own(state, 'mnt'), '/')?.propagation.shared).toBeGreaterThan(0);
  });

  it('links the devices of two Machines to each other', async () => {
    const state = await lab.inspect();
    const here = deviceNamed(state, own(state, 'net'), 'eth0');
    const there = deviceNamed(state, state.machines.internet?.namespaces.net ?? 'net:0', 'eth0');
    expect(here?.link).toEqual({ ns: there?.ns, index: there?.index });
    expect(there?.link).toEqual({ ns: here?.ns, index: here?.index });
    expect(
      Object.values(state.routes).some(
        ({ destination, gateway }) => destination === 'default' && gateway === '10.1.0.1',
      ),
    ).toBe(true);
  });

  it('shows rules made with nft and with iptables, and that they are gone', async () => {
    await bash(
      machine,
      `nft add table ip nat && nft 'add chain ip nat post { type nat hook postrouting priority 100; }' &&
       nft add rule ip nat post oifname "eth0" ip saddr 10.9.0.0/24 counter masquerade`,
    );
    const rule = await until(({ rules }) => Object.values(rules)[0]);
    expect(rule).toMatchObject({
      ns: own(lab.state, 'net'),
      family: 'ip',
      table: 'nat',
      chain: 'post',
      hook: 'postrouting',
      type: 'nat',
      verdict: 'masquerade',
    });
    expect(rule.text).toBe('oifname "eth0" ip saddr 10.9.0.0/24 counter masquerade');
    await bash(machine, 'iptables -A FORWARD -i eth0 -p tcp --dport 80 -j DROP');
    const dropped = await until(({ rules }) => Object.values(rules).find(({ chain }) => chain === 'FORWARD'));
    expect(dropped).toMatchObject({ table: 'filter', hook: 'forward', verdict: 'drop' });
    await bash(machine, 'nft flush ruleset');
    await until(({ rules }) => Object.keys(rules).length === 0);
  });

  it('hears of a terminal and what its shell does to itself', async () => {
    const terminal = await machine.openTerminal({ cols: 80, rows: 24 });
    await until((state) => state.processes[terminal.pid]?.tty === terminal.name);
    await terminal.write(Buffer.from('cd /usr\r'));
    await until((state) => state.processes[terminal.pid]?.cwd === '/usr');
    await terminal.write(Buffer.from('unshare -m\r'));
    await until((state) => madeNamespaces(state, 'mnt').length === 1);
    terminal.close();
    await until((state) => madeNamespaces(state, 'mnt').length === 0 && !state.processes[terminal.pid]);
  });
});
