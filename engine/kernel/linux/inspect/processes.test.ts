import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasCapability, type LabState } from '../../../state';
import { ScratchMachine, whyNoScratchMachines } from './scratch-machine';

const reason = whyNoScratchMachines();
if (reason) console.warn(`skipped: processes of the real kernel (${reason})`);

const named = (state: LabState, name: string) => Object.values(state.processes).find(({ command }) => command === name);

describe.skipIf(reason)('processes of a lab', () => {
  let lab: ScratchMachine;
  beforeEach(async () => {
    lab = await ScratchMachine.start();
  });
  afterEach(() => lab.dispose());

  it('shows a process with its place among the others, and that it is gone', async () => {
    await lab.run('sleep 1234 & echo');
    const sleep = await lab.until((state) => named(state, 'sleep'));
    const init = lab.observer.state.processes[String(lab.observer.state.machines.lab?.initPid)];
    expect(sleep).toMatchObject({
      machine: 'lab',
      args: ['sleep', '1234'],
      state: 'alive',
      cwd: '/mnt',
      root: '/',
      cgroup: '/',
    });
    expect(sleep.parent).toBe(init?.pid);
    expect(init?.nsPids).toEqual([1]);
    expect(sleep.namespaces).toEqual(init?.namespaces);
    await lab.run('kill $!; wait $!; true');
    await lab.until((state) => !named(state, 'sleep'));
  });

  it('follows stopping, continuing, and a zombie until it is reaped', async () => {
    await lab.run('sleep 1000 & echo');
    const { pid } = await lab.until((state) => named(state, 'sleep'));
    const hasState = (wanted: string) => (state: LabState) => state.processes[pid]?.state === wanted;
    process.kill(pid, 'SIGSTOP');
    await lab.until(hasState('stopped'));
    process.kill(pid, 'SIGCONT');
    await lab.until(hasState('alive'));
    // A parent that never waits.
    await lab.run('(exec 3>&-; sleep 0.01 & exec sleep 1000) & echo');
    const zombie = await lab.until((state) => Object.values(state.processes).find((it) => it.state === 'zombie'));
    expect(zombie.command).toBe('sleep');
    process.kill(zombie.parent, 'SIGKILL');
    await lab.until((state) => !state.processes[zombie.pid]);
  });

  it('sees what a shell does to itself without any event', async () => {
    const init = String(lab.observer.state.machines.lab?.initPid);
    await lab.run('cd /usr');
    await lab.until((state) => state.processes[init]?.cwd === '/usr');
    await lab.run('trap "" USR1');
    await lab.until((state) => (parseInt(state.processes[init]?.signals.ignored ?? '0', 16) & 0x200) !== 0);
  });

  it('reads users, capabilities, no_new_privs and a changed root', async () => {
    await lab.run('setpriv --reuid 1000 --regid 1001 --clear-groups --no-new-privs --inh-caps -all sleep 1000 & echo');
    const sleep = await lab.until((state) => Object.values(state.processes).find(({ uid }) => uid === 1000 && state));
    await lab.until((state) => state.processes[sleep.pid]?.command === 'sleep');
    const settled = lab.observer.state.processes[sleep.pid];
    expect(settled).toMatchObject({ uid: 1000, gid: 1001, noNewPrivs: true });
    expect(settled && hasCapability(settled, 21)).toBe(false);
    await lab.run('mkdir -p new && mount --rbind / new && chroot new sleep 2000 & echo');
    const moved = await lab.until((state) => Object.values(state.processes).find(({ root }) => root !== '/'));
    expect(moved.root).toBe('/mnt/new');
  });

  it('keeps up with a burst of short processes and reports what is left', async () => {
    await lab.run('for i in $(seq 300); do /bin/true; done; sleep 1000 & for i in $(seq 50); do (:); done');
    await lab.until((state) => named(state, 'sleep') && Object.keys(state.processes).length === 3);
    expect(lab.stats.failures).toBe(0);
  });

  it('gives out no new state while nothing changes', async () => {
    const before = await lab.observer.inspect();
    const after = await lab.observer.inspect();
    expect(after).toBe(before);
  });
});
