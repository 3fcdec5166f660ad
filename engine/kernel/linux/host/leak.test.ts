import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hierarchies } from '../cgroup/hierarchy';
import { instanceName } from '../cgroup/tree';
import {
  bash,
  bootLab,
  cannotBoot,
  cgroupsOf,
  hostTraces,
  initPids,
  machineOf,
  processes,
  testHost,
  until,
} from '../testing/lab';

/** A server that boots a lab with two linked Machines and a terminal, says so, and goes on for ever. */
const server = `
  import { bootLab, initPids } from './engine/kernel/linux/testing/lab';
  async function main() {
    const ends = [{ machine: 'a', device: 'eth0', addresses: ['10.9.0.1/24'] }, { machine: 'b', device: 'eth0' }];
    const lab = await bootLab({ machines: [{ id: 'a', hostname: 'a' }, { id: 'b', hostname: 'b' }], links: [{ ends }] });
    const terminal = await lab.machines.get('a').openTerminal({ cols: 80, rows: 24 });
    terminal.onData(() => {});
    await terminal.write(Buffer.from('(trap "" HUP; setsid sleep 9753 &)\\n'));
    const probe = await lab.machines.get('a').spawn({ argv: ['bash', '-c', 'until pgrep -x sleep > /dev/null; do sleep 0.02; done'] });
    await probe.result;
    console.log(JSON.stringify([terminal.pid, ...initPids()]));
  }
  void main();
`;

describe.skipIf(cannotBoot())('nothing is left', () => {
  let children: ChildProcess[] = [];
  beforeAll(async () => {
    // What the first boot makes and keeps: the interpreter's file and the epoll set.
    await (await bootLab({}, host)).dispose();
  });
  afterAll(() => {
    for (const child of children) child.kill('SIGKILL');
    children = [];
  });
  const host = testHost();

  it('after twenty labs', async () => {
    const before = hostTraces();
    for (let round = 0; round < 10; round += 1) {
      const labs = await Promise.all([bootLab({}, host), bootLab({}, host)]);
      await Promise.all(
        labs.map(async (lab) => {
          const machine = machineOf(lab);
          const terminal = await machine.openTerminal({ cols: 80, rows: 24 });
          terminal.onData(() => {});
          await terminal.write(
            Buffer.from('setsid sleep 1000 & mount -t tmpfs tmpfs /mnt; ip link add v0 type veth\n'),
          );
          machine.files.watch('/root', () => {});
          await bash(
            machine,
            'mkdir -p /sys/fs/cgroup/pids/below; unshare -n true; nohup sleep 1000 > /dev/null 2>&1 &',
          );
          await lab.dispose();
        }),
      );
    }
    expect(hostTraces()).toEqual(before);
  });

  it('after the outer process was killed', async () => {
    const before = hostTraces();
    const lab = await bootLab({}, host);
    await machineOf(lab).spawn({ argv: ['sleep', '1000'] });
    const [init = 0] = initPids();
    const outer = processes().find(({ pid }) => pid === init)?.parent ?? 0;
    const ended = new Promise((resolve) => lab.onExit(resolve));
    process.kill(outer, 'SIGKILL');
    expect(await ended).toBe('lab');
    await lab.dispose();
    expect(hostTraces()).toEqual(before);
    await until(() => processes().every(({ pid }) => pid !== init));
  });

  it('of a Machine that has frozen its own processes, or all of itself', async (context) => {
    const freezer = hierarchies().find(({ version, controllers }) => version === 1 && controllers.includes('freezer'));
    if (!freezer) context.skip('no version 1 freezer on this host');
    const before = hostTraces();
    for (const place of ['/sys/fs/cgroup/freezer/below', '/sys/fs/cgroup/freezer']) {
      const lab = await bootLab({}, host);
      const script = `mkdir -p ${place}; sleep 1000 & echo $! > ${place}/cgroup.procs; echo FROZEN > ${place}/freezer.state`;
      await machineOf(lab).spawn({ argv: ['bash', '-c', `${script}; sleep 1000`] });
      const machines = `${freezer?.mountPoint}/underlay/${instanceName()}`;
      await until(() => statesBelow(machines).includes('FROZEN'));
      await lab.dispose();
    }
    expect(hostTraces()).toEqual(before);
  });

  it('after kill -9 of the server: its Machines end at once, and a sweep removes the cgroups', async () => {
    const devices = readdirSync('/sys/class/net').sort();
    const child = spawn('node', ['--import', 'tsx', '--input-type=module', '-e', server], {
      cwd: new URL('../../../..', import.meta.url),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const line = await new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve));
    const born: number[] = JSON.parse(line);
    const pid = child.pid ?? 0;
    expect(born.length).toBe(3);
    expect(cgroups(pid).length).toBeGreaterThan(0);
    const exit = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await exit;
    await until(() => processes().every((process) => !born.includes(process.pid) && process.parent !== pid));
    const left = cgroups(pid);
    const removed = await host.sweep();
    // Another server that started meanwhile may have swept first.
    if (left.length > 0) expect(removed.join('\n')).toContain(`/underlay/${pid}-`);
    expect(cgroups(pid)).toEqual([]);
    expect(readdirSync('/sys/class/net').sort()).toEqual(devices);
    expect((await host.sweep()).join('\n')).not.toContain(`/underlay/${pid}-`);
  });

  it('of others is touched by a sweep', async () => {
    const lab = await bootLab({}, host);
    await host.sweep();
    expect((await bash(machineOf(lab), 'echo alive')).stdout).toBe('alive\n');
    expect(cgroups(process.pid).length).toBeGreaterThan(0);
    await lab.dispose();
  });

  /** Of a version 1 freezer's cgroup and all below it. */
  function statesBelow(directory: string): string[] {
    const below = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const state = readFileSync(`${directory}/freezer.state`, 'utf8').trim();
    return [state, ...below.flatMap(({ name }) => statesBelow(`${directory}/${name}`))];
  }

  function cgroups(pid: number): string[] {
    return hierarchies().flatMap(({ mountPoint }) => cgroupsOf(`${mountPoint}/underlay`, pid));
  }
});
