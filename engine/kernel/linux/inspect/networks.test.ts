import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addressesOf, deviceNamed, type LabState, madeNamespaces } from '../../../state';
import { ScratchMachine, whyNoScratchMachines } from './scratch-machine';

const reason = whyNoScratchMachines();
if (reason) console.warn(`skipped: networks of the real kernel (${reason})`);

describe.skipIf(reason)('networks of a lab', () => {
  let lab: ScratchMachine;
  const own = (state: LabState) => state.machines.lab?.namespaces.net ?? 'net:0';
  const device = (name: string) => (state: LabState) => deviceNamed(state, own(state), name);
  beforeEach(async () => {
    lab = await ScratchMachine.start();
  });
  afterEach(() => lab.dispose());

  it('shows a device going up, its addresses and routes, and that they are gone', async () => {
    expect(device('lo')(lab.observer.state)).toMatchObject({ kind: 'loopback', up: false, link: null, master: null });
    await lab.run(
      'ip link set lo up && ip addr add 10.9.0.1/24 dev lo && ip route add 10.10.0.0/16 via 10.9.0.7 metric 5',
    );
    const lo = await lab.until((state) => device('lo')(state)?.up && device('lo')(state));
    await lab.until((state) => addressesOf(state, lo).includes('10.9.0.1/24'));
    const route = await lab.until(({ routes }) => Object.values(routes).find(({ gateway }) => gateway === '10.9.0.7'));
    expect(route).toMatchObject({
      family: 'ipv4',
      table: 254,
      destination: '10.10.0.0/16',
      metric: 5,
      type: 'unicast',
    });
    await lab.run('ip route add blackhole 10.11.0.0/16 && ip route add default via 10.9.0.9');
    await lab.until(({ routes }) => Object.values(routes).find(({ type }) => type === 'blackhole'));
    await lab.until(({ routes }) => Object.values(routes).find(({ destination }) => destination === 'default'));
    await lab.run('ip route del 10.10.0.0/16 && ip addr del 10.9.0.1/24 dev lo');
    await lab.until((state) => !addressesOf(state, lo).includes('10.9.0.1/24'));
  });

  it('links the two ends of a veth pair in two namespaces to each other', async () => {
    await lab.run('ip link add left type veth peer name right');
    const together = await lab.until((state) => device('right')(state) && device('left')(state));
    expect(together.link?.ns).toBe(own(lab.observer.state));
    await lab.run('unshare -n sleep 1000 & echo');
    const other = await lab.until((state) => madeNamespaces(state, 'net')[0]);
    await lab.run('ip link set right netns $!');
    const right = await lab.until((state) => {
      const found = deviceNamed(state, other.id, 'right');
      return found?.link?.ns === own(state) && found;
    });
    const left = await lab.until((state) => device('left')(state)?.link?.ns === other.id && device('left')(state));
    expect(right).toMatchObject({ kind: 'veth', link: { ns: own(lab.observer.state), index: left.index } });
    expect(left.link).toEqual({ ns: other.id, index: right.index });
  });

  it('shows the ports of a bridge', async () => {
    await lab.run('ip link add br0 type bridge && ip link add p0 type veth peer name p1 && ip link set p0 master br0');
    const bridge = await lab.until(device('br0'));
    const port = await lab.until((state) => device('p0')(state)?.master && device('p0')(state));
    expect(bridge.kind).toBe('bridge');
    expect(port.master).toBe(bridge.index);
    await lab.run('ip link del p0');
    await lab.until((state) => !device('p0')(state) && !device('p1')(state));
  });

  it('follows ip_forward', async () => {
    const forwards = (state: LabState) => state.namespaces[own(state)]?.ipForward;
    expect(forwards(lab.observer.state)).toBe(false);
    await lab.run('echo 1 > /proc/sys/net/ipv4/ip_forward');
    await lab.until(forwards);
  });

  it('shows listening and connected sockets, and unix sockets by name', async () => {
    await lab.run('ip link set lo up');
    const script = `
import socket, time
a = socket.socket(); a.bind(('127.0.0.1', 8080)); a.listen()
b = socket.socket(socket.AF_INET6); b.bind(('::', 9090)); b.listen()
c = socket.socket(); c.connect(('127.0.0.1', 8080)); g, _ = a.accept()
d = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); d.bind(('0.0.0.0', 5353))
e = socket.socket(socket.AF_UNIX); e.bind('/mnt/sock'); e.listen()
f = socket.socket(socket.AF_UNIX); f.bind(chr(0) + 'abstract'); f.listen()
time.sleep(1000)`;
    await lab.run(`python3 -c "${script}" & echo`);
    const listening = await lab.until(({ sockets }) => {
      const all = Object.values(sockets).map(({ protocol, local, state }) => `${protocol} ${local} ${state}`);
      return all.some((text) => text.includes('@abstract')) && all.sort();
    });
    expect(listening).toContain('tcp 127.0.0.1:8080 listen');
    expect(listening).toContain('tcp [::]:9090 listen');
    expect(listening).toContain('tcp 127.0.0.1:8080 established');
    expect(listening).toContain('udp 0.0.0.0:5353 unconnected');
    expect(listening).toContain('unix /mnt/sock listen');
    await lab.run('kill $!; wait $!; true');
    await lab.until(({ sockets }) => Object.keys(sockets).length === 0);
  });

  it('keeps reading the network of a namespace that only a bind mount keeps', async () => {
    await lab.run('touch pin && unshare --net=pin true');
    const pinned = await lab.until((state) => madeNamespaces(state, 'net')[0]);
    await lab.until((state) => deviceNamed(state, pinned.id, 'lo'));
    await lab.run('nsenter --net=pin ip link add br7 type bridge');
    await lab.until((state) => deviceNamed(state, pinned.id, 'br7'));
    await lab.run('umount pin');
    await lab.until((state) => !deviceNamed(state, pinned.id, 'lo'));
  });
});
