/** What the builtins share: their shape, options, messages. */
import type { Blocking } from '../../../kernel/sim';
import type { ArrayElementPlan } from '../interp/plan';
import type { Shell, Tail } from '../state/shell';
import { synopses } from './synopses';

export interface BuiltinCall {
  name: string;
  args: readonly string[];
  /** Arguments of the form `name=(...)`, by their position among the words (the name of the builtin is 0). */
  arrays: ReadonlyMap<number, { plan: ArrayElementPlan[]; append: boolean }> | null;
  /** Whether anything comes after it in this process. */
  tail: Tail;
}

/** Answers the exit status. One that never waits answers at once. */
export type Builtin = (shell: Shell, call: BuiltinCall) => number | Blocking<number>;

/** `bash: line 1: cd: text`. */
export function complain(shell: Shell, call: { name: string }, text: string): void {
  shell.complain(`${call.name}: ${text}`);
}

/** Adds the synopsis. */
export function usage(shell: Shell, call: { name: string }): number {
  shell.printError(`${call.name}: usage: ${synopses[call.name] ?? call.name}\n`);
  return 2;
}

export function invalidOption(shell: Shell, call: { name: string }, option: string): number {
  complain(shell, call, `${option}: invalid option`);
  return usage(shell, call);
}

export interface Parsed {
  /** Letters in the order they were given, with their values. */
  options: Array<{ letter: string; value: string }>;
  operands: string[];
  has(letter: string): boolean;
  value(letter: string): string | null;
}

/**
 * Options as the builtins of bash read them: bundled, up to the first operand. `letters` as for getopt(3): a colon says
 * that a value follows. Null after a message (status 2).
 */
export function parseOptions(shell: Shell, call: BuiltinCall, letters: string): Parsed | null {
  const options: Parsed['options'] = [];
  let at = 0;
  for (; at < call.args.length; at++) {
    const word = call.args[at] ?? '';
    if (word === '--') {
      at++;
      break;
    }
    if (!/^-./.test(word)) break;
    for (let i = 1; i < word.length; i++) {
      const letter = word.charAt(i);
      const place = letter === ':' ? -1 : letters.indexOf(letter);
      if (place < 0) {
        invalidOption(shell, call, `-${letter}`);
        return null;
      }
      if (letters[place + 1] !== ':') {
        options.push({ letter, value: '' });
        continue;
      }
      const attached = word.slice(i + 1);
      const value = attached !== '' ? attached : call.args[++at];
      if (value === undefined) {
        complain(shell, call, `-${letter}: option requires an argument`);
        usage(shell, call);
        return null;
      }
      options.push({ letter, value });
      break;
    }
  }
  return {
    options,
    operands: call.args.slice(at),
    has: (letter) => options.some((option) => option.letter === letter),
    value: (letter) => options.findLast((option) => option.letter === letter)?.value ?? null,
  };
}

/** A decimal number with an optional sign, else null. */
export function integerOf(text: string): number | null {
  return /^\s*[-+]?\d+\s*$/.test(text) ? Number(text) : null;
}
