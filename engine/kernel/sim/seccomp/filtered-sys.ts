/** The system calls of a program that filters watch over. Who has none never meets this. */
import { errnoByNumber, SysError } from '../abi/errno';
import type { SimKernel } from '../kernel';
import type { TaskSys } from '../sys/task-sys';
import type { SimTask } from '../task/sim-task';
import { type RealArgument, realCalls } from './calls';
import { askFilters } from './enforce';

/** `sys` itself for a task without filters. */
export function filtered(kernel: SimKernel, task: SimTask, sys: TaskSys): TaskSys {
  if (task.seccomp === null) return sys;
  return new Proxy(sys, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function' || typeof name !== 'string') return member;
      const real = realCalls[name];
      return (...args: unknown[]): unknown => {
        if (real) ask(kernel, task, real[0], real[1], args);
        return Reflect.apply(member, target, args);
      };
    },
  });
}

function ask(
  kernel: SimKernel,
  task: SimTask,
  number: number,
  places: readonly RealArgument[],
  given: readonly unknown[],
): void {
  const errno = askFilters(
    kernel,
    task,
    number,
    places.map((place) => wordOf(place, given)),
  );
  // A program here cannot be given a result that was not made; what has no name is refused like most.
  if (errno !== null) throw new SysError(errnoByNumber(errno) ?? 'EPERM');
}

function wordOf(place: RealArgument, given: readonly unknown[]): bigint {
  const value = typeof place === 'object' && place !== null ? given[place.from] : place;
  return typeof value === 'number' && Number.isInteger(value) ? BigInt.asUintN(64, BigInt(value)) : 0n;
}
