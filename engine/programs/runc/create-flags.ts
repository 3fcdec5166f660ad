/** What create and run have in common. */
import type { SystemStdio } from '../../kernel';
import type { CreateOptions } from '../../runtime';
import { type Call, count, flag, value, valueOr } from '../command-line';
import { pathOf, type Session } from './session';

const stdio: SystemStdio = [0, 1, 2];

export const preserveFds = valueOr(
  'preserve-fds',
  { usage: 'pass additional file descriptors to the container (stdio + $LISTEN_FDS + N in total)' },
  '0',
  count,
);
export const consoleSocket = value(
  'console-socket',
  { usage: 'path to an AF_UNIX socket which will receive the master end of the console’s pseudoterminal' },
  String,
);
export const pidFile = value('pid-file', { usage: 'file to write the process id to' }, String);
const bundle = valueOr('bundle', { alias: 'b', usage: 'path to the root of the bundle directory' }, '.', String);
const noPivot = flag('no-pivot', { usage: 'do not use pivot root to jail process inside rootfs' });
const noNewKeyring = flag('no-new-keyring', {
  usage: 'accepted, and of no effect: a container has a session keyring of its own',
});

export const createFlags = [bundle, consoleSocket, pidFile, noPivot, noNewKeyring, preserveFds];

export function createOptions(session: Session, call: Call): CreateOptions {
  const [socket, pid] = [call.of(consoleSocket), call.of(pidFile)];
  return {
    id: call.words[0] ?? '',
    bundle: pathOf(session, call.of(bundle)),
    preserve: preserved(session, call.of(preserveFds)),
    noPivot: call.of(noPivot),
    stdio,
    warn: (message) => session.output.warn(message),
    ...(socket !== undefined && { consoleSocket: pathOf(session, socket) }),
    ...(pid !== undefined && { pidFile: pathOf(session, pid) }),
  };
}

/** Descriptors from 3 on: those of socket activation (sd_listen_fds(3)), and those that were asked for. */
export function preserved({ process: { env } }: Session, wanted: number): number[] {
  const listen = Number(env.LISTEN_FDS ?? 0);
  return Array.from({ length: wanted + (Number.isInteger(listen) ? listen : 0) }, (_, index) => 3 + index);
}
