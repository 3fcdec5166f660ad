/** Users, groups, capabilities (setuid(2), setresuid(2), capset(2), prctl(2)); ids as the caller's namespace numbers them. */
import { type CapabilityMask, capabilityNames } from '../abi/capabilities';
import { SysError } from '../abi/errno';
import { shownId, toKernelId } from '../ns/id-map';
import { type Credentials, isCapable } from '../task/credentials';
import { PidfdSyscalls } from './pidfd-calls';
import type { CredentialCalls } from './sys';

/** NGROUPS_MAX */
const maxGroups = 65_536;

type Sets = { effective: CapabilityMask; permitted: CapabilityMask; inheritable: CapabilityMask };

export abstract class CredentialSyscalls extends PidfdSyscalls implements CredentialCalls {
  getuid(): number {
    return this.#shownUid(this.task.cred.uid);
  }
  geteuid(): number {
    return this.#shownUid(this.task.cred.euid);
  }
  getgid(): number {
    return this.#shownGid(this.task.cred.gid);
  }
  getegid(): number {
    return this.#shownGid(this.task.cred.egid);
  }
  getresuid(): [number, number, number] {
    const { uid, euid, suid } = this.task.cred;
    return [this.#shownUid(uid), this.#shownUid(euid), this.#shownUid(suid)];
  }
  getresgid(): [number, number, number] {
    const { gid, egid, sgid } = this.task.cred;
    return [this.#shownGid(gid), this.#shownGid(egid), this.#shownGid(sgid)];
  }
  getgroups(): number[] {
    return this.task.cred.groups.map((gid) => this.#shownGid(gid));
  }

  setuid(uid: number): void {
    this.enter();
    const id = this.#kernelUid(uid);
    const { cred } = this.task;
    if (isCapable(cred, 'setuid', cred.user)) return this.#takeUids(id, id, id);
    if (id !== cred.uid && id !== cred.suid) throw new SysError('EPERM');
    this.#takeUids(cred.uid, id, cred.suid);
  }
  setgid(gid: number): void {
    this.enter();
    const id = this.#kernelGid(gid);
    const { cred } = this.task;
    if (isCapable(cred, 'setgid', cred.user)) return this.#become({ gid: id, egid: id, sgid: id, fsgid: id });
    if (id !== cred.gid && id !== cred.sgid) throw new SysError('EPERM');
    this.#become({ egid: id, fsgid: id });
  }
  setresuid(real: number, effective: number, saved: number): void {
    this.enter();
    const { cred } = this.task;
    const own = [cred.uid, cred.euid, cred.suid];
    const [uid, euid, suid] = [real, effective, saved].map((id, at) => (id === -1 ? own[at] : this.#kernelUid(id)));
    if (uid === undefined || euid === undefined || suid === undefined) throw new SysError('EINVAL');
    if ([uid, euid, suid].some((id) => !own.includes(id)) && !isCapable(cred, 'setuid', cred.user)) {
      throw new SysError('EPERM');
    }
    this.#takeUids(uid, euid, suid);
  }
  setresgid(real: number, effective: number, saved: number): void {
    this.enter();
    const { cred } = this.task;
    const own = [cred.gid, cred.egid, cred.sgid];
    const [gid, egid, sgid] = [real, effective, saved].map((id, at) => (id === -1 ? own[at] : this.#kernelGid(id)));
    if (gid === undefined || egid === undefined || sgid === undefined) throw new SysError('EINVAL');
    if ([gid, egid, sgid].some((id) => !own.includes(id)) && !isCapable(cred, 'setgid', cred.user)) {
      throw new SysError('EPERM');
    }
    this.#become({ gid, egid, sgid, fsgid: egid });
  }
  setgroups(groups: readonly number[]): void {
    this.enter();
    const { cred } = this.task;
    if (!isCapable(cred, 'setgid', cred.user)) throw new SysError('EPERM');
    // Before there is a map, and where giving up a group was forbidden (user_namespaces(7)).
    const isMapped = cred.user.parent === null || cred.user.gidMap.length > 0;
    if (!isMapped || cred.user.setgroups === 'deny') throw new SysError('EPERM');
    if (groups.length > maxGroups) throw new SysError('EINVAL');
    this.#become({ groups: groups.map((gid) => this.#kernelGid(gid)).sort((a, b) => a - b) });
  }

  capget(): Sets {
    const { effective, permitted, inheritable } = this.task.cred;
    return { effective, permitted, inheritable };
  }
  capset({ effective, permitted, inheritable }: Sets): void {
    this.enter();
    const { cred } = this.task;
    const within = (set: CapabilityMask, bounds: CapabilityMask) => (set & ~bounds) === 0n;
    if (!within(permitted, cred.permitted) || !within(effective, permitted)) throw new SysError('EPERM');
    const maySet = isCapable(cred, 'setpcap', cred.user);
    if (!within(inheritable, cred.inheritable | cred.permitted) && !maySet) throw new SysError('EPERM');
    if (!within(inheritable, cred.inheritable | cred.bounding)) throw new SysError('EPERM');
    this.#become({ effective, permitted, inheritable, ambient: cred.ambient & permitted & inheritable });
  }
  capbset(): CapabilityMask {
    return this.task.cred.bounding;
  }
  capbsetDrop(capability: number): void {
    this.enter();
    const { cred } = this.task;
    if (!isCapable(cred, 'setpcap', cred.user)) throw new SysError('EPERM');
    if (capabilityNames[capability] === undefined) throw new SysError('EINVAL');
    this.#become({ bounding: cred.bounding & ~(1n << BigInt(capability)) });
  }
  setKeepCaps(on: boolean): void {
    this.#become({ keepCaps: on });
  }
  capAmbient(): CapabilityMask {
    return this.task.cred.ambient;
  }
  setAmbient(capability: number, on: boolean): void {
    this.enter();
    const { cred } = this.task;
    if (capabilityNames[capability] === undefined) throw new SysError('EINVAL');
    const bit = 1n << BigInt(capability);
    if (on && ((cred.permitted & bit) === 0n || (cred.inheritable & bit) === 0n)) throw new SysError('EPERM');
    this.#become({ ambient: on ? cred.ambient | bit : cred.ambient & ~bit });
  }
  clearAmbient(): void {
    this.#become({ ambient: 0n });
  }

  #shownUid(id: number): number {
    return shownId(this.task.cred.user, 'uid', id);
  }
  #shownGid(id: number): number {
    return shownId(this.task.cred.user, 'gid', id);
  }
  #kernelUid(id: number): number {
    const kernelId = toKernelId(this.task.cred.user, 'uid', id);
    if (kernelId === null) throw new SysError('EINVAL');
    return kernelId;
  }
  #kernelGid(id: number): number {
    const kernelId = toKernelId(this.task.cred.user, 'gid', id);
    if (kernelId === null) throw new SysError('EINVAL');
    return kernelId;
  }

  /** capabilities(7), "Effect of user ID changes on capabilities". */
  #takeUids(uid: number, euid: number, suid: number): void {
    const { cred } = this.task;
    const root = toKernelId(cred.user, 'uid', 0);
    const hadRoot = [cred.uid, cred.euid, cred.suid].some((id) => id === root);
    const hasRoot = [uid, euid, suid].some((id) => id === root);
    let { permitted, effective, ambient } = cred;
    if (hadRoot && !hasRoot && !cred.keepCaps) {
      permitted = 0n;
      effective = 0n;
    }
    if (hadRoot && !hasRoot) ambient = 0n;
    if (cred.euid === root && euid !== root) effective = 0n;
    if (cred.euid !== root && euid === root) effective = permitted;
    this.#become({ uid, euid, suid, fsuid: euid, permitted, effective, ambient });
  }

  #become(change: Partial<Credentials>): void {
    this.kernel.namespaces.setCredentials(this.self, { ...this.task.cred, ...change });
  }
}
