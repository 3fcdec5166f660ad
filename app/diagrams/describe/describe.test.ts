import { describe, expect, it } from 'vitest';
import { applyPatch, diff, type Image, type LabState } from '../../../engine/state';
import {
  add,
  address,
  cniCall,
  cniStory,
  containerStory,
  device,
  hostUser,
  image,
  ipcStory,
  machineNamespaces,
  mount,
  mountStory,
  namespace,
  namespacesStory,
  networkStory,
  oneMachine,
  overlayStory,
  pidStory,
  process,
  type Story,
  userStory,
  utsStory,
} from '../test-support';
import { describeChange } from './describe';

const told = (before: LabState, after: LabState) =>
  describeChange(before, after, diff(before, after)).map(({ mark, text }) => `${mark}: ${text}`);

/** What each step of a story is told as. */
function toldOf({ start, steps }: Story): string[][] {
  return steps.map(({ state }, index) => told(steps[index - 1]?.state ?? start, state));
}

const born = machineNamespaces(4026532300);

describe('describeChange, lesson by lesson', () => {
  it('tells an overlay: mount, copy-up, whiteout, opaque directory', () => {
    expect(toldOf(overlayStory)).toEqual([
      [],
      ['new: mounted overlay on /root/merged (lower: /root/lower2:/root/lower1, upper: /root/upper)'],
      ['new: base.txt was copied up to the upper layer'],
      ['new: whiteout for common.txt in the upper layer: the name is hidden'],
      [
        'new: logs is an opaque directory in the upper layer: nothing below shows through',
        'new: new file logs/new.log in the upper layer',
      ],
      ['new: etc was copied up to the upper layer', 'new: etc/app.conf was copied up to the upper layer'],
    ]);
  });

  it('tells namespaces: made, pinned, ended, entered', () => {
    expect(toldOf(namespacesStory)).toEqual([
      [
        'new: new UTS namespace 4026532411, owner the host’s user namespace',
        'new: new IPC namespace 4026532412, owner the host’s user namespace',
        'new: process sleep (20) started, in UTS namespace 4026532411 and IPC namespace 4026532412',
      ],
      [
        'new: new network namespace 4026532413, owner the host’s user namespace',
        'new: new mount namespace 4026532414, owner the host’s user namespace, with a copy of 11 mounts',
        'new: process bash (25) started, in mount namespace 4026532414 and network namespace 4026532413',
      ],
      ['changed: pinned UTS namespace keep (4026532411) by a bind mount on /run/keep'],
      ['gone: IPC namespace 4026532412 is gone', 'gone: process sleep (20) ended'],
      ['new: process bash (31) started, in UTS namespace keep (4026532411)'],
    ]);
  });

  it('tells a hostname', () => {
    expect(toldOf(utsStory)[1]).toEqual(['changed: hostname in UTS namespace 4026532421: island, was lab']);
  });

  it('tells IPC objects', () => {
    const [made, , queued, removed] = toldOf(ipcStory);
    expect(made).toContain('new: new shared memory 0x1d2c3b4a (4.0 KiB, 0 attached) in lab’s IPC namespace');
    expect(queued).toContain('new: new POSIX queue /jobs (2 messages) in IPC namespace 4026532431');
    expect(removed).toEqual(['gone: semaphores 0x55aa0001 was removed from lab’s IPC namespace']);
  });

  it('tells pid namespaces and what becomes of their processes', () => {
    const [outer, , inner, signals] = toldOf(pidStory);
    expect(outer).toContain(
      'new: process bash (61) started, in PID namespace 4026532441, number 1 in its PID namespace',
    );
    expect(inner?.[0]).toBe(
      'new: new PID namespace 4026532443, owner the host’s user namespace, inside PID namespace 4026532441',
    );
    expect(signals).toEqual(['changed: process sleep (69) is stopped', 'gone: process sleep (70) ended']);
  });

  it('tells a propagated mount once, with every namespace it reached', () => {
    expect(toldOf(mountStory)[2]).toEqual([
      'new: mounted tmpfs on /root/data (source data), in lab’s mount namespace, mount namespace 4026532451 and mount namespace 4026532452',
    ]);
  });

  it('tells a network: bridge, veth pair, addresses, routes, rules, sockets', () => {
    const [, bridge, pair, wired, nat] = toldOf(networkStory);
    expect(bridge).toEqual(['new: new bridge br0 in lab', 'new: address 10.0.0.1/24 on br0 in lab']);
    expect(pair).toEqual(['changed: br0 in lab has a carrier now', 'new: new veth pair: red0 in lab, eth0 in red']);
    expect(wired).toContain('changed: eth0 in red is up now');
    expect(wired).toContain('new: default route via 10.0.0.1 dev eth0 in red');
    expect(wired).toContain('new: a process listens on tcp 0.0.0.0:8080 in blue');
    expect(nat).toEqual([
      'changed: lab’s network namespace forwards IPv4 now',
      'new: default route via 203.0.113.1 dev eth0 in lab',
      'new: packet rule in nat postrouting in lab: ip saddr 10.0.0.0/24 oifname "eth0" masquerade',
    ]);
  });

  it('tells user namespaces and their maps', () => {
    const [, rootless, ranges, nested] = toldOf(userStory);
    expect(rootless?.[0]).toBe(
      'new: new user namespace 4026532471, owner the host’s user namespace, created by uid 1000, uid_map 0 inside is 1000 outside',
    );
    expect(ranges?.[0]).toBe(
      'changed: wrote uid_map and gid_map of user namespace 4026532471: 0 inside is 1000 outside; 1–65536 inside is 100000–165535 outside',
    );
    expect(nested?.[0]).toBe(
      'new: new user namespace 4026532473, owner user namespace 4026532471, created by uid 1000',
    );
  });
});

describe('describeChange, one by one', () => {
  const lab = oneMachine();
  const change = (patch: Parameters<typeof applyPatch>[1]) => told(lab, applyPatch(lab, patch));
  const shell = lab.processes['41012'];
  if (!shell) throw new Error('the fixture has no shell');

  it('says nothing when nothing changed', () => {
    expect(told(lab, lab)).toEqual([]);
  });

  it('tells of many like processes in one sentence', () => {
    const sleeps = Array.from({ length: 9 }, (_, index) =>
      process(42000 + index, { parent: 41012, command: 'sleep', namespaces: born }),
    );
    const busy = add(lab, { processes: sleeps });
    expect(told(lab, busy)).toEqual(['new: 9 processes sleep started']);
    expect(told(busy, lab)).toEqual(['gone: 9 processes sleep ended']);
  });

  it.each([
    [{ command: 'top' }, 'changed: process 12 runs top now, was bash'],
    [
      { state: 'zombie' as const },
      'changed: process bash (12) ended and is a zombie: its parent has not waited for it',
    ],
    [{ cwd: '/tmp' }, 'changed: working directory of bash (12): /tmp'],
    [{ uid: 1000 }, 'changed: process bash (12) is uid 1000 on the host now, was 0'],
    [{ root: '/jail' }, 'changed: root directory of bash (12): /jail'],
    [{ parent: 41001 }, null],
    [{ parent: 99 }, 'changed: process bash (12) was adopted by a process outside the Machine'],
    [{ namespaces: { ...born, net: 'net:77' as const } }, 'changed: process bash (12) entered network namespace 77'],
    [{ pidForChildren: 'pid:78' as const }, 'changed: children of bash (12) will be born in PID namespace 78'],
    [
      { capabilities: { ...shell.capabilities, effective: '0000000000000000' } },
      'changed: effective capabilities of bash (12): none, were 33 of 41',
    ],
  ])('tells what became of a process: %j', (more, text) => {
    expect(change({ processes: { 41012: { ...shell, ...more } } })).toEqual(text === null ? [] : [text]);
  });

  it('tells a bind mount by the path it shows', () => {
    const bound = add(lab, {
      mounts: [mount(born.mnt, 170, 101, '/mnt', { root: '/home-root/data', device: '0:50' })],
    });
    expect(told(lab, bound)).toEqual(['new: bind-mounted /root/data on /mnt']);
    expect(told(bound, lab)).toEqual(['gone: unmounted /mnt']);
  });

  it('tells of many mounts that changed alike in one sentence', () => {
    const apart = Object.entries(lab.mounts).map(([key, entry]) => [key, { ...entry, propagation: {} }]);
    expect(change({ mounts: Object.fromEntries(apart) })).toEqual([
      'changed: all 11 mounts in lab’s mount namespace: each is private now, was shared',
    ]);
  });

  it('tells of a tree of mounts that came, moved or went by its top', () => {
    const tree = (id: number, point: string) => [
      mount(born.mnt, id, 101, point, { device: '0:90' }),
      ...Array.from({ length: 6 }, (_, index) =>
        mount(born.mnt, id + 1 + index, id, `${point}/m${index}`, { device: `0:${91 + index}` }),
      ),
    ];
    const there = add(lab, { mounts: tree(300, '/root/tree') });
    const moved = add(lab, { mounts: tree(300, '/srv') });
    expect(told(lab, there)).toEqual(['new: mounted tmpfs on /root/tree, with 6 mounts below it']);
    expect(told(there, moved)).toEqual(['changed: moved the mount at /root/tree to /srv, with 6 mounts below it']);
    expect(told(there, lab)).toEqual(['gone: unmounted /root/tree, with 6 mounts below it']);
  });

  it('tells what pivot_root did', () => {
    const old = lab.mounts[`${born.mnt}/100`];
    if (!old) throw new Error('the fixture has no root mount');
    const pivoted = add(lab, {
      mounts: [{ ...old, mountPoint: '/old' }, mount(born.mnt, 400, 1, '/', { device: '0:99' })],
    });
    expect(told(lab, pivoted)).toEqual(['new: new root: / of tmpfs', 'changed: the old root is at /old now']);
  });

  it('tells a moved device as one change', () => {
    const here = add(lab, { devices: [device(born.net, 4, 'v0', 'veth')] });
    const there = add(add(lab, {}), {
      namespaces: [namespace('net:99', { owner: hostUser, pins: [{ mountNs: born.mnt, path: '/run/netns/red' }] })],
    });
    const moved = add(there, { devices: [device('net:99', 4, 'eth0', 'veth')] });
    expect(told(applyPatch(there, { devices: here.devices }), moved)).toEqual([
      'changed: moved v0 from lab to red, as eth0',
    ]);
  });

  it('tells an address that was taken away, and keeps quiet about link-local ones', () => {
    const wired = add(lab, {
      devices: [device(born.net, 2, 'eth0', 'veth')],
      addresses: [address(born.net, 2, '10.0.0.2/24'), address(born.net, 2, 'fe80::1/64')],
    });
    const bare = add(lab, { devices: [device(born.net, 2, 'eth0', 'veth')] });
    expect(told(wired, bare)).toEqual(['gone: address 10.0.0.2/24 is gone from eth0 in lab']);
  });

  it('lets everything in a namespace go with it in one sentence', () => {
    const [, second] = namespacesStory.steps;
    if (!second) throw new Error('the story has no second step');
    const without = applyPatch(second.state, {
      namespaces: { 'net:4026532413': null, 'mnt:4026532414': null },
      mounts: Object.fromEntries(
        Object.keys(second.state.mounts)
          .filter((key) => key.startsWith('mnt:4026532414'))
          .map((key) => [key, null]),
      ),
      processes: { 41025: null },
    });
    expect(told(second.state, without)).toEqual([
      'gone: network namespace 4026532413 is gone',
      'gone: mount namespace 4026532414 is gone',
      'gone: process bash (25) ended',
    ]);
  });

  it('tells cgroups and their limits', () => {
    const group = { machine: 'lab', path: '/demo', processes: 0, pidsMax: null, memoryMaxBytes: null };
    expect(change({ cgroups: { 'lab/demo': group } })).toEqual(['new: new cgroup /demo']);
    const made = applyPatch(lab, { cgroups: { 'lab/demo': group } });
    const limited = applyPatch(made, { cgroups: { 'lab/demo': { ...group, pidsMax: 10, memoryMaxBytes: 1 << 20 } } });
    expect(told(made, limited)).toEqual([
      'changed: pids.max of cgroup /demo: 10',
      'changed: memory limit of cgroup /demo: 1.0 MiB',
    ]);
  });
});

describe('describeChange, of what stands above the kernel', () => {
  const firsts = (story: Story) =>
    toldOf(story).map((lines) => lines.filter((line) => !/process|namespace/.test(line)));

  it('tells a container going through its states', () => {
    expect(firsts(containerStory)).toEqual([
      ['new: container web is created'],
      ['changed: container web is running now, was created'],
      ['changed: container web is paused now, was running'],
      ['new: container job is running', 'new: container later-and-with-a-long-name is created'],
      ['changed: container web is running now, was paused'],
      ['changed: container web is stopped now, was running'],
      ['gone: container web was deleted'],
    ]);
  });

  it('tells calls of plugins in their order, and what came of them', () => {
    expect(firsts(cniStory)[1]?.slice(0, 5)).toEqual([
      'new: plugin bridge ADD: success',
      'new: plugin host-local ADD: success',
      'new: plugin portmap ADD: success',
      'new: plugin tuning ADD: success',
      'new: container blue was attached to network mynet as eth0 with 10.22.0.2/16',
    ]);
    const running = add(oneMachine(), {
      cniCalls: [cniCall({ number: 1, command: 'ADD', plugin: 'bridge', exitCode: null })],
    });
    const failed = add(running, { cniCalls: [cniCall({ number: 1, command: 'ADD', plugin: 'bridge', exitCode: 1 })] });
    expect(told(oneMachine(), running)).toEqual(['new: plugin bridge ADD: it runs']);
    expect(told(running, failed)).toEqual(['changed: plugin bridge ADD ended: exit code 1']);
    expect(told(failed, oneMachine())).toEqual([]);
  });

  it('tells images that come, change, lose contents and go', () => {
    const own = { layout: '/var/lib/images' };
    const layers = [{ digest: `sha256:${'ab'.repeat(32)}`, size: 3, mediaType: 'tar', diffId: null, createdBy: null }];
    const whole = add(oneMachine(), { images: [image('a:1', layers, own)] });
    const state = (more: Partial<Image>) => add(whole, { images: [image('a:1', layers, { ...own, ...more })] });
    const digests = layers.map(({ digest }) => digest);
    expect(told(oneMachine(), whole)).toEqual(['new: image a:1 is in /var/lib/images']);
    const lacking = state({ missing: digests });
    expect(told(whole, lacking)).toEqual(['changed: image a:1 in /var/lib/images lacks abababababab']);
    expect(told(lacking, whole)).toEqual(['changed: image a:1 in /var/lib/images is whole again']);
    expect(told(whole, state({ corrupt: digests }))).toEqual([
      'changed: image a:1 in /var/lib/images: abababababab is not what its digest says',
    ]);
    expect(told(whole, state({ digest: `sha256:${'cd'.repeat(32)}` }))[0]).toMatch(/is cdcdcdcdcdcd now, was \w{12}$/);
    expect(told(whole, oneMachine())).toEqual(['gone: image a:1 went from /var/lib/images']);
    const four = add(oneMachine(), { images: [1, 2, 3, 4].map((number) => image(`b:${number}`, layers, own)) });
    expect(told(oneMachine(), four)).toEqual(['new: 4 images are in /var/lib/images']);
  });
});
