/** The processes socat forks off for those who come, and what it tells them. */
import type { Blocking, SocketAddress, Sys } from '../../../kernel/sim';
import { shown } from './endpoints';
import { SocatError, type SocatLog } from './log';

export const SIGCHLD = 17;

/** A child handles signals as they come. */
export function plainSignals(child: Sys): void {
  for (const signal of [1, 2, 15, SIGCHLD]) child.sigaction(signal, 'default');
}

/** A child's exit code. */
export function* guarded(log: SocatLog, work: Blocking<void>): Blocking<number> {
  try {
    yield* work;
    return 0;
  } catch (error) {
    if (!(error instanceof SocatError)) throw error;
    yield* log.say('E', error.message);
    return error.status;
  }
}

export function peerEnvironment(sys: Sys, connection: number, peer: SocketAddress): Record<string, string> {
  if (peer.family !== 'inet' && peer.family !== 'inet6') return {};
  const local = sys.getsockname(connection);
  const found: Record<string, string> = { SOCAT_PEERADDR: shown(peer), SOCAT_PEERPORT: String(peer.port) };
  if (local.family !== 'inet' && local.family !== 'inet6') return found;
  return { ...found, SOCAT_SOCKADDR: shown(local), SOCAT_SOCKPORT: String(local.port) };
}
