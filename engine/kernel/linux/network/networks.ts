/** `Networks` on Linux. */
import type { NetworkNamespace, Networks } from '../../network';
import { LinuxNetworkNamespace } from './namespace';

export class LinuxNetworks implements Networks {
  /** `own`: the namespace that counts as the engine's, where it is another than the process's. */
  constructor(readonly own: string = '/proc/self/ns/net') {}

  openNetwork(namespace: string): NetworkNamespace {
    return new LinuxNetworkNamespace(namespace);
  }

  ownNetwork(): NetworkNamespace {
    return new LinuxNetworkNamespace(this.own);
  }
}
