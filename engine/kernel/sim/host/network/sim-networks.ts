/**
 * The `Networks` port in a simulated Machine: rtnetlink(7), nf_tables and sysctls of a namespace, as a process of the Machine
 * may use them. Paths are that process's, and its own namespace is the one it is in.
 */
import type { NetworkNamespace, Networks } from '../../../network';
import * as abi from '../../abi';
import { NsFile } from '../../fs/nsfs';
import type { SimKernel } from '../../kernel';
import { NetNamespace } from '../../net/types';
import type { Task } from '../../task/task';
import { startEngine } from '../engine-process';
import { attempt } from '../system/answers';
import { SimNetworkNamespace } from './namespace';

export class SimNetworks implements Networks {
  /** For a process of its own in a Machine, a child of its init. */
  static start(kernel: SimKernel, init: Task, changed: () => void): SimNetworks {
    return new SimNetworks(startEngine(kernel, init), changed);
  }

  /** `changed` is called when there may be something to do for whoever moves the kernel. */
  constructor(
    private readonly task: Task,
    private readonly changed: () => void = () => undefined,
  ) {}

  openNetwork(namespace: string): NetworkNamespace {
    const { vfs } = this.task.kernel;
    const file = attempt('open', namespace, () =>
      vfs.openPath(this.task, vfs.resolve(this.task, namespace), abi.O_RDONLY),
    );
    const release = () => vfs.drop(file);
    try {
      return attempt('setns', namespace, () => {
        if (!(file instanceof NsFile) || !(file.namespace instanceof NetNamespace)) throw new abi.SysError('EINVAL');
        return new SimNetworkNamespace(this.task, file.namespace, release, this.changed);
      });
    } catch (error) {
      release();
      throw error;
    }
  }

  ownNetwork(): NetworkNamespace {
    return new SimNetworkNamespace(this.task, this.task.ns.net, () => undefined, this.changed);
  }
}
