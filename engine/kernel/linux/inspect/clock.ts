/** The clocks that pace the observer (clock_gettime(2)). */
import { nativeFunction } from '../syscall';

const clockGettime = nativeFunction('int clock_gettime(int clock, void *time)');

const CLOCK_REALTIME = 0;
const CLOCK_MONOTONIC = 1;
const CLOCK_THREAD_CPUTIME_ID = 3;
const time = Buffer.alloc(16);

/** Milliseconds that only ever grow. */
export function monotonicMs(): number {
  return milliseconds(CLOCK_MONOTONIC);
}

/** Milliseconds since 1970, as the host's clock has it. */
export function wallClockMs(): number {
  return milliseconds(CLOCK_REALTIME);
}

/** Processor time of this thread in milliseconds: what work costs, however busy the machine is. */
export function threadCpuMs(): number {
  return milliseconds(CLOCK_THREAD_CPUTIME_ID);
}

function milliseconds(clock: number): number {
  clockGettime(clock, time);
  return Number(time.readBigInt64LE(0)) * 1000 + Number(time.readBigInt64LE(8)) / 1e6;
}
