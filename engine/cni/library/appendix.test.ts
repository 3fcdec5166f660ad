/** The specification's worked example (SPEC.md 1.1.0, "Appendix: Examples"): each plugin gets exactly what it says there. */
import { expect, it } from 'vitest';
import { Cni, type Invocation, type Outcome, type PluginExecutor, parseNetworkList } from '..';
import type { CniFiles } from '../files';

const bridge = {
  type: 'bridge',
  bridge: 'cni0',
  keyA: ['some more', 'plugin specific', 'configuration'],
  ipam: { type: 'host-local', subnet: '10.1.0.0/16', gateway: '10.1.0.1' },
  dns: { nameservers: ['10.1.0.1'] },
};
const tuning = { type: 'tuning', capabilities: { mac: true }, sysctl: { 'net.core.somaxconn': '500' } };
const portmap = { type: 'portmap', capabilities: { portMappings: true } };
const named = { cniVersion: '1.1.0', name: 'dbnet' };
const list = parseNetworkList(JSON.stringify({ ...named, plugins: [bridge, tuning, portmap] }));

const runtime = {
  containerId: 'blue',
  netns: '/var/run/netns/blue',
  ifname: 'eth0',
  capabilityArgs: {
    mac: '00:11:22:33:44:66',
    portMappings: [{ hostPort: 8080, containerPort: 80, protocol: 'tcp' }],
  },
};
const withMac = { ...tuning, runtimeConfig: { mac: '00:11:22:33:44:66' } };
const withPorts = { ...portmap, runtimeConfig: { portMappings: runtime.capabilityArgs.portMappings } };

const resultWith = (mac: string) => ({
  cniVersion: '1.1.0',
  interfaces: [
    { name: 'cni0', mac: '00:11:22:33:44:55' },
    { name: 'veth3243', mac: '55:44:33:22:11:11' },
    { name: 'eth0', mac, sandbox: '/var/run/netns/blue' },
  ],
  ips: [{ interface: 2, address: '10.1.0.5/16', gateway: '10.1.0.1' }],
  routes: [{ dst: '0.0.0.0/0' }],
  dns: { nameservers: ['10.1.0.1'] },
});
const afterBridge = resultWith('99:88:77:66:55:44');
const afterTuning = resultWith('00:11:22:33:44:66');

/** Answers as the example's plugins do, and keeps what they are asked. */
class Example implements PluginExecutor {
  readonly asked: Array<[command: string | undefined, config: unknown]> = [];

  find(type: string): Promise<string | null> {
    return Promise.resolve(type);
  }
  run(plugin: string, { environment, stdin }: Invocation): Promise<Outcome> {
    const config: unknown = JSON.parse(stdin);
    this.asked.push([environment.CNI_COMMAND, config]);
    const result = plugin === 'bridge' ? afterBridge : afterTuning;
    const stdout = environment.CNI_COMMAND === 'ADD' ? JSON.stringify(result) : '';
    return Promise.resolve({ exitCode: 0, stdout, stderr: '', ending: 'exit status 0' });
  }
}

class Memory implements CniFiles {
  private readonly content = new Map<string, string>();
  async read(path: string) {
    return this.content.get(path) ?? null;
  }
  async list() {
    return [];
  }
  async makeDirectory() {}
  async write(path: string, content: string) {
    this.content.set(path, content);
  }
  async remove(path: string) {
    this.content.delete(path);
  }
}

it('ADD, CHECK and DEL of the example', async () => {
  const executor = new Example();
  const cni = new Cni({ executor, files: new Memory(), path: ['/opt/cni/bin'] });
  await cni.add(list, runtime);
  await cni.check(list, runtime);
  await cni.del(list, runtime);
  expect(executor.asked).toEqual([
    ['ADD', { ...named, ...bridge }],
    ['ADD', { ...named, ...withMac, prevResult: afterBridge }],
    ['ADD', { ...named, ...withPorts, prevResult: afterTuning }],
    ['CHECK', { ...named, ...bridge, prevResult: afterTuning }],
    ['CHECK', { ...named, ...withMac, prevResult: afterTuning }],
    ['CHECK', { ...named, ...withPorts, prevResult: afterTuning }],
    ['DEL', { ...named, ...withPorts, prevResult: afterTuning }],
    ['DEL', { ...named, ...withMac, prevResult: afterTuning }],
    ['DEL', { ...named, ...bridge, prevResult: afterTuning }],
  ]);
});
