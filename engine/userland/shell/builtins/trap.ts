/** trap: what to do when a signal comes (bash(1)). */
import { singleQuote } from '../expand/quote';
import { applyTrap, nameOfSignal, signalOfName, trapNameOf } from '../jobs/signals';
import type { Shell } from '../state/shell';
import { type Builtin, complain, parseOptions, usage } from './support';

export const trap: Builtin = (shell, call) => {
  const given = parseOptions(shell, call, shell.flavour === 'dash' ? '' : 'lp');
  if (given === null) return 2;
  if (given.has('l')) {
    shell.print(signalTable());
    return 0;
  }
  const [action, ...signals] = given.operands;
  if (action === undefined || given.has('p')) return show(shell, call, given.operands);
  if (signals.length === 0) {
    if (trapNameOf(action) === null) return usage(shell, call);
    return clear(shell, [action], call);
  }
  if (action === '-' || (/^\d+$/.test(action) && trapNameOf(action) !== null)) {
    return clear(shell, action === '-' ? signals : given.operands, call);
  }
  let status = 0;
  for (const word of signals) {
    const name = trapNameOf(word);
    if (name === null) {
      complain(shell, call, shell.flavour === 'dash' ? `${word}: bad trap` : `${word}: invalid signal specification`);
      status = 1;
      continue;
    }
    const signal = signalOfName(name);
    if (signal !== null && shell.hardIgnored.has(signal) && !shell.isInteractive) continue;
    forget(shell);
    shell.traps.set(name, { command: action });
    if (name === 'ERR') shell.trapDepth = shell.functionDepth;
    applyTrap(shell, name);
  }
  return status;
};

function forget(shell: Shell): void {
  shell.inheritedTraps = null;
}

function clear(shell: Shell, words: readonly string[], call: { name: string }): number {
  let status = 0;
  for (const word of words) {
    const name = trapNameOf(word);
    if (name === null) {
      complain(shell, call, `${word}: invalid signal specification`);
      status = 1;
      continue;
    }
    forget(shell);
    shell.traps.delete(name);
    applyTrap(shell, name);
  }
  return status;
}

const order = (name: string): number => {
  if (name === 'EXIT') return 0;
  return signalOfName(name) ?? 100 + ['DEBUG', 'ERR', 'RETURN'].indexOf(name);
};

function show(shell: Shell, call: { name: string }, words: readonly string[]): number {
  const table = shell.inheritedTraps ?? shell.traps;
  let status = 0;
  const wanted = words.flatMap((word) => {
    const name = trapNameOf(word);
    if (name === null) {
      complain(shell, call, `${word}: invalid signal specification`);
      status = 1;
    }
    return name ?? [];
  });
  for (const name of [...table.keys()].sort((a, b) => order(a) - order(b))) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const shown = shell.flavour === 'dash' ? name.replace(/^SIG/, '') : name;
    shell.print(`trap -- ${singleQuote(table.get(name)?.command ?? '')} ${shown}\n`);
  }
  return status;
}

/** `kill -l`, `trap -l`: five in a row. */
export function signalTable(): string {
  const numbers = Array.from({ length: 64 }, (_, i) => i + 1).filter((number) => nameOfSignal(number) !== null);
  let text = '';
  numbers.forEach((number, i) => {
    const isLast = i === numbers.length - 1;
    text += `${String(number).padStart(2)}) ${nameOfSignal(number)}${(i + 1) % 5 === 0 || isLast ? '\n' : '\t'}`;
  });
  return text;
}
