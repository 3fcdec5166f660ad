/** Which kernel parameters a container may have for itself (sysctl(8), namespaces(7)). */
import type { Linux, NamespaceType } from '../schema/linux';
import { hasNamespace } from './namespaces';
import type { Finding } from './rule';

const ofIpc = new Set([
  'kernel/msgmax',
  'kernel/msgmnb',
  'kernel/msgmni',
  'kernel/sem',
  'kernel/shm_rmid_forced',
  'kernel/shmall',
  'kernel/shmmax',
  'kernel/shmmni',
]);

/**
 * `net.ipv4.ip_forward` to `net/ipv4/ip_forward`, below /proc/sys. What comes first, dot or slash, separates, as sysctl(8)
 * has it; the other one stands for itself turned round: `net.ipv4.conf.eth0/1.mtu` is of the device eth0.1.
 */
export function sysctlFile(name: string): string {
  const separator = /[./]/.exec(name)?.[0];
  if (separator !== '.') return name;
  return name.replace(/[./]/g, (character) => (character === '.' ? '/' : '.'));
}

export function sysctlRules(linux: Pick<Linux, 'sysctl' | 'namespaces'>): Finding[] {
  return Object.keys(linux.sysctl ?? {}).flatMap((name) => {
    const problem = wrong(sysctlFile(name), linux);
    return problem === undefined ? [] : [{ path: ['sysctl', name], problem }];
  });
}

function wrong(file: string, linux: Pick<Linux, 'namespaces'>): string | undefined {
  if (file.split('/').some((part) => part === '' || part === '.' || part === '..')) return 'is no name of a parameter';
  if (file === 'kernel/hostname') return 'is set by the field hostname';
  const type = namespaceOf(file);
  if (type === undefined) return 'is not of a namespace: it would change for the whole machine';
  return hasNamespace(linux, type) ? undefined : `needs a namespace of type "${type}" in namespaces`;
}

function namespaceOf(file: string): NamespaceType | undefined {
  if (file.startsWith('net/')) return 'network';
  if (file.startsWith('fs/mqueue/') || ofIpc.has(file)) return 'ipc';
  return file === 'kernel/domainname' ? 'uts' : undefined;
}
