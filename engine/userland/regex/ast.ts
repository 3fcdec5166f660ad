/** What a POSIX regular expression says, before it is compiled (regex(7), and the GNU extensions). */

export type Assertion =
  | 'lineStart'
  | 'lineEnd'
  | 'bufferStart'
  | 'bufferEnd'
  | 'wordStart'
  | 'wordEnd'
  | 'wordEdge'
  | 'notWordEdge';

export type Node =
  | { kind: 'empty' }
  | { kind: 'char'; code: number }
  | { kind: 'any' }
  | { kind: 'set'; set: CharSet }
  | { kind: 'assert'; what: Assertion }
  | { kind: 'group'; number: number; body: Node }
  | { kind: 'backReference'; number: number }
  | { kind: 'sequence'; parts: Node[] }
  | { kind: 'choice'; branches: Node[] }
  /** `max` null: without end. */
  | { kind: 'repeat'; body: Node; min: number; max: number | null };

/** A bracket expression: ranges of code points and named classes. */
export interface CharSet {
  negated: boolean;
  ranges: Array<readonly [first: number, last: number]>;
  classes: ClassName[];
}

/** The pattern is no regular expression; the message is that of regerror(3). */
export class RegexError extends Error {}

/** A pattern with back-references took more steps than anyone would wait for. */
export class RegexBudgetError extends Error {}

const classPatterns = {
  alpha: /^\p{L}$/u,
  digit: /^[0-9]$/,
  alnum: /^[\p{L}\p{Nd}]$/u,
  upper: /^\p{Lu}$/u,
  lower: /^\p{Ll}$/u,
  space: /^[\t-\r \u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000]$/,
  blank: /^[\t \u1680\u2000-\u2006\u2008-\u200a\u205f\u3000]$/,
  punct: /^[!-/:-@[-`{-~\p{P}\p{S}]$/u,
  print: /^[^\p{Cc}\p{Cs}\p{Cn}\u2028\u2029]$/u,
  graph: /^[^\p{Cc}\p{Cs}\p{Cn}\p{Z}]$/u,
  cntrl: /^[\p{Cc}\u2028\u2029]$/u,
  xdigit: /^[0-9A-Fa-f]$/,
  word: /^[\p{L}\p{Nd}_]$/u,
} as const;

export type ClassName = keyof typeof classPatterns;

export function isClassName(name: string): name is ClassName {
  return Object.hasOwn(classPatterns, name);
}

const asciiClasses = new Map<ClassName, readonly boolean[]>();

/** Whether a code point belongs to a named class in the C.UTF-8 locale. */
export function inClass(name: ClassName, code: number): boolean {
  if (code >= 128) return classPatterns[name].test(String.fromCodePoint(code));
  let table = asciiClasses.get(name);
  if (table === undefined) {
    table = Array.from({ length: 128 }, (_, at) => classPatterns[name].test(String.fromCharCode(at)));
    asciiClasses.set(name, table);
  }
  return table[code] === true;
}
