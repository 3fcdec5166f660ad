/** The system calls that plans can make, by their numbers on x86-64. */
import type { SyscallName } from '../../../plan';
import { syscallNumber } from '../../../plan/syscall-numbers';
import { SysError } from '../../abi/errno';
import type { Handler } from '../plan-call';
import { credentialCalls } from './credentials';
import { descriptorCalls } from './descriptors';
import { fileCalls } from './files';
import { mountCalls } from './mounts';
import { processCalls } from './processes';
import { seccompCalls } from './seccomp';
import { signalCalls } from './signals';
import { socketCalls } from './sockets';

type Handlers = Partial<Record<SyscallName, Handler>>;

const handlers: Handlers = {
  ...descriptorCalls,
  ...fileCalls,
  ...mountCalls,
  ...processCalls,
  ...credentialCalls,
  ...seccompCalls,
  ...signalCalls,
  ...socketCalls,
};

/** What the simulated kernel is: its calls are numbered as on x86-64. */
const architecture = 'x64';

export function numberOf(name: SyscallName): number {
  return syscallNumber(name, architecture);
}

const byNumber = new Map<number, Handler>();
for (const [name, handler] of Object.entries(handlers)) if (isName(name)) byNumber.set(numberOf(name), handler);

function isName(name: string): name is SyscallName {
  return Object.hasOwn(handlers, name);
}

/** ENOSYS where the simulated kernel has no such call. */
export function handlerOf(number: number): Handler {
  const handler = byNumber.get(number);
  if (!handler) throw new SysError('ENOSYS');
  return handler;
}
