/** What is wrong with shell text, in the words of bash 5.2 (parse.y), told from what unbash found. */
import type { ParseError } from 'unbash';
import type { Source } from './source';

export type Problem =
  /** The text ended in the middle: `awaited` closes what is open, null when no quote or bracket is. */
  | { kind: 'unfinished'; awaited: string | null; line: number; expected: string | null }
  | { kind: 'unexpected'; token: string; pos: number; expected: string | null }
  /** One of `[[ ]]`, which says itself what it wanted. */
  | { kind: 'conditional'; message: string; pos: number };

const awaitedBy: ReadonlyArray<readonly [RegExp, string]> = [
  [/double quote|locale/, '"'],
  [/single quote|ansi-c/i, "'"],
  [/backtick/, '`'],
  [/parameter expansion/, '}'],
  [/arithmetic|substitution|glob|array/, ')'],
];

const operators = [
  ';;&',
  '<<<',
  '&>>',
  ';;',
  ';&',
  '&&',
  '||',
  '|&',
  '&>',
  '>>',
  '<<',
  '<&',
  '>&',
  '>|',
  '<>',
  '((',
  '))',
];

/** The problem a reader of the text would meet first. */
export function problemOf(errors: readonly ParseError[], source: Source): Problem | null {
  let first: ParseError | null = null;
  for (const error of errors) if (first === null || error.pos < first.pos) first = error;
  if (first === null) return null;
  const { message, pos } = first;
  const unterminated = message.startsWith('unterminated');
  if (unterminated) {
    const awaited = awaitedBy.find(([pattern]) => pattern.test(message))?.[1] ?? ')';
    const isSubstitution = /substitution/.test(message);
    return { kind: 'unfinished', awaited, line: isSubstitution ? source.endLine : source.lineAt(pos), expected: null };
  }
  if (errors.some((error) => error.message.includes("close '[['"))) return conditionalProblem(message, pos, source);
  if (message.includes('unary test operator')) return conditionalProblem(message, pos, source);
  const swallowed = swallowedToken(message, pos, errors, source);
  if (swallowed !== null) return { kind: 'unexpected', ...swallowed, expected: null };
  const isEmptyGroup = /command in (brace group|subshell)/.test(message);
  const token = tokenAt(source.text, isEmptyGroup ? pos + 1 : pos);
  if (token === null) {
    if (/redirect target|stray parenthesis/.test(message))
      return { kind: 'unexpected', token: 'newline', pos, expected: null };
    return { kind: 'unfinished', awaited: null, line: source.endLine, expected: expectedIn(errors) };
  }
  return { kind: 'unexpected', token, pos, expected: expectedIn(errors) };
}

/** A closing keyword that unbash took although what should have come before it is missing. */
function swallowedToken(
  message: string,
  pos: number,
  errors: readonly ParseError[],
  source: Source,
): { token: string; pos: number } | null {
  const before = source.text.slice(0, pos);
  const isUnfinished = errors.some((error) => /^expected '(fi|done)' to close/.test(error.message));
  if (/^expected '(do|done)'/.test(message) && /(^|[;&|\s])(for|select|coproc)\s*$/.test(before)) {
    return { token: 'newline', pos: before.trimEnd().length - 1 };
  }
  if (message === "expected 'do'") {
    const head = /\b(?:for|select)\s+\w+\s+in\b[^;\n]*[;\n]\s*([^\s;&|()<>]+)[\s\S]*$/.exec(
      before.slice(before.search(/\b(for|select)\b/)),
    );
    const token = head?.[1];
    if (token !== undefined && token !== 'do' && !/\b(while|until)\b/.test(before)) {
      return { token, pos: before.lastIndexOf(token) };
    }
  }
  if ((message !== "expected 'then'" && message !== "expected 'do'") || isUnfinished) return null;
  const last = /(fi|done|else|elif)\s*$/.exec(before);
  return last ? { token: last[1] ?? '', pos: last.index } : null;
}

/** The keyword that would have gone on. */
function expectedIn(errors: readonly ParseError[]): string | null {
  for (const { message } of errors) {
    const word = /^expected '([^']+)'/.exec(message)?.[1];
    if (word !== undefined) return word;
  }
  return null;
}

function conditionalProblem(message: string, pos: number, source: Source): Problem {
  const token = tokenAt(source.text, pos);
  if (token === null) return { kind: 'unfinished', awaited: null, line: source.endLine, expected: null };
  const operand = /unexpected argument '(.*)' to conditional/.exec(message)?.[1];
  if (operand !== undefined) {
    return { kind: 'conditional', message: `unexpected argument \`${operand}' to conditional binary operator`, pos };
  }
  if (message.includes('unary test operator')) {
    return { kind: 'conditional', message: `unexpected argument \`${token}' to conditional unary operator`, pos };
  }
  return { kind: 'conditional', message: 'conditional binary operator expected', pos };
}

/** The lines bash prints; `prefix` is `bash: -c: ` or `./x: `. */
export function describeProblem(problem: Problem, source: Source, prefix: string, withLines: boolean): string[] {
  const at = (line: number) => (withLines ? `${prefix}line ${line}: ` : prefix);
  if (problem.kind === 'unfinished') {
    if (problem.awaited === null) return [`${at(source.endLine)}syntax error: unexpected end of file`];
    return [`${at(problem.line)}unexpected EOF while looking for matching \`${problem.awaited}'`];
  }
  const line = at(source.lineAt(problem.pos));
  if (problem.kind === 'conditional') return [line + problem.message];
  const messages = [`${line}syntax error near unexpected token \`${problem.token}'`];
  if (withLines) messages.push(`${line}\`${source.lineText(problem.pos)}'`);
  return messages;
}

/** The token that begins at or after a position; null when only blanks and comments follow. */
function tokenAt(text: string, pos: number): string | null {
  let at = pos;
  for (;;) {
    const blank = /^(?:[ \t]|\\\n|#[^\n]*)+/.exec(text.slice(at, at + 4096));
    if (!blank) break;
    at += blank[0].length;
  }
  if (text.slice(at).trim() === '') return null;
  if (text[at] === '\n') {
    // A line that ends too early, or one more that goes on.
    return /^\s*(#.*)?$/.test(text.slice(at)) ? null : tokenAfterNewline(text, at);
  }
  const operator = operators.find((candidate) => text.startsWith(candidate, at));
  if (operator !== undefined) return operator;
  if (/[;&|()<>]/.test(text.charAt(at))) return text.charAt(at);
  return /^(?:[^\s;&|()<>'"\\]|\\.|'[^']*'|"[^"]*")+/.exec(text.slice(at))?.[0] ?? text.charAt(at);
}

function tokenAfterNewline(text: string, at: number): string {
  const rest = text.slice(at).replace(/^(?:\s|#[^\n]*\n)+/, '');
  return tokenAt(rest, 0) ?? 'newline';
}
