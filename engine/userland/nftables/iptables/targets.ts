/** Targets of iptables (iptables-extensions(8)). */
import type { Extension, ExtensionContext } from './extension';
import { Log } from './targets/log';
import { Connmark, Mark } from './targets/mark';
import { Nat } from './targets/nat';
import { TcpMss, Untracked } from './targets/others';
import { Reject } from './targets/reject';

/** Null when it is a chain, or nothing that is here. */
export function targetOf(name: string, context: ExtensionContext): Extension | null {
  switch (name) {
    case 'REJECT':
      return new Reject(context.family === 'inet6');
    case 'LOG':
      return new Log();
    case 'SNAT':
    case 'DNAT':
    case 'MASQUERADE':
    case 'REDIRECT':
      return new Nat(name, context);
    case 'MARK':
      return new Mark();
    case 'CONNMARK':
      return new Connmark();
    case 'NOTRACK':
    case 'CT':
      return new Untracked(name);
    case 'TCPMSS':
      return new TcpMss();
    default:
      return null;
  }
}
