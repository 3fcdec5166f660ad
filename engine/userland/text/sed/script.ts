/** What a script of sed says once it is read (sed(1), GNU sed 4.9). */
import type { Regex } from '../../regex';
import type { Replacement } from './replacement';

/** Null stands for the empty expression: the one used last. */
export type SedRegex = Regex | null;

export type Address =
  | { kind: 'line'; number: number }
  | { kind: 'last' }
  | { kind: 'regex'; regex: SedRegex }
  | { kind: 'step'; first: number; step: number };

export type RangeEnd = Address | { kind: 'more'; count: number } | { kind: 'multiple'; of: number };

export interface Command {
  first: Address | null;
  end: RangeEnd | null;
  negated: boolean;
  action: Action;
  /** While a range is open: the line it ends at, when that is known. */
  range: { isOpen: boolean; endLine: number };
}

export type Action =
  /** Where to go on when the block does not apply. */
  | { kind: 'block'; end: number }
  | { kind: 'blockEnd' }
  | { kind: 'label' }
  | { kind: 'append' | 'insert' | 'change'; text: string }
  | { kind: 'branch' | 'branchIf' | 'branchUnless'; label: string; target: number }
  | { kind: 'quit' | 'quitSilently'; status: number }
  | { kind: 'list'; width: number | null }
  | { kind: 'readFile' | 'readLine' | 'writeFile' | 'writeLine'; file: string }
  | { kind: 'execute'; command: string }
  | { kind: 'translate'; map: ReadonlyMap<string, string> }
  | { kind: 'substitute'; substitution: Substitution }
  | { kind: 'simple'; name: string };

export interface Substitution {
  regex: SedRegex;
  replacement: Replacement;
  global: boolean;
  number: number;
  print: number;
  evaluate: boolean;
  file: string | null;
}

export interface Script {
  commands: Command[];
  /** `#n` in the first line. */
  isQuiet: boolean;
}

/** What is wrong with the script, without `sed: `. */
export class ScriptError extends Error {}

/** Something other than the script: files, jumps. Status 4. */
export class PanicError extends Error {}
