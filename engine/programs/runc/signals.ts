/** Signals by name and number (signal(7), x86-64), and what a shell makes of one. */
import type { ProcessExit } from '../../kernel';

const names = (
  'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU ' +
  'URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS'
).split(' ');

/** `SIGTERM`, `TERM`, `term` or `15`. */
export function parseSignal(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= 64) return number;
  const place = names.indexOf(text.toUpperCase().replace(/^SIG/, ''));
  if (place < 0) throw new Error(`unknown signal ${JSON.stringify(text)}`);
  return place + 1;
}

/** `SIGTERM`; the number where it has no name. */
export function signalName(signal: number): string {
  const name = names[signal - 1];
  return name === undefined ? String(signal) : `SIG${name}`;
}

/** As a shell has it: 128 and the signal's number. */
export function exitStatus({ exitCode, signal }: ProcessExit): number {
  return signal === null ? (exitCode ?? 1) : 128 + signal;
}
