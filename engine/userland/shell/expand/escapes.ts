/** Backslash escapes of `echo -e`, `printf`, `$'...'`. */
import { bare, encode } from '../../../kernel/sim';
import { decodeLossless } from '../../text/common/lossless';

const simple: Record<string, string> = bare({
  a: '\x07',
  b: '\b',
  e: '\x1b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
});

export interface Decoded {
  text: string;
  /** `\c` was met: nothing more is to be printed. */
  stops: boolean;
}

/** `echo`: octal needs a leading 0. `printf`: `\"` and `\'` too. `ansi`: `\cx` is a control character. */
export function decodeEscapes(text: string, style: 'echo' | 'printf' | 'printf-b' | 'ansi'): Decoded {
  if (!text.includes('\\')) return { text, stops: false };
  let result = '';
  let bytes: number[] = [];
  const flush = () => {
    if (bytes.length > 0) result += decodeLossless(Uint8Array.from(bytes));
    bytes = [];
  };
  for (let at = 0; at < text.length; ) {
    const char = text.charAt(at);
    const next = text.charAt(at + 1);
    if (char !== '\\' || next === '') {
      flush();
      result += char;
      at++;
      continue;
    }
    const rest = text.slice(at + 1, at + 12);
    const plain = simple[next];
    if (plain !== undefined) {
      flush();
      result += plain;
      at += 2;
      continue;
    }
    if (next === 'c' && style !== 'ansi') {
      flush();
      if (style !== 'printf') return { text: result, stops: true };
      return { text: result, stops: true };
    }
    if (next === 'c') {
      flush();
      result += String.fromCharCode(
        (text
          .charAt(at + 2)
          .toUpperCase()
          .charCodeAt(0) || 0) & 0x1f,
      );
      at += 3;
      continue;
    }
    const number = numeric(rest, style);
    if (number !== null) {
      if (number.unicode) {
        flush();
        result += String.fromCodePoint(Math.min(number.value, 0x10ffff));
      } else bytes.push(...(number.value < 256 ? [number.value] : encode(String.fromCodePoint(number.value))));
      at += 1 + number.length;
      continue;
    }
    flush();
    if (style !== 'echo' && (next === '"' || next === "'" || next === '?')) result += next;
    else result += char + next;
    at += 2;
  }
  flush();
  return { text: result, stops: false };
}

function numeric(rest: string, style: string): { value: number; length: number; unicode: boolean } | null {
  const octal = style === 'echo' ? /^0([0-7]{0,3})/ : style === 'printf-b' ? /^0?([0-7]{1,3})/ : /^([0-7]{1,3})/;
  const asOctal = octal.exec(rest);
  if (asOctal) return { value: Number.parseInt(asOctal[1] || '0', 8) & 255, length: asOctal[0].length, unicode: false };
  const hex = /^x([0-9A-Fa-f]{1,2})/.exec(rest);
  if (hex) return { value: Number.parseInt(hex[1] ?? '0', 16), length: hex[0].length, unicode: false };
  const unicode = /^u([0-9A-Fa-f]{1,4})|^U([0-9A-Fa-f]{1,8})/.exec(rest);
  if (!unicode) return null;
  return { value: Number.parseInt(unicode[1] ?? unicode[2] ?? '0', 16), length: unicode[0].length, unicode: true };
}
