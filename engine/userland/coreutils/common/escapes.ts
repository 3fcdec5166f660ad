/** Backslash escapes of echo -e and printf, on binary strings. */

import { bare } from '../../../kernel/sim';

const letters: Readonly<Record<string, string>> = bare({
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
});

export interface Unescaped {
  text: string;
  /** `\c` ended it. */
  isOver: boolean;
}

/** Octal numbers need a leading zero (`\0NNN`), as in echo -e and `%b`. */
export function unescapeEcho(text: string): Unescaped {
  let result = '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    const next = text[at + 1];
    if (char !== '\\' || next === undefined) {
      result += char;
      continue;
    }
    if (next === 'c') return { text: result, isOver: true };
    const number = /^(?:x([0-9a-fA-F]{1,2})|0([0-7]{0,3}))/.exec(text.slice(at + 1, at + 5));
    const letter = letters[next];
    if (number) {
      const [all, hex, octal] = number;
      const code =
        hex === undefined ? Number.parseInt(octal === '' ? '0' : (octal ?? '0'), 8) : Number.parseInt(hex, 16);
      result += String.fromCharCode(code & 0xff);
      at += all.length;
    } else if (letter !== undefined) {
      result += letter;
      at++;
    } else result += char;
  }
  return { text: result, isOver: false };
}

export function letterEscape(letter: string): string | undefined {
  return letters[letter];
}
