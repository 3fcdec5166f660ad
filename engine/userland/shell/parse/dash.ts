/** What dash refuses of bash's language: arrays, here-strings, process substitution, arithmetic loops. */
import type { SyntaxNode } from 'unbash';
import { forEachChild } from 'unbash';
import type { ParsedText } from './parse';

export function objectTo(parsed: ParsedText): ParsedText {
  const { source } = parsed;
  if (!/=\(|<<<|[<>]\(|\(\(/.test(source.text)) return parsed;
  let found: { token: string; pos: number } | null = null;
  const visit = (node: SyntaxNode): void => {
    if (found !== null) return;
    if (node.type === 'Assignment' && node.value.type === 'ArrayValue') found = { token: '(', pos: node.value.pos };
    else if (node.type === 'ProcessSubstitution') found = { token: '(', pos: node.pos };
    else if (node.type === 'HereString') found = { token: 'redirection', pos: node.pos };
    else if (node.type === 'ArithmeticFor') found = { token: '(', pos: node.pos };
    else forEachChild(node, visit);
  };
  visit(parsed.script);
  if (found === null) return parsed;
  const { token, pos }: { token: string; pos: number } = found;
  return { ...parsed, problem: { kind: 'unexpected', token, pos, expected: null } };
}
