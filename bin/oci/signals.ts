/** Signals, by name, by number, and on their way through this process to a container's. */
import { constants } from 'node:os';
import { InvalidArgumentError } from 'commander';
import type { ProcessExit } from '../../engine/kernel';

/** `SIGTERM`, `TERM`, `term` or `15`. */
export function parseSignal(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= 64) return number;
  const name = `SIG${text.toUpperCase().replace(/^SIG/, '')}`;
  const known = Object.entries(constants.signals).find(([signal]) => signal === name)?.[1];
  if (known === undefined) throw new InvalidArgumentError(`unknown signal ${JSON.stringify(text)}`);
  return known;
}

const kept = ['SIGKILL', 'SIGSTOP', 'SIGCHLD', 'SIGPIPE', 'SIGPROF', 'SIGBUS', 'SIGFPE', 'SIGSEGV', 'SIGILL', 'SIGURG'];

/** Passes on whatever this process is sent for as long as `exit` takes. */
export async function forwardSignals(exit: Promise<ProcessExit>, send: (signal: number) => void): Promise<ProcessExit> {
  const listeners = Object.entries(constants.signals).flatMap(([name, number]) => {
    if (kept.includes(name)) return [];
    const listener = () => send(number);
    return listen(name, listener) ? [{ name, listener }] : [];
  });
  try {
    return await exit;
  } finally {
    for (const { name, listener } of listeners) process.removeListener(name, listener);
  }
}

/** Some signals are Node's own or unknown to this system. */
function listen(name: string, listener: () => void): boolean {
  try {
    process.on(name, listener);
    return true;
  } catch {
    return false;
  }
}

/** As a shell has it: 128 and the signal's number. */
export function exitStatus({ exitCode, signal }: ProcessExit): number {
  return signal === null ? (exitCode ?? 1) : 128 + signal;
}
