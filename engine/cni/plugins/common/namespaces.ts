/** The two network namespaces a plugin works between: the host's and the container's. */
import { KernelError, type LinkInfo, type NetworkNamespace } from '../../../kernel';
import { CniError, errorCodes } from '../../spec';
import type { PluginHost } from '../host';

export interface Pair {
  own: NetworkNamespace;
  box: NetworkNamespace;
}

/** Both are closed when `action` has ended. Errors: 3 when there is no such namespace. */
export async function withPair<T>(host: PluginHost, netns: string, action: (pair: Pair) => T | Promise<T>): Promise<T> {
  const box = openBox(host, netns);
  try {
    return await withOwn(host, (own) => action({ own, box }));
  } finally {
    box.close();
  }
}

export async function withOwn<T>(host: PluginHost, action: (own: NetworkNamespace) => T | Promise<T>): Promise<T> {
  const own = host.networks.ownNetwork();
  try {
    return await action(own);
  } finally {
    own.close();
  }
}

/** For DEL: does nothing when the namespace is gone, and all that was in it. */
export async function withBoxIfThere(
  host: PluginHost,
  netns: string,
  action: (box: NetworkNamespace) => void | Promise<void>,
): Promise<void> {
  const box = netns === '' ? null : openIfThere(host, netns);
  if (!box) return;
  try {
    await action(box);
  } finally {
    box.close();
  }
}

function openBox(host: PluginHost, netns: string): NetworkNamespace {
  try {
    return host.networks.openNetwork(netns);
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    throw new CniError(errorCodes.unknownContainer, `failed to open netns ${JSON.stringify(netns)}`, error.message);
  }
}

/** Null also when only the file of a namespace that was unmounted is left. */
function openIfThere(host: PluginHost, netns: string): NetworkNamespace | null {
  try {
    return host.networks.openNetwork(netns);
  } catch (error) {
    if (error instanceof KernelError && ['ENOENT', 'EINVAL', 'ENOTDIR', 'ESRCH'].includes(error.code)) return null;
    throw error;
  }
}

/** Whether a path is the plugin's own namespace. */
export function isOwnNetns(host: PluginHost, netns: string): boolean {
  const box = openIfThere(host, netns);
  if (!box) return false;
  const own = host.networks.ownNetwork();
  const same = box.id === own.id;
  own.close();
  box.close();
  return same;
}

/** Errors: 999 with the name when there is no such device. */
export function requireLink(namespace: NetworkNamespace, name: string, role = 'interface'): LinkInfo {
  const link = namespace.link(name);
  if (link) return link;
  throw new CniError(errorCodes.internal, `failed to find ${role} ${JSON.stringify(name)}`);
}

/** What is gone already is as good as deleted. */
export function deleteLink(namespace: NetworkNamespace, name: string): void {
  const link = namespace.link(name);
  if (!link) return;
  try {
    namespace.linkDelete(link.index);
  } catch (error) {
    if (!(error instanceof KernelError && error.code === 'ENODEV')) throw error;
  }
}
