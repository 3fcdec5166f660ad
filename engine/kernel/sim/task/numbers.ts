/** How processes get their numbers: one in each pid namespace, from the initial one down to their own. */
import { SysError } from '../abi/errno';
import type { SimKernel } from '../kernel';
import type { PidNamespace } from '../ns/namespace';
import type { SimTask } from './sim-task';

/** PID_MAX_LIMIT of a 64-bit kernel. */
const pidMax = 4_194_304;
/** RESERVED_PIDS: after the first round numbers begin there. */
const reservedPids = 300;

/** Number 1 of its namespace. */
export function isFirst({ numbers }: SimTask): boolean {
  return numbers.at(-1)?.number === 1;
}

/** ENOMEM when number 1 of one has ended; EAGAIN when all are taken. */
export function giveNumbers(kernel: SimKernel, innermost: PidNamespace): SimTask['numbers'] {
  const levels: PidNamespace[] = [];
  for (let ns: PidNamespace | null = innermost; ns !== null; ns = ns.parent) {
    if (ns.dead) throw new SysError('ENOMEM');
    levels.unshift(ns);
  }
  return levels.map((ns) => ({ ns, number: nextNumber(kernel, ns) }));
}

function nextNumber(kernel: SimKernel, ns: PidNamespace): number {
  for (let tries = 0; tries < pidMax; tries++) {
    ns.lastPid = ns.lastPid + 1 >= pidMax ? reservedPids : ns.lastPid + 1;
    const isTaken = ns.parent === null ? kernel.tasks.isTaken(ns.lastPid) : ns.members.has(ns.lastPid);
    if (!isTaken) return ns.lastPid;
  }
  throw new SysError('EAGAIN');
}
