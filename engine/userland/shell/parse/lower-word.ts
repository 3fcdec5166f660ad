/**
 * From unbash's words to ours. Values are taken from the text of each part, because whether a backslash or a quote was
 * there decides what is split, matched and removed later (bash(1), "Quoting").
 */

import type * as Ast from 'unbash';
import { parse } from 'unbash';
import { append } from '../../lib/append';
import { Source } from './source';
import { makeWord, type ParameterOperation, type ParameterPart, type Part, type Substitution, type Word } from './word';

/** `double`: within double quotes; `here`: the body of a here-document, where `"` is an ordinary character. */
type Quoting = 'none' | 'double' | 'here';

export interface LowerOptions {
  /** The right side of an assignment: a tilde counts after a colon, too. */
  assignment?: boolean;
  /** No tilde is expanded. */
  noTilde?: boolean;
}

export function lowerWord(word: Ast.Word, source: Source, options: LowerOptions = {}): Word {
  const parts = lowerParts(word.parts, word.text, source, 'none');
  return makeWord(options.noTilde ? parts : withTildes(parts, options.assignment ?? false), word.text);
}

export function lowerHereDocument(body: Ast.HereDocBody, source: Source): Word {
  return makeWord(lowerParts(body.parts, body.text, source, 'here'), body.text);
}

/** An arithmetic expression, or what else is expanded as if it were in double quotes. Quotes in it mean nothing. */
export function lowerExpression(text: string, line: number): Word {
  return makeWord(withoutQuotes(lowerQuoted(text, line).parts), text);
}

/** Text that is expanded as the body of a here-document is: prompts, expressions. */
export function lowerQuoted(text: string, line: number): Word {
  if (!/[$`\\]/.test(text)) return makeWord([{ kind: 'text', text, quoted: true }], text);
  const marker = '__end_of_text__';
  const wrapped = `: <<${marker}\n${text}\n${marker}\n`;
  const command = parse(wrapped).commands[0]?.command;
  const body = command?.type === 'Command' ? command.suffix.find((node) => node.type === 'HereDoc') : undefined;
  if (body?.type !== 'HereDoc') return makeWord([{ kind: 'text', text, quoted: true }], text);
  const parts = lowerParts(body.body.parts, body.body.text, new Source(wrapped, line - 1), 'here');
  return makeWord(withoutLastNewline(parts), text);
}

function lowerParts(
  parts: readonly Ast.WordPart[] | undefined,
  text: string,
  source: Source,
  quoting: Quoting,
): Part[] {
  if (parts === undefined) return literalParts(text, quoting);
  const lowered: Part[] = [];
  for (const part of parts) lowerPart(part, source, quoting, lowered);
  return lowered;
}

function lowerPart(part: Ast.WordPart, source: Source, quoting: Quoting, into: Part[]): void {
  const quoted = quoting !== 'none';
  switch (part.type) {
    case 'Literal':
      append(into, literalParts(part.text, quoting));
      return;
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      into.push({
        kind: 'text',
        text: part.type === 'SingleQuoted' ? part.text.slice(1, -1) : part.value,
        quoted: true,
      });
      return;
    case 'DoubleQuoted':
    case 'LocaleString': {
      const before = into.length;
      for (const child of part.parts) lowerPart(child, source, 'double', into);
      if (into.length === before) into.push({ kind: 'text', text: '', quoted: true });
      return;
    }
    case 'SimpleExpansion':
      into.push(simpleParameter(part.text, quoted));
      return;
    case 'ParameterExpansion':
      into.push(lowerParameter(part, source, quoting));
      return;
    case 'CommandExpansion':
      into.push({ kind: 'command', quoted, substitution: substitutionOf(part, source) });
      return;
    case 'ArithmeticExpansion': {
      const inner = part.text.startsWith('$((') ? part.text.slice(3, -2) : part.text.slice(2, -1);
      into.push({ kind: 'arithmetic', quoted, expression: lowerExpression(inner, source.lineAt(part.pos)) });
      return;
    }
    case 'ProcessSubstitution':
      into.push({ kind: 'process', direction: part.operator, substitution: substitutionOf(part, source) });
      return;
    case 'Glob':
      if (part.kind !== 'bracket') into.push({ kind: 'text', text: part.text, quoted });
      else pushEnclosed('[', part.parts, part.text.slice(1, -1), ']', source, quoting, into);
      return;
    case 'ExtendedGlob':
      pushEnclosed(part.text.slice(0, 2), part.parts, part.text.slice(2, -1), ')', source, quoting, into);
      return;
    case 'BraceExpansion':
      pushEnclosed('{', part.parts, part.text.slice(1, -1), '}', source, quoting, into);
  }
}

function pushEnclosed(
  open: string,
  parts: readonly Ast.WordPart[] | undefined,
  text: string,
  close: string,
  source: Source,
  quoting: Quoting,
  into: Part[],
): void {
  const quoted = quoting !== 'none';
  into.push({ kind: 'text', text: open, quoted });
  append(into, lowerParts(parts, text, source, quoting));
  into.push({ kind: 'text', text: close, quoted });
}

function simpleParameter(text: string, quoted: boolean): ParameterPart {
  return {
    kind: 'parameter',
    quoted,
    name: text.slice(1),
    indirect: false,
    length: false,
    index: null,
    operation: null,
    text,
  };
}

function substitutionOf(part: Ast.CommandExpansionPart | Ast.ProcessSubstitutionPart, source: Source): Substitution {
  const open = part.text.startsWith('`') ? 1 : 2;
  const script = part.script ?? parse('');
  const inner = script.source === undefined ? source : new Source(script.source, source.lineAt(part.pos));
  return { script, source: inner, text: part.text.slice(open, -1) };
}

/** Splits literal text where backslashes quote a character. */
function literalParts(text: string, quoting: Quoting): Part[] {
  const quoted = quoting !== 'none';
  if (!text.includes('\\')) return text === '' ? [] : [{ kind: 'text', text, quoted }];
  const parts: Part[] = [];
  let plain = '';
  const flush = () => {
    if (plain !== '') parts.push({ kind: 'text', text: plain, quoted });
    plain = '';
  };
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    const next = text.charAt(at + 1);
    if (char !== '\\' || next === '') {
      plain += char;
      continue;
    }
    at++;
    if (next === '\n') continue;
    if (quoting === 'none') {
      flush();
      parts.push({ kind: 'text', text: next, quoted: true });
    } else if ('$`\\'.includes(next) || (quoting === 'double' && next === '"')) plain += next;
    else plain += char + next;
  }
  flush();
  return parts;
}

function lowerParameter(part: Ast.ParameterExpansionPart, source: Source, quoting: Quoting): ParameterPart {
  const quoted = quoting !== 'none';
  return {
    kind: 'parameter',
    quoted,
    name: part.parameter,
    indirect: part.prefix === '!',
    length: part.prefix === '#',
    index: part.index === undefined ? null : lowerWord(part.index, source, { noTilde: true }),
    operation: part.operation === undefined ? checkedName(part) : lowerOperation(part.operation, source, quoting),
    text: part.text,
  };
}

function checkedName(part: Ast.ParameterExpansionPart): ParameterOperation | null {
  return /^([A-Za-z_]\w*|\d+|[-#?$!@*])$/.test(part.parameter) ? null : { type: 'bad' };
}

function lowerOperation(operation: Ast.ParameterOperation, source: Source, quoting: Quoting): ParameterOperation {
  // Within double quotes a default is quoted text; a pattern is read as if there were none.
  const operand = (word: Ast.Word): Word => {
    const parts = lowerParts(word.parts, word.text, source, quoting);
    return makeWord(quoting === 'none' ? withTildes(parts, false) : parts, word.text);
  };
  const pattern = (word: Ast.Word): Word => lowerWord(word, source);
  switch (operation.type) {
    case 'Default':
      return {
        type: 'default',
        operator: operation.operator,
        operand: operand(operation.operand),
        text: operation.operand.text,
      };
    case 'Remove':
      return { type: 'remove', operator: operation.operator, pattern: pattern(operation.operand) };
    case 'Replace':
      return {
        type: 'replace',
        operator: operation.operator,
        pattern: pattern(operation.pattern),
        replacement: pattern(operation.replacement),
      };
    case 'Slice':
      return {
        type: 'slice',
        offset: lowerExpression(operation.offset.text, source.lineAt(operation.pos)),
        length:
          operation.length === undefined ? null : lowerExpression(operation.length.text, source.lineAt(operation.pos)),
      };
    case 'CaseModification':
      return {
        type: 'case',
        operator: operation.operator,
        pattern: operation.operand === undefined || operation.operand.text === '' ? null : pattern(operation.operand),
      };
    case 'Transform':
      return { type: 'transform', operator: operation.operand.text };
    case 'Names':
      return { type: 'names', star: operation.operator === '*' };
    case 'Unknown':
      // Not documented, but there.
      if (/^~~?$/.test(operation.operator)) return { type: 'case', operator: operation.operator, pattern: null };
      return { type: 'bad' };
  }
}

/** Takes unquoted `~` and `~user` at the beginning (and after `:`, `=` where they count) for what they stand for. */
function withTildes(parts: Part[], assignment: boolean): Part[] {
  if (!parts.some((part) => part.kind === 'text' && !part.quoted && part.text.includes('~'))) return parts;
  const result: Part[] = [];
  for (const [index, part] of parts.entries()) {
    if (part.kind !== 'text' || part.quoted) {
      result.push(part);
      continue;
    }
    const isLast = index === parts.length - 1;
    splitTildes(part.text, index === 0, isLast, assignment, result);
  }
  return result;
}

function splitTildes(text: string, isFirst: boolean, isLast: boolean, assignment: boolean, into: Part[]): void {
  const pattern = assignment ? /(^|:)~([^/:~\s]*)(?=[/:]|$)/g : /^()~([^/~\s]*)(?=\/|$)/g;
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    const [whole, before = '', user = ''] = match;
    const end = match.index + whole.length;
    if (match.index === 0 && before === '' && !isFirst) continue;
    // A name that goes on in a quoted or expanded part is no name.
    if (end === text.length && !isLast) continue;
    if (match.index + before.length > from) {
      into.push({ kind: 'text', text: text.slice(from, match.index + before.length), quoted: false });
    }
    into.push({ kind: 'tilde', user });
    from = end;
  }
  if (from < text.length) into.push({ kind: 'text', text: text.slice(from), quoted: false });
}

function withoutLastNewline(parts: Part[]): Part[] {
  const last = parts.at(-1);
  if (last?.kind !== 'text') return parts;
  return [...parts.slice(0, -1), { ...last, text: last.text.replace(/\n$/, '') }];
}

/** Double quotes mean nothing in an expression. */
function withoutQuotes(parts: readonly Part[]): Part[] {
  return parts.map((part) => (part.kind === 'text' ? { ...part, text: part.text.replaceAll('"', '') } : part));
}
