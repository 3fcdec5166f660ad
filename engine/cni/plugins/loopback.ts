/** The loopback plugin: brings `lo` up. */
import type { LinkInfo } from '../../kernel';
import type { Plugin, PluginRequest } from '../plugin';
import { CniError, cniVersions, emptyDns, errorCodes, type Result } from '../spec';
import { requireLink, withBoxIfThere, withPair } from './common/namespaces';
import type { PluginHost } from './host';

const device = 'lo';

export function loopbackPlugin(host: PluginHost): Plugin {
  return {
    versions: cniVersions,
    about: 'CNI loopback plugin (Underlay): brings the loopback interface up',
    add: (request) =>
      withPair(host, request.netns, ({ box }): Result => {
        const { index } = requireLink(box, device);
        box.linkSet(index, { up: true });
        const ips = box
          .addresses(index)
          .map(({ address, prefix }) => ({ interface: 0, address: `${address}/${prefix}` }));
        return request.previous ?? resultOf(request, requireLink(box, device), ips);
      }),
    del: (request) =>
      withBoxIfThere(host, request.netns, (box) => box.linkSet(requireLink(box, device).index, { up: false })),
    check: (request) =>
      withPair(host, request.netns, ({ box }) => {
        if (!requireLink(box, device).flags.includes('UP'))
          throw new CniError(errorCodes.internal, 'loopback interface is down');
      }),
  };
}

function resultOf(request: PluginRequest, { address, name }: LinkInfo, ips: Result['ips']): Result {
  return { interfaces: [{ name, mac: address, sandbox: request.netns }], ips, routes: [], dns: emptyDns() };
}
