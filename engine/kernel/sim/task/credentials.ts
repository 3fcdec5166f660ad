/** Who a process is (credentials(7), capabilities(7)). Ids are those of the initial user namespace (kuid, kgid). */
import { type Capability, type CapabilityMask, capabilityBit } from '../abi/capabilities';
import type { UserNamespace } from '../ns/namespace';

export interface Credentials {
  readonly uid: number;
  readonly euid: number;
  readonly suid: number;
  readonly fsuid: number;
  readonly gid: number;
  readonly egid: number;
  readonly sgid: number;
  readonly fsgid: number;
  readonly groups: readonly number[];
  readonly user: UserNamespace;
  readonly inheritable: CapabilityMask;
  readonly permitted: CapabilityMask;
  readonly effective: CapabilityMask;
  readonly bounding: CapabilityMask;
  readonly ambient: CapabilityMask;
  readonly keepCaps: boolean;
}

/**
 * ns_capable: has the capability in that user namespace. True when it is effective and the namespace is the holder's
 * own or below it; the owner of a namespace has every capability in it when seen from the parent (user_namespaces(7)).
 */
export function isCapable(cred: Credentials, capability: Capability, target: UserNamespace): boolean {
  for (let ns: UserNamespace | null = target; ns !== null; ns = ns.parent) {
    if (ns === cred.user) return (cred.effective & capabilityBit(capability)) !== 0n;
    if (ns.level <= cred.user.level) return false;
    if (ns.parent === cred.user && ns.ownerUid === cred.euid) return true;
  }
  return false;
}
