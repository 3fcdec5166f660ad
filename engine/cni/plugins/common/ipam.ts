/** Addresses from the IPAM plugin of a configuration. */

import type { GcRequest, PluginRequest } from '../../plugin';
import { CniError, errorCodes, type Result } from '../../spec';
import type { PluginHost } from '../host';
import type { UndoStep } from './undo';

/** The type of the IPAM plugin; undefined where an interface is to have no address. */
export function ipamType({ config }: PluginRequest): string | undefined {
  return config.ipam?.type === '' ? undefined : config.ipam?.type;
}

/** Errors: 7. */
export function requireIpam(request: PluginRequest): string {
  const type = ipamType(request);
  if (type !== undefined) return type;
  throw new CniError(errorCodes.invalidConfig, `${request.config.type} needs an IPAM plugin: ipam.type is missing`);
}

/** Asks for addresses; they are given back when what follows fails. Errors: the plugin's; 999 when it gave none. */
export async function allocate(
  host: PluginHost,
  type: string,
  request: PluginRequest,
  onFailure: (step: UndoStep) => void,
): Promise<Result> {
  // Before the call: one that failed half-way may still hold an address.
  onFailure(() => host.delegates.del(type, request));
  const result = await host.delegates.add(type, request);
  if (result.ips.length === 0) throw new CniError(errorCodes.internal, 'IPAM plugin returned missing IP config');
  return result;
}

export async function release(host: PluginHost, request: PluginRequest): Promise<void> {
  const type = ipamType(request);
  if (type !== undefined) await host.delegates.del(type, request);
}

/** CHECK, GC and STATUS of whoever gives the addresses. */
export async function checkIpam(host: PluginHost, request: PluginRequest): Promise<void> {
  const type = ipamType(request);
  if (type !== undefined) await host.delegates.check(type, request);
}

export async function ipamStatus(host: PluginHost, request: PluginRequest): Promise<void> {
  const type = ipamType(request);
  if (type !== undefined) await host.delegates.status(type, request);
}

export async function ipamGc(host: PluginHost, request: GcRequest): Promise<void> {
  const type = ipamType(request);
  if (type !== undefined) await host.delegates.gc(type, request);
}
