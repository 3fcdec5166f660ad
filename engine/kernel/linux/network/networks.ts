/** `Networks` on Linux. */
import type { NetworkNamespace, Networks } from '../../network';
import { LinuxNetworkNamespace } from './namespace';

export class LinuxNetworks implements Networks {
  #shared: SharedNamespace | null = null;

  /** `own`: the namespace that counts as the engine's, where it is another than the process's. */
  constructor(readonly own: string = '/proc/self/ns/net') {}

  openNetwork(namespace: string): NetworkNamespace {
    return new LinuxNetworkNamespace(namespace);
  }

  /**
   * Opened once, until `dispose`: closing a socket of nf_tables waits for all that earlier transactions have left to be
   * freed, some milliseconds each time.
   */
  ownNetwork(): NetworkNamespace {
    this.#shared ??= new SharedNamespace(this.own);
    return this.#shared;
  }

  dispose(): void {
    this.#shared?.release();
    this.#shared = null;
  }
}

class SharedNamespace extends LinuxNetworkNamespace {
  override close(): void {}

  release(): void {
    super.close();
  }
}
