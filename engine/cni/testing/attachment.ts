/** For tests: a host and a container of the test's own, ours or Debian's plugins called in them, and what came of it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LinuxNetworks, lockFile } from '../../kernel/linux';
import { TestNetwork } from '../../kernel/linux/testing/network-namespaces';
import { allPlugins, InProcessExecutor, type Plugin, runPlugin } from '..';
import { askSocket, NodeLeaseFiles, ProcessExecutor } from '../host';
import { debianPlugins } from './debian';

export interface Called {
  exitCode: number | null;
  /** What was printed, decoded; undefined for nothing. */
  printed: PrintedResult | undefined;
}

export interface PrintedResult {
  code?: number;
  msg?: string;
  interfaces?: Array<{ name: string; mac?: string; sandbox?: string }>;
  ips?: Array<{ address: string; gateway?: string; interface?: number }>;
  routes?: Array<{ dst: string; gw?: string }>;
}

export type Config = Record<string, unknown> & { type: string; result?: PrintedResult };

/** One host with any number of containers. */
export class TestHost {
  readonly network: TestNetwork;
  readonly directory = mkdtempSync(join(tmpdir(), 'underlay-cni-'));
  readonly #boxes: TestNetwork[] = [];
  readonly #networks: LinuxNetworks;
  readonly #ours: Map<string, Plugin>;
  readonly #shared: boolean;

  /** `network`: that of another host, which is removed with that one. */
  constructor(
    readonly whose: 'ours' | 'debian',
    network?: TestNetwork,
  ) {
    this.network = network ?? new TestNetwork();
    this.#shared = network !== undefined;
    this.#networks = new LinuxNetworks(this.network.path);
    this.#ours = allPlugins({
      networks: this.#networks,
      files: new NodeLeaseFiles(lockFile),
      askDaemon: askSocket,
      executor: (plugins) => new InProcessExecutor(plugins, new ProcessExecutor(process.env)),
    });
  }

  box(): TestNetwork {
    const box = new TestNetwork();
    this.#boxes.push(box);
    return box;
  }

  async call(
    command: string,
    box: TestNetwork | null,
    config: Config,
    more: Record<string, string> = {},
  ): Promise<Called> {
    const environment = {
      CNI_COMMAND: command,
      CNI_CONTAINERID: box?.name ?? 'nobody',
      CNI_NETNS: box?.path ?? '',
      CNI_IFNAME: 'eth0',
      CNI_PATH: debianPlugins,
      ...more,
    };
    const stdin = JSON.stringify({ cniVersion: '1.0.0', name: 'net', ...config });
    const output =
      this.whose === 'ours'
        ? await this.#inProcess(config.type, environment, stdin)
        : this.#process(config.type, environment, stdin);
    const printed: PrintedResult | undefined = output.stdout === '' ? undefined : JSON.parse(output.stdout);
    return { exitCode: output.exitCode, printed };
  }

  /** ADD, of which nothing else is expected than that it works. */
  async add(box: TestNetwork, config: Config, more: Record<string, string> = {}): Promise<PrintedResult> {
    const { exitCode, printed } = await this.call('ADD', box, config, more);
    if (exitCode !== 0 || !printed) throw new Error(`ADD ${config.type} (${this.whose}): ${JSON.stringify(printed)}`);
    return printed;
  }

  async #inProcess(type: string, environment: Record<string, string>, stdin: string) {
    const plugin = this.#ours.get(type);
    if (!plugin) throw new Error(`there is no plugin ${type}`);
    return runPlugin(plugin, environment, stdin);
  }

  #process(type: string, environment: Record<string, string>, stdin: string) {
    const { status, stdout } = spawnSync('ip', ['netns', 'exec', this.network.name, `${debianPlugins}/${type}`], {
      input: stdin,
      encoding: 'utf8',
      env: { ...process.env, ...environment },
    });
    return { exitCode: status, stdout };
  }

  dispose(): void {
    this.#networks.dispose();
    for (const box of this.#boxes) box.dispose();
    if (!this.#shared) this.network.dispose();
    rmSync(this.directory, { recursive: true });
  }
}

/** A result's text without what differs from one attachment to another. */
export function maskedResult(result: PrintedResult): string {
  return JSON.stringify(result, null, 1)
    .replace(/([0-9a-f]{2}:){5}[0-9a-f]{2}/g, 'MAC')
    .replace(/(veth|bwp)[0-9a-f]+/g, 'DEVICE')
    .replace(/underlay-test[0-9-]*/g, 'BOX');
}

/** What iproute2 tells of a namespace, with all that differs from one time to the next taken out. */
export function facts(network: TestNetwork): string {
  const told = [
    network.ip(['-o'], 'link', 'addr', 'route show table all', 'rule'),
    network.ip(['-o', '-6'], 'route show table all'),
  ].flatMap((text) => text.split('\n'));
  return [...new Set(told.map(masked))].sort().join('\n');
}

function masked(line: string): string {
  // Carriers come and go a little later than devices. Link-local addresses follow the hardware address; of IPv6 an address has local routes once it is no longer tentative.
  if (/fe80::|ff00::|(anycast|local) fd00:/.test(line)) return '';
  return line
    .replace(/([0-9a-f]{2}:){5}[0-9a-f]{2}/g, 'MAC')
    .replace(/(veth|bwp)[0-9a-f]{8,}/g, 'DEVICE')
    .replace(/^\d+: /, '')
    .replace(/@\w+/g, '@OTHER')
    .replace(/ link-netns(id)? \S+| qlen \d+| tentative| nodad| linkdown|NO-CARRIER,|,LOWER_UP|,M-DOWN| state \w+/g, '')
    .replace(/\s+/g, ' ')
    .replaceAll(' \\', '\\')
    .trim();
}
