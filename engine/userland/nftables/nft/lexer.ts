/** Words and signs of nft(8)'s language, with where they stand. */

export interface Token {
  kind: 'word' | 'string' | 'sign' | 'newline' | 'end';
  text: string;
  /** Offset in the whole text. */
  start: number;
  end: number;
}

/** Where something is wrong, and what. */
export class NftSyntaxError extends Error {
  constructor(
    message: string,
    readonly start: number,
    readonly end: number,
    /** What it has to do with: underlined by tildes. */
    readonly related: { start: number; end: number } | null = null,
  ) {
    super(message);
  }
}

const signs = [
  '==',
  '!=',
  '<=',
  '>=',
  '<<',
  '>>',
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  ';',
  ',',
  '=',
  '<',
  '>',
  '!',
  '|',
  '&',
  '^',
  '@',
  '$',
];

export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const push = (kind: Token['kind'], length: number, value = text.slice(at, at + length)) => {
    tokens.push({ kind, text: value, start: at, end: at + length });
    at += length;
  };
  while (at < text.length) {
    const char = text[at] ?? '';
    if (char === '\n') push('newline', 1);
    else if (char === ' ' || char === '\t' || char === '\r') at++;
    else if (char === '\\' && text[at + 1] === '\n') at += 2;
    else if (char === '#') at += /^[^\n]*/.exec(text.slice(at))?.[0].length ?? 1;
    else if (char === '"') {
      const close = text.indexOf('"', at + 1);
      if (close < 0) throw new NftSyntaxError('syntax error, unexpected junk', at, at + 1);
      push('string', close + 1 - at, text.slice(at + 1, close));
    } else {
      const sign = signs.find((one) => text.startsWith(one, at));
      // An address in brackets is one word, with the port behind it.
      const bracketed = /^\[[0-9a-fA-F:.]+\](?::\d+(?:-\d+)?)?/.exec(text.slice(at))?.[0];
      if (bracketed) push('word', bracketed.length);
      else if (sign) push('sign', sign.length);
      else push('word', wordLength(text, at));
    }
  }
  tokens.push({ kind: 'end', text: '', start: at, end: at + 1 });
  return tokens;
}

function wordLength(text: string, at: number): number {
  const word = /^[^\s{}()[\];,=<>!|&^@$"#]+/.exec(text.slice(at))?.[0] ?? text.slice(at, at + 1);
  // The colon between a key and its value may hang on the key.
  return /^[^:]+:$/.test(word) ? word.length - 1 : word.length;
}

/** What the parser calls it in a message. */
export function tokenName(token: Token): string {
  if (token.kind === 'newline') return 'newline';
  if (token.kind === 'end') return 'end of file';
  if (token.kind === 'sign') return token.text.length === 1 ? `'${token.text}'` : token.text;
  if (token.kind === 'string') return 'quoted string';
  return keywords.has(token.text) ? token.text : /^(0x[0-9a-f]+|\d+)$/i.test(token.text) ? 'number' : 'string';
}

const keywords = new Set([
  'accept',
  'drop',
  'continue',
  'return',
  'jump',
  'goto',
  'add',
  'delete',
  'list',
  'flush',
  'insert',
  'replace',
  'rename',
  'table',
  'chain',
  'rule',
  'set',
  'map',
  'element',
  'counter',
  'counters',
  'ruleset',
  'ip',
  'ip6',
  'inet',
  'tcp',
  'udp',
  'icmp',
  'icmpv6',
  'ct',
  'meta',
  'type',
  'hook',
  'priority',
  'policy',
  'device',
  'comment',
  'log',
  'limit',
  'reject',
  'with',
  'masquerade',
  'snat',
  'dnat',
  'redirect',
  'to',
  'saddr',
  'daddr',
  'sport',
  'dport',
  'protocol',
  'vmap',
  'handle',
  'position',
  'index',
  'mark',
  'state',
  'ether',
  'arp',
  'bridge',
  'netdev',
  'fib',
]);
