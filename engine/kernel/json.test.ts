import { expect, it } from 'vitest';
import { parseJson } from './json';

function problem(text: string): string {
  try {
    return `parsed: ${JSON.stringify(parseJson(text))}`;
  } catch (error) {
    return error instanceof SyntaxError ? error.message : String(error);
  }
}

it('reads what JSON.parse reads', () => {
  for (const text of ['{"a":[1,-2.5e3,true,null,"\\u00e9\\n"],"b":{}}', ' [] ', '"x"', '0']) {
    expect(parseJson(text)).toEqual(JSON.parse(text));
  }
});

it.each([
  ['', 'it ends too early'],
  ['{"a": 1', 'it ends too early'],
  ['{ name }', 'line 1, column 3, at "n": expected a name in quotes or }'],
  ['{"a": 1,}', 'line 1, column 9, at "}": expected a name in quotes'],
  ['{"a" 1}', 'line 1, column 6, at "1": expected :'],
  ['{\n  "a": 1\n  "b": 2\n}', 'line 3, column 3, at "\\"": expected , or }'],
  ['[1, 2', 'it ends too early'],
  ['[1 2]', 'line 1, column 4, at "2": expected , or ]'],
  ['[01]', 'line 1, column 2, at "0": expected a value or ]'],
  ['{"a": tru}', 'line 1, column 7, at "t": expected a value'],
  ['{"a": "x\ny"}', 'line 1, column 7, at "\\"": expected a value'],
  ['{} {}', 'line 1, column 4, at "{": expected the end'],
  [']', 'line 1, column 1, at "]": expected a value'],
  ['[}', 'line 1, column 2, at "}": expected a value or ]'],
])('says where %j is wrong', (text, message) => {
  expect(problem(text)).toBe(message);
});

it('finds a problem wherever JSON.parse does', () => {
  const text = '{"a": [1, {"b": "c\\n"}, -0.5e+3, null], "d": false}';
  for (let at = 0; at < text.length; at++) {
    for (const changed of [text.slice(0, at) + text.slice(at + 1), `${text.slice(0, at)}x${text.slice(at)}`]) {
      expect(problem(changed)).toMatch(/^(parsed: .*|it ends too early|line 1, column \d+, at .*: expected .*)$/);
    }
  }
});
