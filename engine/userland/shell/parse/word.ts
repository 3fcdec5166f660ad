/** Words as the expander takes them: what is quoted, what is to be expanded, in order. */
import type { ParsedScript } from 'unbash';
import type { Source } from './source';

export interface Substitution {
  script: ParsedScript;
  source: Source;
  /** The text between the parentheses or backquotes. */
  text: string;
}

export type ParameterOperation =
  | { type: 'default'; operator: string; operand: Word; text: string }
  | { type: 'remove'; operator: string; pattern: Word }
  | { type: 'replace'; operator: string; pattern: Word; replacement: Word }
  | { type: 'slice'; offset: Word; length: Word | null }
  | { type: 'case'; operator: string; pattern: Word | null }
  | { type: 'transform'; operator: string }
  | { type: 'names'; star: boolean }
  | { type: 'bad' };

export interface ParameterPart {
  kind: 'parameter';
  quoted: boolean;
  name: string;
  /** `${!name}`. */
  indirect: boolean;
  /** `${#name}`. */
  length: boolean;
  index: Word | null;
  operation: ParameterOperation | null;
  /** As it was written: for `bad substitution`. */
  text: string;
}

export type Part =
  | { kind: 'text'; text: string; quoted: boolean }
  | { kind: 'tilde'; user: string }
  | ParameterPart
  | { kind: 'command'; quoted: boolean; substitution: Substitution }
  | { kind: 'arithmetic'; quoted: boolean; expression: Word }
  | { kind: 'process'; direction: '<' | '>'; substitution: Substitution };

export interface Word {
  readonly parts: readonly Part[];
  /** As it was written. */
  readonly text: string;
  /** The value, when nothing in it is to be expanded, split or matched against files. */
  readonly literal: string | null;
}

const globCharacters = /[*?[\]\\]|[+@!]\(/;

export function makeWord(parts: readonly Part[], text: string): Word {
  return { parts, text, literal: literalOf(parts) };
}

export function literalWord(text: string): Word {
  return { parts: [{ kind: 'text', text, quoted: true }], text, literal: text };
}

function literalOf(parts: readonly Part[]): string | null {
  let value = '';
  if (parts.length === 0) return null;
  for (const part of parts) {
    if (part.kind !== 'text') return null;
    if (!part.quoted && globCharacters.test(part.text)) return null;
    value += part.text;
  }
  return value;
}
