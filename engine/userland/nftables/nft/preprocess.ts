/** `define NAME = VALUE`, `$NAME`, `include "FILE"`: done before anything is read. */
import { NftSyntaxError, type Token } from './lexer';

export function expandVariables(tokens: readonly Token[]): Token[] {
  const variables = new Map<string, Token[]>();
  const out: Token[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (!token) break;
    if (token.kind === 'word' && (token.text === 'define' || token.text === 'redefine') && isStart(out)) {
      at = define(tokens, at, variables);
    } else if (token.kind === 'sign' && token.text === '$') {
      const name = tokens[++at];
      out.push(...valueNamed(variables, token, name));
    } else out.push(token);
  }
  return out;
}

function isStart(out: readonly Token[]): boolean {
  const last = out.at(-1);
  return (
    last === undefined ||
    last.kind === 'newline' ||
    (last.kind === 'sign' && (last.text === ';' || last.text === '{' || last.text === '}'))
  );
}

/** Answers where the definition ends. */
function define(tokens: readonly Token[], start: number, variables: Map<string, Token[]>): number {
  const name = tokens[start + 1];
  const equals = tokens[start + 2];
  if (name?.kind !== 'word' || equals?.text !== '=') throw unexpected(equals ?? name ?? tokens[start]);
  const value: Token[] = [];
  let depth = 0;
  let at = start + 3;
  for (; at < tokens.length; at++) {
    const token = tokens[at];
    if (!token || token.kind === 'end') break;
    if (depth === 0 && (token.kind === 'newline' || token.text === ';')) break;
    if (token.text === '{') depth++;
    else if (token.text === '}') depth--;
    if (token.kind === 'sign' && token.text === '$') value.push(...valueNamed(variables, token, tokens[++at]));
    else value.push(token);
  }
  variables.set(name.text, value);
  return at - 1;
}

function valueNamed(variables: ReadonlyMap<string, Token[]>, sign: Token, name: Token | undefined): Token[] {
  const value = variables.get(name?.text ?? '');
  if (!value || !name)
    throw new NftSyntaxError(`unknown identifier '${name?.text ?? ''}'`, sign.start, name?.end ?? sign.end);
  return value.map((token) => ({ ...token, start: sign.start, end: name.end }));
}

function unexpected(token: Token | undefined): NftSyntaxError {
  return new NftSyntaxError(
    `syntax error, unexpected ${token?.text ?? 'end of file'}`,
    token?.start ?? 0,
    token?.end ?? 1,
  );
}
