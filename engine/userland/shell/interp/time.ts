/** The reserved word `time` (bash(1), "Pipelines"; TIMEFORMAT). */

import type { Blocking, Nanoseconds } from '../../../kernel/sim';
import { bare } from '../../../kernel/sim';
import { Abandon } from '../state/flow';
import type { Shell } from '../state/shell';

const posixFormat = 'real %2R\nuser %2U\nsys %2S';
const usualFormat = '\nreal\t%3lR\nuser\t%3lU\nsys\t%3lS';

export function* timed(shell: Shell, isPosix: boolean, work: () => Blocking<number>): Blocking<number> {
  const start = readings(shell);
  try {
    const status = yield* work();
    yield* report(shell, isPosix, start);
    return status;
  } catch (error) {
    if (error instanceof Abandon) yield* report(shell, isPosix, start);
    throw error;
  }
}

interface Readings {
  real: Nanoseconds;
  user: Nanoseconds;
  system: Nanoseconds;
}

function readings(shell: Shell): Readings {
  return { real: shell.sys.clockGettime('monotonic'), ...used(shell) };
}

function* report(shell: Shell, isPosix: boolean, start: Readings): Blocking<void> {
  const end = readings(shell);
  const format = isPosix ? posixFormat : (shell.vars.get('TIMEFORMAT') ?? usualFormat);
  if (format === '') return;
  shell.printError(`${formatted(format, end.real - start.real, end.user - start.user, end.system - start.system)}\n`);
  yield* shell.flush();
}

/** The lab's kernel does not tell time in the kernel from time outside: a quarter of it counts as the former. */
function used(shell: Shell): { user: Nanoseconds; system: Nanoseconds } {
  const { self, children } = shell.sys.times();
  const all = self + children;
  return { user: all * 0.75, system: all * 0.25 };
}

function formatted(format: string, real: number, user: number, system: number): string {
  const values: Record<string, number> = bare({ R: real, U: user, S: system });
  return format.replace(
    /%(%|(\d?)(l?)([RUSP]))/g,
    (whole, rest: string, precision: string, long: string, letter: string) => {
      if (rest === '%') return '%';
      if (letter === 'P') return (real === 0 ? 0 : ((user + system) * 100) / real).toFixed(2);
      const value = values[letter];
      if (value === undefined) return whole;
      return duration(value, precision === '' ? 3 : Math.min(3, Number(precision)), long === 'l');
    },
  );
}

function duration(nanoseconds: number, precision: number, long: boolean): string {
  const scale = 10 ** precision;
  const total = Math.floor((nanoseconds / 1e9) * scale) / scale;
  if (!long) return total.toFixed(precision);
  const minutes = Math.floor(total / 60);
  return `${minutes}m${(total - minutes * 60).toFixed(precision)}s`;
}
