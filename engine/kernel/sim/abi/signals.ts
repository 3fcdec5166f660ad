/** Signal numbers (signal(7), x86-64) and what each does by default. */
import { bare } from './bare';
export const signalNumbers = bare({
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGSEGV: 11,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGSTKFLT: 16,
  SIGCHLD: 17,
  SIGCONT: 18,
  SIGSTOP: 19,
  SIGTSTP: 20,
  SIGTTIN: 21,
  SIGTTOU: 22,
  SIGURG: 23,
  SIGXCPU: 24,
  SIGXFSZ: 25,
  SIGVTALRM: 26,
  SIGPROF: 27,
  SIGWINCH: 28,
  SIGIO: 29,
  SIGPWR: 30,
  SIGSYS: 31,
} as const);

export type SignalName = keyof typeof signalNumbers;
/** 1 to 64; 34 to 64 are the real-time signals. */
export type Signal = number;

const names = new Map<number, string>(Object.entries(signalNumbers).map(([name, number]) => [number, name]));

/** `SIGTERM`, `SIGRTMIN+3`; `undefined` for a number that is no signal. */
export function signalName(signal: Signal): string | undefined {
  if (signal >= 34 && signal <= 64) return signal === 34 ? 'SIGRTMIN' : `SIGRTMIN+${signal - 34}`;
  return names.get(signal);
}

export type DefaultAction = 'terminate' | 'core' | 'ignore' | 'stop' | 'continue';

export function defaultAction(signal: Signal): DefaultAction {
  const { SIGCHLD, SIGURG, SIGWINCH, SIGCONT, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU } = signalNumbers;
  const { SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGXCPU, SIGXFSZ, SIGSYS } = signalNumbers;
  const is = (...set: number[]) => set.includes(signal);
  if (is(SIGCHLD, SIGURG, SIGWINCH)) return 'ignore';
  if (is(SIGCONT)) return 'continue';
  if (is(SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU)) return 'stop';
  if (is(SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGXCPU, SIGXFSZ, SIGSYS)) return 'core';
  return 'terminate';
}
