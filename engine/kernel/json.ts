/**
 * JSON with words of our own for what is wrong with it (RFC 8259): those of JavaScript engines differ, and what a simulated
 * Machine prints has to be the same wherever it is played again.
 */
type Expected =
  | 'a value'
  | 'a value or ]'
  | 'a name in quotes'
  | 'a name in quotes or }'
  | ':'
  | ', or }'
  | ', or ]'
  | 'the end';

const blanks = /[ \t\n\r]*/y;
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])|(?:true|false|null)\b/y;

/** Errors: `SyntaxError` with the place. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SyntaxError(problemIn(text));
  }
}

function problemIn(text: string): string {
  const open: Array<'{' | '['> = [];
  let expected: Expected = 'a value';
  let at = end(blanks, text, 0) ?? 0;
  while (at < text.length) {
    const next = step(text, at, expected, open);
    if (next === null) return `${characterAt(text, at)}: expected ${expected}`;
    expected = next.expected;
    at = end(blanks, text, next.at) ?? next.at;
  }
  return 'it ends too early';
}

/** One token further; null when it is not what is expected. */
function step(
  text: string,
  at: number,
  expected: Expected,
  open: Array<'{' | '['>,
): { at: number; expected: Expected } | null {
  const character = text.charAt(at);
  const closed = (): Expected => (open.at(-1) === undefined ? 'the end' : open.at(-1) === '{' ? ', or }' : ', or ]');
  if (expected === ':') return character === ':' ? { at: at + 1, expected: 'a value' } : null;
  if ((character === '}' || character === ']') && expected.endsWith(`or ${character}`)) {
    open.pop();
    return { at: at + 1, expected: closed() };
  }
  if (expected.startsWith(', or')) {
    if (character !== ',') return null;
    return { at: at + 1, expected: open.at(-1) === '{' ? 'a name in quotes' : 'a value' };
  }
  const afterString = end(string, text, at);
  if (expected.startsWith('a name')) return afterString === null ? null : { at: afterString, expected: ':' };
  if (expected === 'the end') return null;
  if (character === '{' || character === '[') {
    open.push(character);
    return { at: at + 1, expected: character === '{' ? 'a name in quotes or }' : 'a value or ]' };
  }
  const after = afterString ?? end(scalar, text, at);
  return after === null ? null : { at: after, expected: closed() };
}

function end(pattern: RegExp, text: string, at: number): number | null {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : null;
}

function characterAt(text: string, at: number): string {
  const before = text.slice(0, at).split('\n');
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  return `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}, at ${JSON.stringify(character)}`;
}
