/** unshare(2), setns(2), ioctl_ns(2). */
import * as abi from '../abi';
import { SysError } from '../abi/errno';
import { NsFile } from '../fs/nsfs';
import { shownId } from '../ns/id-map';
import { type Namespace, PidNamespace, UserNamespace } from '../ns/namespace';
import { PidFile } from '../task/pid-file';
import type { SimTask } from '../task/sim-task';
import { CredentialSyscalls } from './credential-calls';
import type { NamespaceCalls } from './sys';
import type { Fd } from './types';

const flagOf: Record<Namespace['kind'], number> = {
  mnt: abi.CLONE_NEWNS,
  uts: abi.CLONE_NEWUTS,
  ipc: abi.CLONE_NEWIPC,
  pid: abi.CLONE_NEWPID,
  net: abi.CLONE_NEWNET,
  user: abi.CLONE_NEWUSER,
  cgroup: abi.CLONE_NEWCGROUP,
  time: abi.CLONE_NEWTIME,
};
const allTypes = Object.values(flagOf).reduce((sum, flag) => sum | flag, 0);
/** A namespace costs what is copied into it. */
const makeCostNs = 30_000;

export abstract class NamespaceSyscalls extends CredentialSyscalls implements NamespaceCalls {
  unshare(flags: number): void {
    this.enter(makeCostNs);
    this.kernel.namespaces.unshare(this.self, flags);
  }
  setns(fd: Fd, type: number): void {
    this.enter();
    const file = this.kernel.vfs.getFile(this.task, fd);
    if (file instanceof PidFile) return this.#joinProcess(file.process, type);
    const ns = this.#namespace(fd, 'EINVAL');
    if (type !== 0 && flagOf[ns.kind] !== type) throw new SysError('EINVAL');
    this.kernel.namespaces.setns(this.self, ns);
  }

  nsGetUserns(fd: Fd): Fd {
    const { owner } = this.#namespace(fd, 'ENOTTY');
    return this.#openVisible(owner);
  }
  nsGetParent(fd: Fd): Fd {
    const ns = this.#namespace(fd, 'ENOTTY');
    if (ns instanceof PidNamespace || ns instanceof UserNamespace) return this.#openVisible(ns.parent);
    throw new SysError('EINVAL');
  }
  nsGetType(fd: Fd): number {
    return flagOf[this.#namespace(fd, 'ENOTTY').kind];
  }
  nsGetOwnerUid(fd: Fd): number {
    const ns = this.#namespace(fd, 'ENOTTY');
    if (!(ns instanceof UserNamespace)) throw new SysError('EINVAL');
    return shownId(this.task.cred.user, 'uid', ns.ownerUid);
  }

  /** All the wanted ones of a process; the user namespace first, so that it gives the right to the others. */
  #joinProcess(process: SimTask, types: number): void {
    if (types === 0 || (types & ~allTypes) !== 0) throw new SysError('EINVAL');
    if (!process.isAlive) throw new SysError('ESRCH');
    const { cred, ns } = process;
    const all: Namespace[] = [cred.user, ns.mnt, ns.uts, ns.ipc, ns.pid, ns.cgroup, ns.net, ns.time];
    for (const one of all) if ((types & flagOf[one.kind]) !== 0) this.kernel.namespaces.setns(this.self, one);
  }

  #namespace(fd: Fd, otherwise: abi.Errno): Namespace {
    const file = this.kernel.vfs.getFile(this.task, fd);
    if (file instanceof NsFile) return file.namespace;
    throw new SysError(otherwise);
  }

  /** EPERM for what lies above the caller's own. */
  #openVisible(ns: Namespace | null): Fd {
    if (!ns || !this.#isVisible(ns)) throw new SysError('EPERM');
    return this.kernel.vfs.install(this.task, this.kernel.vfs.openNamespace(ns), { closeOnExec: true });
  }

  #isVisible(ns: Namespace): boolean {
    const own = ns instanceof PidNamespace ? this.task.ns.pid : this.task.cred.user;
    for (let at: Namespace | null = ns; at !== null; at = parentOf(at)) if (at === own) return true;
    return false;
  }
}

function parentOf(ns: Namespace): Namespace | null {
  return ns instanceof PidNamespace || ns instanceof UserNamespace ? ns.parent : null;
}
