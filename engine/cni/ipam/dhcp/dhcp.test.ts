/** The dhcp plugin and its daemon, against dnsmasq. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LinuxNetworks, LinuxPacketSockets, lockFile } from '../../../kernel/linux';
import { allPlugins, answerCall, DhcpDaemon, dhcp, InProcessExecutor, runPlugin } from '../..';
import { askSocket, listenOn, NodeLeaseFiles, ProcessExecutor } from '../../host';

const own = `dhcp-test-${process.pid}`;
const [outside, inside] = [`${own}-server`, `${own}-container`];
const netns = `/run/netns/${inside}`;
const ip = (...args: string[]) => execFileSync('ip', args, { encoding: 'utf8' });

/** Waits for answers are short here; what a lease waits for is fired by the test. */
class TestTimers {
  readonly waiting = new Map<() => void, number>();
  /** How much faster than a client's patience. */
  haste = 20;
  after(milliseconds: number, callback: () => void): () => void {
    if (milliseconds <= 4000) {
      const timer = setTimeout(callback, milliseconds / this.haste);
      return () => clearTimeout(timer);
    }
    this.waiting.set(callback, milliseconds);
    return () => this.waiting.delete(callback);
  }
  fire(): number {
    const [next] = this.waiting;
    if (!next) throw new Error('nothing waits');
    this.waiting.delete(next[0]);
    next[0]();
    return next[1];
  }
}

function reasonToSkip(): string | undefined {
  if (process.getuid?.() === 0 && existsSync('/usr/sbin/dnsmasq')) return undefined;
  const reason = 'skipped: only root can, and with dnsmasq (apt-get install dnsmasq-base)';
  process.stderr.write(`${reason}\n`);
  return reason;
}

describe.skipIf(reasonToSkip())('dhcp', () => {
  let directory = '';
  let server: ChildProcess;
  let socket: Server;
  let daemon: DhcpDaemon;
  let packets: LinuxPacketSockets;
  const timers = new TestTimers();
  const lost: string[] = [];
  const path = () => join(directory, 'ours.sock');
  const leases = () => readFileSync(join(directory, 'leases'), 'utf8').trim().split('\n').filter(Boolean);

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'cni-dhcp-'));
    for (const namespace of [outside, inside]) ip('netns', 'add', namespace);
    ip('-n', outside, 'link', 'add', 'srv0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', inside);
    ip('-n', outside, 'address', 'add', '10.77.0.1/24', 'dev', 'srv0');
    ip('-n', outside, 'link', 'set', 'srv0', 'up');
    ip('-n', outside, 'link', 'add', 'br0', 'type', 'bridge');
    ip('-n', outside, 'address', 'add', '10.78.0.1/24', 'dev', 'br0');
    ip('-n', outside, 'link', 'set', 'br0', 'up');
    server = startServer();
    packets = new LinuxPacketSockets();
    const log = (line: string) => lost.push(line);
    daemon = new DhcpDaemon({ packets, networks: new LinuxNetworks(), timers, random: () => 0x2a2a2a2a, log });
    socket = await listenOn(path(), (line) => answerCall(daemon, line));
  });

  afterAll(async () => {
    socket?.close();
    await daemon?.dispose();
    packets?.dispose();
    server?.kill();
    for (const namespace of [outside, inside]) spawnSync('ip', ['netns', 'delete', namespace]);
    rmSync(directory, { recursive: true, force: true });
  });

  function startServer(): ChildProcess {
    const options = [
      '--keep-in-foreground',
      '--conf-file=/dev/null',
      '--port=0',
      '--interface=srv0,br0',
      '--bind-interfaces',
      '--dhcp-authoritative',
      '--no-ping',
      '--user=root',
      '--pid-file=',
      `--dhcp-leasefile=${directory}/leases`,
      '--dhcp-range=10.77.0.50,10.77.0.60,255.255.255.0,1h',
      '--dhcp-range=10.78.0.50,10.78.0.60,255.255.255.0,1h',
      '--dhcp-option=option:dns-server,10.77.0.9',
      '--dhcp-option=option:domain-name,lab.example',
    ];
    return spawn('ip', ['netns', 'exec', outside, 'dnsmasq', ...options], { stdio: 'ignore' });
  }

  const environment = (command: string, id: string) => ({
    CNI_COMMAND: command,
    CNI_CONTAINERID: id,
    CNI_NETNS: netns,
    CNI_IFNAME: 'eth0',
    CNI_PATH: '/nowhere',
  });
  const config = (daemonSocketPath: string) =>
    JSON.stringify({ cniVersion: '1.0.0', name: 'lan', type: 'x', ipam: { type: 'dhcp', daemonSocketPath } });
  async function call(command: string, id = 'one', at = path()) {
    const { stdout } = await runPlugin(dhcp(askSocket), environment(command, id), config(at));
    const printed: unknown = stdout === '' ? null : JSON.parse(stdout);
    return printed;
  }

  it('gets a lease, renews it, gives it back', async () => {
    // dnsmasq may still be starting: the client asks more than once.
    expect(await call('ADD')).toEqual({
      cniVersion: '1.0.0',
      ips: [{ address: expect.stringMatching(/^10\.77\.0\.(5\d|60)\/24$/), gateway: '10.77.0.1' }],
      routes: [{ dst: '0.0.0.0/0', gw: '10.77.0.1' }],
      dns: { nameservers: ['10.77.0.9'], domain: 'lab.example' },
    });
    const id = Buffer.from('one/lan/eth0')
      .toString('hex')
      .replaceAll(/(..)(?!$)/g, '$1:');
    expect(leases()).toEqual([expect.stringContaining(`00:${id}`)]);
    expect(await call('CHECK')).toBeNull();

    // Half of the hour, and again. The server answers to the address, which somebody has to have by now.
    const [address = ''] = leases()[0]?.match(/10\.77\.0\.\d+/) ?? [];
    ip('-n', inside, 'address', 'add', `${address}/24`, 'dev', 'eth0');
    expect(timers.fire()).toBe(1_800_000);
    await vi.waitFor(() => expect(timers.waiting.size).toBe(1));
    // A little sooner, as servers say so that not all come at once; without an answer it would be half of the rest.
    expect([...timers.waiting.values()][0]).toBeGreaterThan(1_500_000);

    expect(await call('DEL')).toBeNull();
    await vi.waitFor(() => expect(leases()).toEqual([]));
    expect(timers.waiting.size).toBe(0);
    expect(await call('DEL')).toBeNull();
  });

  it('gives an interface of the bridge its address', async () => {
    const plugins = allPlugins({
      networks: new LinuxNetworks(`/run/netns/${outside}`),
      files: new NodeLeaseFiles(lockFile),
      askDaemon: askSocket,
      executor: (all) => new InProcessExecutor(all, new ProcessExecutor(process.env)),
    });
    const bridge = plugins.get('bridge');
    if (!bridge) throw new Error('no bridge');
    const ipam = { type: 'dhcp', daemonSocketPath: path() };
    const stdin = JSON.stringify({ cniVersion: '1.0.0', name: 'lan', type: 'bridge', bridge: 'br0', ipam });
    const run = (command: string) =>
      runPlugin(bridge, { ...environment(command, 'bridged'), CNI_IFNAME: 'net1' }, stdin);
    const added: unknown = JSON.parse((await run('ADD')).stdout);
    expect(added).toMatchObject({
      ips: [{ interface: 2, address: expect.stringMatching(/^10\.78\.0\.\d+\/24$/), gateway: '10.78.0.1' }],
    });
    expect(ip('-n', inside, '-brief', 'address', 'show', 'net1')).toMatch(/UP .*10\.78\.0\.\d+\/24/);
    expect(await run('DEL')).toMatchObject({ exitCode: 0 });
    await vi.waitFor(() => expect(leases()).toEqual([]));
  });

  it('takes the interface down when the lease is lost', async () => {
    await call('ADD', 'four');
    server.kill();
    await new Promise((resolve) => server.once('exit', resolve));
    timers.haste = 500;
    for (let fired = 0; lost.length === 0; fired++) {
      expect(fired).toBeLessThan(20);
      timers.fire();
      await vi.waitFor(() => expect(timers.waiting.size + lost.length).toBe(1));
    }
    expect(lost[0]).toMatch(/^four\/lan\/eth0: lost 10\.77\.0\.\d+: no DHCP server answers/);
    expect(ip('-n', inside, '-brief', 'link', 'show', 'eth0')).toContain('DOWN');
    expect(await call('ADD', 'five')).toMatchObject({ code: 11 });
  });

  it('says so when there is no daemon', async () => {
    const nowhere = join(directory, 'nowhere.sock');
    expect(await call('ADD', 'six', nowhere)).toMatchObject({ code: 5 });
    await expect(listenOn(path(), () => Promise.resolve(''))).rejects.toThrow('listens on');
  });
});
