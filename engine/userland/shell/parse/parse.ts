/** Reads shell text with unbash: a tree, what is wrong with it, and the pieces a shell executes one after the other. */

import type { HereDoc, ParsedScript, ParseError, Statement, SyntaxNode } from 'unbash';
import { forEachChild, parse } from 'unbash';
import { append } from '../../lib/append';
import { type Problem, problemOf } from './problem';
import { Source } from './source';

export interface ParsedText {
  script: ParsedScript;
  source: Source;
  problem: Problem | null;
  /** Here-documents that ended with the text instead of their delimiter. */
  openHereDocuments: HereDoc[];
}

/** Statements that stand on the same lines: they are read, then executed, before the next lines are read. */
export interface Group {
  statements: Statement[];
  start: number;
  end: number;
}

/** Texts that are read again and again: start-up files, bodies of loops given to `eval`, lines of scripts that many shells run. */
const known = new Map<string, ParsedText>();
const maxKnown = 256;
const maxKnownLength = 8192;

/** Answers with the same tree for the same text: it is never changed. */
export function parseText(text: string, firstLine = 1): ParsedText {
  if (text.length > maxKnownLength) return parseAnew(text, firstLine);
  const key = `${firstLine} ${text}`;
  const parsed = known.get(key) ?? parseAnew(text, firstLine);
  // The one that has not been asked for the longest time is forgotten.
  known.delete(key);
  known.set(key, parsed);
  const [oldest] = known.keys();
  if (known.size > maxKnown && oldest !== undefined) known.delete(oldest);
  return parsed;
}

function parseAnew(text: string, firstLine: number): ParsedText {
  const source = new Source(text, firstLine);
  const script = parse(text);
  const errors: ParseError[] = [...(script.errors ?? [])];
  const openHereDocuments: HereDoc[] = [];
  if (/<<|\$\(|`|[<>]\(/.test(text)) inspect(script, errors, openHereDocuments);
  if (text.includes('(')) findStrayParentheses(script, text, errors);
  return { script, source, problem: problemOf(errors, source), openHereDocuments };
}

/** `echo (a)`: unbash passes over the parenthesis. What bash minds is what comes after it. */
function findStrayParentheses(root: ParsedScript, text: string, errors: ParseError[]): void {
  const visit = (node: SyntaxNode): void => {
    if (node.type === 'Word' || node.type === 'Script') return;
    if (node.type !== 'Command') return forEachChild(node, visit);
    const ends = [node.name, ...node.suffix].flatMap((part) => (part === undefined ? [] : [part.end]));
    ends.forEach((end, i) => {
      const blanks = /^(?:[ \t]|\\\n)*/.exec(text.slice(end, end + 200))?.[0].length ?? 0;
      const at = end + blanks;
      if (text[at] !== '(' || (blanks === 0 && i > 0)) return;
      const next = i === 0 ? at + 1 : at;
      errors.push({ message: 'stray parenthesis', pos: next });
    });
  };
  forEachChild(root, visit);
}

function inspect(root: ParsedScript, errors: ParseError[], openHereDocuments: HereDoc[]): void {
  const visit = (node: SyntaxNode): void => {
    if (node.type === 'HereDoc' && node.closing === undefined) openHereDocuments.push(node);
    if (node.type === 'Script' && node.errors !== undefined && node.source === undefined) append(errors, node.errors);
    forEachChild(node, visit);
  };
  forEachChild(root, visit);
}

/** True when a reader has to ask for another line (the secondary prompt). */
export function isUnfinished(parsed: ParsedText): boolean {
  if (parsed.problem?.kind === 'unfinished' || parsed.openHereDocuments.length > 0) return true;
  return parsed.problem === null && /(^|[^\\])(\\\\)*\\\n$/.test(parsed.source.text);
}

export function groupsOf(statements: readonly Statement[], source: Source): Group[] {
  const groups: Group[] = [];
  for (const statement of statements) {
    const last = groups.at(-1);
    const sameLine = last !== undefined && !source.text.slice(last.end, statement.pos).includes('\n');
    if (last && sameLine) {
      last.statements.push(statement);
      last.end = Math.max(last.end, statement.end);
    } else groups.push({ statements: [statement], start: statement.pos, end: statement.end });
  }
  return groups;
}

/** The groups that can be executed before the problem is met. */
export function soundGroups(parsed: ParsedText): Group[] {
  const groups = groupsOf(parsed.script.commands, parsed.source);
  const { problem, source } = parsed;
  if (problem === null) return groups;
  if (problem.kind === 'unfinished') {
    const firstError = Math.min(...(parsed.script.errors ?? []).map(({ pos }) => pos), source.text.length);
    return groupsBefore(groups, firstError, source);
  }
  return groupsBefore(groups, problem.pos, source);
}

function groupsBefore(groups: readonly Group[], pos: number, source: Source): Group[] {
  const before = groups.filter(({ start, end }) => start < pos && end <= pos);
  const last = before.at(-1);
  if (last === undefined) return before;
  const isApart = /^[ \t]*[;&]?[ \t]*(#[^\n]*)?\n/.test(source.text.slice(last.end, pos));
  const isWhole = (parse(source.text.slice(last.start, last.end)).errors ?? []).length === 0;
  return isApart && isWhole ? before : before.slice(0, -1);
}
