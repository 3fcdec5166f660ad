/**
 * host-local: hands out addresses of configured ranges, and remembers in files of this host who has which.
 * Behaviour and files as of the plugin of that name beside the specification (containernetworking/plugins).
 */
import type { LeaseFiles } from '../../files';
import type { Plugin, PluginRequest } from '../../plugin';
import { CniError, cniVersions, type Dns, emptyDns, errorCodes, formatCidr, formatIp } from '../../spec';
import { allocate, hasFree } from './allocate';
import { leaseDirectory, parseHostLocal } from './config';
import { belongsTo, Leases } from './leases';
import { describeSet } from './range';
import { parseResolvConf } from './resolv-conf';

export function hostLocal(files: LeaseFiles): Plugin {
  const alone = <T>(request: PluginRequest, work: (leases: Leases) => Promise<T>) =>
    Leases.alone(files, leaseDirectory(request), work);
  /** A network that never gave anything away has no directory, and gets none by being asked: `otherwise` is the answer. */
  const ifAny = async <T>(request: PluginRequest, otherwise: T, work: (leases: Leases) => Promise<T>): Promise<T> =>
    (await files.list(leaseDirectory(request))).length === 0 ? otherwise : alone(request, work);

  return {
    versions: cniVersions,
    about: 'CNI plugin host-local',

    async add(request) {
      const { sets, requested, routes, resolvConf } = parseHostLocal(request);
      const dns = resolvConf === undefined ? emptyDns() : await readDns(files, resolvConf);
      const given = await alone(request, (leases) => allocate(leases, sets, requested, request));
      const ips = given.map(({ ip, range }) => ({
        address: formatCidr({ ip, prefix: range.subnet.prefix }),
        gateway: formatIp(range.gateway),
      }));
      return { interfaces: [], ips, routes, dns };
    },

    async del(request) {
      await ifAny(request, undefined, async (leases) => {
        for (const { ip } of await leases.of(request)) await leases.release(ip);
      });
    },

    async check(request) {
      parseHostLocal(request);
      const own = await ifAny(request, [], (leases) => leases.of(request));
      if (own.length > 0) return;
      throw new CniError(
        errorCodes.unknownContainer,
        `host-local: Failed to find address added by container ${request.containerId}`,
      );
    },

    async gc(request) {
      const isValid = belongsTo(request.valid.map(({ containerID, ifname }) => ({ containerId: containerID, ifname })));
      await ifAny(request, undefined, async (leases) => {
        for (const lease of await leases.all()) if (!isValid(lease)) await leases.release(lease.ip);
      });
    },

    async status(request) {
      const { sets } = parseHostLocal(request);
      const leases = await ifAny(request, [], (all) => all.all());
      const full = sets.find((set) => !hasFree(set, leases));
      if (!full) return;
      throw new CniError(errorCodes.unavailable, `no IP addresses available in range set: ${describeSet(full)}`);
    },
  };
}

async function readDns(files: LeaseFiles, path: string): Promise<Dns> {
  const text = await files.read(path);
  if (text === null) throw new CniError(errorCodes.ioFailure, `resolvConf: there is no file ${path}`);
  return parseResolvConf(text);
}
