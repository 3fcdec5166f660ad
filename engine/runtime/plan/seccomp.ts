/** The filter of `linux.seccomp`, as the steps that install it (seccomp(2), seccomp_unotify(2)). */
import { ref, type Step } from '../../kernel';
import type { Config } from '../config';
import { RuntimeError } from '../error';
import { compileSeccomp, isMachine, loadSeccomp } from '../seccomp';
import { closeAll, sendDescriptor } from './steps';

/** Where the descriptor of notifications is when it is sent. */
const listenerPlace = 102;

/** The first byte of the container process state goes with the descriptor; the runtime sends the rest, with the pid. */
export const stateBegin = '{';

/** Whether somebody else answers some of the container's system calls. */
export function usesListener({ linux }: Config): boolean {
  return linux?.seccomp?.syscalls?.some(({ action }) => action === 'SCMP_ACT_NOTIFY') ?? false;
}

/**
 * `listener` is the connection that notifications' descriptor is sent through; `listening` is reported then.
 * Errors: a machine whose system calls are not known, and what the compiler of filters refuses.
 */
export function seccompSteps(config: Config, architecture: string, listener?: number): Step[] {
  const profile = config.linux?.seccomp;
  if (!profile) return [];
  if (!isMachine(architecture)) throw new RuntimeError(`linux.seccomp: no filters can be made for ${architecture}`);
  const filter = compileSeccomp(profile, architecture);
  if (!usesListener(config)) return [loadSeccomp(filter)];
  // What is missing: a connection for each process that exec adds.
  if (listener === undefined) throw new RuntimeError('linux.seccomp: SCMP_ACT_NOTIFY is not supported for exec');
  return [
    loadSeccomp(filter, 'listener'),
    { call: 'dup3', args: [ref('listener'), listenerPlace, 0] },
    sendDescriptor(listener, listenerPlace, stateBegin, 'the notifications to the listener'),
    { call: 'close', args: [listenerPlace] },
    { call: 'close', args: [listener] },
    ...closeAll('listener'),
    { report: 'listening', value: 1 },
  ];
}
