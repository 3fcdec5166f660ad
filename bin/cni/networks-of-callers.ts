/** The network namespaces that callers are in, kept open for a moment: the next call comes from the same one most often. */
import { readlinkSync } from 'node:fs';
import { type Caller, LinuxNetworks } from '../../engine/kernel/linux';

const keptMs = 2000;

interface Kept {
  networks: LinuxNetworks;
  users: number;
  timer?: NodeJS.Timeout;
}

export class NetworksOfCallers {
  readonly #own = readlinkSync('/proc/self/ns/net');
  readonly #kept = new Map<string, Kept>();

  async use<T>(caller: Caller, action: (networks: LinuxNetworks) => Promise<T>): Promise<T> {
    const { id, path } = caller.network();
    const kept = this.#kept.get(id) ?? { networks: new LinuxNetworks(path), users: 0 };
    // Opened while the caller is there: its path leads nowhere afterwards.
    kept.networks.ownNetwork();
    this.#kept.set(id, kept);
    clearTimeout(kept.timer);
    kept.users += 1;
    try {
      return await action(kept.networks);
    } finally {
      kept.users -= 1;
      if (kept.users === 0 && id !== this.#own) kept.timer = setTimeout(() => this.#drop(id), keptMs);
    }
  }

  dispose(): void {
    for (const id of this.#kept.keys()) this.#drop(id);
  }

  #drop(id: string): void {
    const kept = this.#kept.get(id);
    clearTimeout(kept?.timer);
    kept?.networks.dispose();
    this.#kept.delete(id);
  }
}
