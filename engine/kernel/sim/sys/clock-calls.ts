/** Clocks and sleeping (clock_gettime(2), nanosleep(2), time_namespaces(7)), and randomness (getrandom(2)). */
import { SysError } from '../abi/errno';
import type { Blocking, Nanoseconds } from '../sched/blocking';
import { block } from '../task/block';
import { isCapable } from '../task/credentials';
import type { ClockCalls } from './sys';
import { TerminalSyscalls } from './terminal-calls';

export abstract class ClockSyscalls extends TerminalSyscalls implements ClockCalls {
  clockGettime(clock: 'realtime' | 'monotonic' | 'boottime'): Nanoseconds {
    this.enter();
    const { time } = this.task.ns;
    const { elapsed } = this.kernel.scheduler;
    if (clock === 'realtime') return this.kernel.realtime + elapsed;
    return this.kernel.now + elapsed + (clock === 'monotonic' ? time.monotonicOffset : time.boottimeOffset);
  }
  clockSettime(_clock: 'realtime', time: Nanoseconds): void {
    this.enter();
    if (!isCapable(this.task.cred, 'sys_time', this.kernel.namespaces.initial.user)) throw new SysError('EPERM');
    if (time < 0) throw new SysError('EINVAL');
    this.kernel.setRealtime(time);
  }
  *nanosleep(duration: Nanoseconds): Blocking<void> {
    this.enter();
    if (duration < 0) throw new SysError('EINVAL');
    const deadline = this.kernel.now + this.kernel.scheduler.elapsed + duration;
    yield* block(this.task, () => undefined, [], { deadline, restartable: false });
  }
  random(count: number): Uint8Array {
    this.enter();
    return this.kernel.random.bytes(count);
  }
}
