import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LabState, madeNamespaces, type NamespaceKind } from '../../../state';
import { ScratchMachine, whyNoScratchMachines } from './scratch-machine';

const reason = whyNoScratchMachines();
if (reason) console.warn(`skipped: namespaces of the real kernel (${reason})`);

const flags: Array<[NamespaceKind, string]> = [
  ['mnt', '-m'],
  ['uts', '-u'],
  ['ipc', '-i'],
  ['net', '-n'],
  ['user', '-U'],
  ['cgroup', '-C'],
  ['time', '-T -f'],
  ['pid', '-p -f'],
];
const none = (kind: NamespaceKind) => (state: LabState) => madeNamespaces(state, kind).length === 0;

describe.skipIf(reason)('namespaces of a lab', () => {
  let lab: ScratchMachine;
  beforeEach(async () => {
    lab = await ScratchMachine.start();
  });
  afterEach(() => lab.dispose());

  it.each(flags)('shows a %s namespace made with unshare %s, and that it is gone', async (kind, flag) => {
    await lab.run(`unshare ${flag} sleep 1000 & echo`);
    const made = await lab.until((state) => madeNamespaces(state, kind)[0]);
    expect(made).toMatchObject({ kind, initial: false, pins: [] });
    expect(made.owner).toMatch(/^user:/);
    await lab.run('pkill -KILL -x sleep; wait');
    await lab.until(none(kind));
  });

  it('numbers a process in every pid namespace below the Machine, and names the parents', async () => {
    await lab.run('unshare -pf unshare -pf sleep 1000 & echo');
    const sleep = await lab.until((state) =>
      Object.values(state.processes).find(({ command, nsPids }) => command === 'sleep' && nsPids.length === 3),
    );
    expect(sleep.nsPids.slice(1)).toEqual([2, 1]);
    const { namespaces, machines } = lab.observer.state;
    const inner = namespaces[sleep.namespaces.pid];
    const outer = namespaces[inner?.parent ?? ''];
    expect(outer?.parent).toBe(machines.lab?.namespaces.pid);
  });

  it('shows the pid namespace that only children will be born in', async () => {
    await lab.run('unshare -p sleep 1000 & echo');
    const sleep = await lab.until((state) =>
      Object.values(state.processes).find(({ pidForChildren }) => pidForChildren),
    );
    expect(sleep.pidForChildren).not.toBe(sleep.namespaces.pid);
  });

  it('shows a namespace that a bind mount keeps, where it is pinned, and lets it go', async () => {
    await lab.run('touch pin && unshare --net=pin true');
    const pinned = await lab.until((state) => madeNamespaces(state, 'net')[0]);
    const mountNs = lab.observer.state.machines.lab?.namespaces.mnt;
    expect(pinned.pins).toEqual([{ mountNs, path: '/mnt/pin' }]);
    await lab.run('umount pin');
    await lab.until(none('net'));
  });

  it('shows a namespace that an open descriptor keeps', async () => {
    await lab.run('unshare -n sleep 1000 & echo');
    const made = await lab.until((state) => madeNamespaces(state, 'net')[0]);
    await lab.run('exec 9</proc/$!/ns/net; kill $!; wait $!; true');
    await lab.until((state) => !Object.values(state.processes).some(({ command }) => command === 'sleep'));
    expect((await lab.observer.inspect()).namespaces[made.id]).toMatchObject({ kind: 'net' });
    await lab.run('exec 9<&-');
    await lab.until(none('net'));
  });

  it('reads a host name that a builtin or program changed, per namespace', async () => {
    const own = lab.observer.state.machines.lab?.namespaces.uts ?? '';
    await lab.run('unshare -u bash -c "hostname inner; exec sleep 1000" & hostname outer');
    const inner = await lab.until((state) => madeNamespaces(state, 'uts').find(({ hostname }) => hostname === 'inner'));
    const outer = await lab.until((state) => state.namespaces[own]?.hostname === 'outer' && state.namespaces[own]);
    expect(inner.domainname).toBe('');
    expect(outer.hostname).toBe('outer');
  });

  it('reads the maps of a user namespace, its owner and who made it', async () => {
    await lab.run('unshare -U sleep 1000 & echo');
    const made = await lab.until((state) => madeNamespaces(state, 'user')[0]);
    expect(made).toMatchObject({ uidMap: [], gidMap: [], setgroups: 'allow', ownerUid: 0 });
    await lab.run('echo 0 1000 5 > /proc/$!/uid_map; echo deny > /proc/$!/setgroups; echo 7 0 1 > /proc/$!/gid_map');
    const mapped = await lab.until(({ namespaces: { [made.id]: ns } }) => ns?.gidMap?.length && ns);
    expect(mapped.uidMap).toEqual([{ inside: 0, outside: 1000, count: 5 }]);
    expect(mapped.gidMap).toEqual([{ inside: 7, outside: 0, count: 1 }]);
    expect(mapped.setgroups).toBe('deny');
    expect(lab.observer.state.namespaces[made.parent ?? '']).toMatchObject({ kind: 'user', initial: true });
  });

  it('says of a namespace made in a user namespace that it is owned by that', async () => {
    await lab.run('unshare -Urn sleep 1000 & echo');
    const net = await lab.until((state) => madeNamespaces(state, 'net')[0]);
    const user = await lab.until((state) => madeNamespaces(state, 'user')[0]);
    expect(net.owner).toBe(user.id);
  });
});
