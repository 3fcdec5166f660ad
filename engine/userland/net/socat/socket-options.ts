/** What the options of an address set on its socket, and binding it. */

import { isSysError, type SocketAddress, type Sys } from '../../../kernel/sim';
import type { Address } from './address';
import type { Channel } from './channel';
import { endText } from './endpoints';
import { failed } from './kind';

export const socketEnd = (fd: number): Channel => ({
  readFd: fd,
  writeFd: fd,
  closeWrite: (sys) => {
    try {
      sys.shutdown(fd, 'write');
    } catch (error) {
      if (!isSysError(error)) throw error;
    }
  },
});

export function applySocketOptions(sys: Sys, fd: number, { options }: Address): void {
  if (options.has('reuseaddr') || options.has('reuse'))
    sys.setsockopt(fd, 'reuseaddr', Number(options.get('reuseaddr') || 1));
  if (options.has('reuseport')) sys.setsockopt(fd, 'reuseport', 1);
  const device = options.get('so-bindtodevice') ?? options.get('bindtodevice') ?? options.get('if');
  if (device !== undefined) sys.setsockopt(fd, 'bindtodevice', device);
  if (options.has('broadcast') || options.has('so-broadcast')) sys.setsockopt(fd, 'broadcast', 1);
  if (options.has('ttl')) sys.setsockopt(fd, 'ttl', Number(options.get('ttl')));
  const v6only = options.get('ipv6only') ?? options.get('ipv6-v6only');
  if (v6only !== undefined) sys.setsockopt(fd, 'v6only', Number(v6only || 1));
}

export function bindOr(sys: Sys, fd: number, local: SocketAddress): void {
  try {
    sys.bind(fd, local);
  } catch (error) {
    throw failed(
      `bind(${fd}, {${endText(local)}}, ${local.family === 'inet' ? 16 : local.family === 'inet6' ? 28 : 110})`,
      error,
    );
  }
}
