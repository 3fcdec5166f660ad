/** Structures that several calls take. */
import { SysError } from '../../abi/errno';
import type { SignalMask } from '../../task/signal-state';
import type { PlanCall } from '../plan-call';

export const sizeofSigset = 8;
const nsPerSecond = 1_000_000_000;

/** The set at argument `index`, whose size is argument `size`. EINVAL for sets of another size. */
export function maskAt(call: PlanCall, index: number, size: number): SignalMask {
  if (call.size(size) !== sizeofSigset) throw new SysError('EINVAL');
  return call.memory.unsigned(call.size(index));
}

/** A struct timespec in nanoseconds; null for none. */
export function timespecAt(call: PlanCall, index: number): number | null {
  if (call.word(index) === 0n) return null;
  const at = call.size(index);
  return Number(call.memory.word(at)) * nsPerSecond + Number(call.memory.word(at + 8));
}
