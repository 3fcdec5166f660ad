/** Which signals a shell handles, and traps on them (bash(1), "SIGNALS", trap). */
import { type Signal, type SignalAction, signalNumbers } from '../../../kernel/sim';
import type { Shell } from '../state/shell';

const { SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGTTIN, SIGTTOU, SIGCHLD, SIGWINCH, SIGHUP, SIGKILL, SIGSTOP } =
  signalNumbers;

const jobControlSignals: readonly Signal[] = [SIGTSTP, SIGTTIN, SIGTTOU];

/** Names without SIG, as traps are listed: `EXIT`, `INT`, `DEBUG`. */
export const trapNames: ReadonlyMap<string, Signal> = new Map([
  ['EXIT', 0],
  ...Object.entries(signalNumbers).map(([name, number]): [string, number] => [name, number]),
]);

/** A signal's or pseudo signal's name as `trap -p` prints it; null when there is no such signal. */
export function trapNameOf(word: string): string | null {
  if (/^\d+$/.test(word)) {
    const number = Number(word);
    if (number === 0) return 'EXIT';
    return nameOfSignal(number);
  }
  const upper = word.toUpperCase();
  if (['EXIT', 'DEBUG', 'ERR', 'RETURN'].includes(upper)) return upper;
  const name = upper.startsWith('SIG') ? upper : `SIG${upper}`;
  return signalOfName(name) === null ? null : name;
}

export function signalOfName(name: string): Signal | null {
  const known = trapNames.get(name);
  if (known !== undefined && known > 0) return known;
  const realtime = /^SIGRTM(IN|AX)(?:([+-])(\d+))?$/.exec(name);
  if (!realtime) return null;
  const offset = Number(realtime[3] ?? 0) * (realtime[2] === '-' ? -1 : 1);
  const number = (realtime[1] === 'IN' ? 34 : 64) + offset;
  return number >= 34 && number <= 64 ? number : null;
}

export function nameOfSignal(signal: Signal): string | null {
  for (const [name, number] of trapNames) if (number === signal && number > 0) return name;
  if (signal < 34 || signal > 64) return null;
  if (signal === 34) return 'SIGRTMIN';
  if (signal === 64) return 'SIGRTMAX';
  return signal <= 49 ? `SIGRTMIN+${signal - 34}` : `SIGRTMAX-${64 - signal}`;
}

function handle(shell: Shell, restart: boolean): SignalAction {
  return {
    handler: (signal) => {
      if (signal === SIGCHLD) shell.childChanged = true;
      if (signal === SIGWINCH) shell.windowChanged = true;
      if (isFatal(shell, signal)) shell.fatalSignal = signal;
      if (signal === SIGINT && shell.isInteractive && !shell.traps.has('SIGINT')) shell.isInterrupted = true;
      const name = nameOfSignal(signal);
      if (name !== null && shell.traps.has(name)) shell.pendingSignals.push(signal);
    },
    restart,
  };
}

/** What would end a shell: with an EXIT trap it handles all of them. */
const terminating: readonly Signal[] = [
  SIGHUP,
  SIGINT,
  signalNumbers.SIGILL,
  signalNumbers.SIGTRAP,
  signalNumbers.SIGABRT,
  signalNumbers.SIGFPE,
  signalNumbers.SIGBUS,
  signalNumbers.SIGSEGV,
  signalNumbers.SIGSYS,
  signalNumbers.SIGPIPE,
  signalNumbers.SIGALRM,
  SIGTERM,
  signalNumbers.SIGXCPU,
  signalNumbers.SIGXFSZ,
  signalNumbers.SIGVTALRM,
  signalNumbers.SIGUSR1,
  signalNumbers.SIGUSR2,
];

function isFatal(shell: Shell, signal: Signal): boolean {
  if (shell.traps.has(nameOfSignal(signal) ?? '')) return false;
  if (shell.isInteractive) return signal === SIGHUP;
  return shell.watchesFatal && terminating.includes(signal);
}

/** From the first EXIT trap on. */
function watchFatal(shell: Shell): void {
  if (shell.watchesFatal || shell.isInteractive || shell.flavour === 'dash') return;
  shell.watchesFatal = true;
  for (const signal of terminating) {
    if (shell.traps.has(nameOfSignal(signal) ?? '') || shell.hardIgnored.has(signal)) continue;
    const before = shell.sys.sigaction(signal, handle(shell, false));
    if (before === 'ignore') shell.sys.sigaction(signal, 'ignore');
  }
}

/** At the start of a shell: what an interactive one ignores and handles. */
export function installSignals(shell: Shell): void {
  const { sys } = shell;
  for (const signal of [SIGINT, SIGQUIT, SIGTERM, SIGHUP, ...jobControlSignals]) {
    const before = sys.sigaction(signal, 'default');
    if (before === 'ignore') {
      shell.hardIgnored.add(signal);
      sys.sigaction(signal, 'ignore');
    }
  }
  if (shell.flavour === 'bash') {
    sys.sigaction(SIGQUIT, 'ignore');
    sys.sigaction(SIGCHLD, handle(shell, true));
  }
  if (!shell.isInteractive) return;
  for (const signal of [SIGQUIT, SIGTERM, ...jobControlSignals]) sys.sigaction(signal, 'ignore');
  sys.sigaction(SIGINT, handle(shell, false));
  sys.sigaction(SIGWINCH, handle(shell, false));
  sys.sigaction(SIGHUP, handle(shell, false));
  sys.sigaction(SIGCHLD, handle(shell, true));
}

/** After `trap`: makes the kernel do what the table says. */
export function applyTrap(shell: Shell, name: string): void {
  if (name === 'EXIT' && shell.traps.get(name)?.command) watchFatal(shell);
  const signal = signalOfName(name);
  // For these two a trap may be set, and is never run.
  if (signal === null || signal === SIGKILL || signal === SIGSTOP) return;
  if (shell.hardIgnored.has(signal) && !shell.isInteractive) return;
  const trap = shell.traps.get(name);
  if (trap?.command === '') shell.sys.sigaction(signal, 'ignore');
  else if (trap !== undefined || isAlwaysHandled(shell, signal)) {
    shell.sys.sigaction(signal, handle(shell, signal === SIGCHLD));
  } else shell.sys.sigaction(signal, isIgnoredByShell(shell, signal) ? 'ignore' : 'default');
}

function isAlwaysHandled(shell: Shell, signal: Signal): boolean {
  if (shell.watchesFatal && terminating.includes(signal)) return true;
  if (signal === SIGCHLD && shell.flavour === 'bash' && shell.subshellDepth === 0) return true;
  return (
    shell.isInteractive &&
    shell.subshellDepth === 0 &&
    [SIGINT, SIGCHLD, SIGWINCH, SIGHUP].some((own) => own === signal)
  );
}

function isIgnoredByShell(shell: Shell, signal: Signal): boolean {
  if (signal === SIGQUIT && shell.flavour === 'bash' && shell.subshellDepth === 0) return true;
  if (!shell.isInteractive || shell.subshellDepth > 0) return false;
  return signal === SIGQUIT || signal === SIGTERM || jobControlSignals.includes(signal);
}

function isIgnored(shell: Shell, signal: Signal): boolean {
  return shell.traps.get(nameOfSignal(signal) ?? '')?.command === '';
}

/** In a child: what the parent handled is as it was when that started; what was ignored by a trap stays ignored. */
export function resetSignals(child: Shell, parent: Shell, isInBackground: boolean): void {
  const { sys } = child;
  const wasInteractive = parent.isInteractive && parent.subshellDepth === 0;
  const names = new Set<string>();
  for (const [name, trap] of parent.traps) if (trap.command !== '') names.add(name);
  const signals = new Set<Signal>(
    parent.watchesFatal ? terminating.filter((signal) => !isIgnored(parent, signal)) : [],
  );
  for (const name of names) {
    const signal = signalOfName(name);
    if (signal !== null) signals.add(signal);
  }
  if (parent.flavour === 'bash') {
    for (const signal of [SIGQUIT, SIGCHLD]) {
      if (parent.traps.get(nameOfSignal(signal) ?? '')?.command !== '') signals.add(signal);
    }
  }
  if (wasInteractive) {
    for (const signal of [SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGCHLD, SIGWINCH, ...jobControlSignals]) {
      if (parent.traps.get(nameOfSignal(signal) ?? '')?.command !== '') signals.add(signal);
    }
  }
  for (const signal of signals) sys.sigaction(signal, child.hardIgnored.has(signal) ? 'ignore' : 'default');
  if (parent.flavour === 'bash' && parent.traps.get('SIGCHLD')?.command !== '') {
    sys.sigaction(SIGCHLD, handle(child, true));
  }
  // Without job control ^C is not for commands in the background.
  if (isInBackground && !parent.controlsJobs) {
    sys.sigaction(SIGINT, 'ignore');
    sys.sigaction(SIGQUIT, 'ignore');
  }
  child.pendingSignals = [];
  child.isInterrupted = false;
  child.childChanged = false;
}
