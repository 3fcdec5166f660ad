/** Options of sockets (socket(7), ip(7), tcp(7)). */
import { SysError } from '../../abi/errno';

const numbers = new Set([
  'reuseaddr',
  'reuseport',
  'broadcast',
  'ttl',
  'multicast_ttl',
  'v6only',
  'rcvtimeo',
  'sndtimeo',
  'mark',
  'recverr',
  'keepalive',
  'nodelay',
  'rcvbuf',
  'sndbuf',
  'tos',
  'recvttl',
  'mtu_discover',
  'linger',
  'hdrincl',
  'priority',
  'passcred',
  'timestamp',
  'multicast_loop',
  'freebind',
  'transparent',
  'cork',
  'icmp_filter',
  'keepidle',
  'keepintvl',
  'keepcnt',
  'user_timeout',
  'fastopen',
  'defer_accept',
  'dontroute',
  'oobinline',
  'rxq_ovfl',
]);

export class SocketOptions {
  readonly #values = new Map<string, number>();
  device = '';

  number(name: string): number {
    return this.#values.get(name) ?? 0;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** IP_MTU_DISCOVER. */
  get dontFragment(): boolean | 'when it fits' {
    if (!this.has('mtu_discover') || this.number('mtu_discover') === 1) return 'when it fits';
    return this.number('mtu_discover') >= 2;
  }

  /** ENOPROTOOPT for what it does not know. */
  set(name: string, value: number | string): void {
    if (name === 'bindtodevice') {
      this.device = String(value);
      return;
    }
    if (!numbers.has(name) || typeof value !== 'number')
      throw new SysError(numbers.has(name) ? 'EINVAL' : 'ENOPROTOOPT');
    this.#values.set(name, value);
  }

  get(name: string): number | string {
    if (name === 'bindtodevice') return this.device;
    if (!numbers.has(name)) throw new SysError('ENOPROTOOPT');
    return this.number(name);
  }
}
