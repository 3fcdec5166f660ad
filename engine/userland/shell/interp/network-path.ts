/** `/dev/tcp/HOST/PORT` and `/dev/udp/HOST/PORT`, which bash opens itself (bash(1), "REDIRECTION"). */
import { type Blocking, type Sys, SysError } from '../../../kernel/sim';
import { parseHosts } from '../../lib/hosts';
import { readSmallFile } from '../expand/tilde';

export interface SocketPath {
  type: 'stream' | 'dgram';
  host: string;
  port: string;
}

export function socketPath(name: string): SocketPath | null {
  const match = /^\/dev\/(tcp|udp)\/([^/]+)\/([^/]+)$/.exec(name);
  if (!match) return null;
  return { type: match[1] === 'tcp' ? 'stream' : 'dgram', host: match[2] ?? '', port: match[3] ?? '' };
}

export function* connectTo(sys: Sys, path: SocketPath): Blocking<number> {
  const address = addressOf(sys, path.host);
  const port = Number(path.port);
  if (address === null || Number.isNaN(port)) throw new SysError('EINVAL');
  const family = address.includes(':') ? 'inet6' : 'inet';
  const fd = sys.socket(family, path.type);
  try {
    yield* sys.connect(fd, { family, address, port });
  } catch (error) {
    sys.close(fd);
    throw error;
  }
  return fd;
}

/** Numbers as they are, names from /etc/hosts. */
function addressOf(sys: Sys, host: string): string | null {
  if (/^[\d.]+$/.test(host) || host.includes(':')) return host;
  const found = parseHosts(readSmallFile(sys, '/etc/hosts')).find(({ names }) => names.includes(host));
  if (found) return found.address;
  return host === 'localhost' ? '127.0.0.1' : null;
}
