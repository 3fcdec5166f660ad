/** dhcp: the address comes from a server on the container's network; a daemon holds the lease. */
import type { Plugin, PluginRequest } from '../../plugin';
import { asCniError, CniError, cniVersions, errorCodes, type Result } from '../../spec';
import { parseDhcp } from './config';
import { callLine, readReply } from './rpc';

/** One line to whoever listens on a unix socket, one line back. Errors: when nobody listens, or ends without an answer. */
export type AskDaemon = (socket: string, line: string) => Promise<string>;

export function dhcp(ask: AskDaemon): Plugin {
  const allocate = async (request: PluginRequest): Promise<Result> => {
    const result = await call(ask, 'DHCP.Allocate', request);
    if (result) return result;
    throw new CniError(errorCodes.internal, 'the DHCP daemon gave no result');
  };
  return {
    versions: cniVersions,
    about: 'CNI plugin dhcp',
    add: allocate,
    async check(request) {
      await allocate(request);
    },
    async del(request) {
      await call(ask, 'DHCP.Release', request);
    },
    async status(request) {
      // An empty line is answered with a complaint, which is enough.
      await connected(ask, request, '', errorCodes.unavailable);
    },
  };
}

async function call(ask: AskDaemon, method: 'DHCP.Allocate' | 'DHCP.Release', request: PluginRequest) {
  const { containerId, netns, ifname, args, stdin } = request;
  const line = callLine(method, { containerId, netns, ifname, args, config: stdin });
  return readReply(await connected(ask, request, line, errorCodes.ioFailure));
}

async function connected(ask: AskDaemon, { config, args }: PluginRequest, line: string, code: number): Promise<string> {
  const { daemonSocket } = parseDhcp(config.raw, args, '');
  try {
    return await ask(daemonSocket, line);
  } catch (error) {
    throw new CniError(code, `error dialing DHCP daemon at ${daemonSocket}`, asCniError(error).message);
  }
}
