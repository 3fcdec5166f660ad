/** Backslash sequences that stand for one character (sed's manual, "Escapes"). */

const named: ReadonlyMap<string, string> = new Map([
  ['a', '\x07'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
]);

/** The sequence at `at`, where a backslash stands; null when it is none of these. */
export function readEscape(source: string, at: number): { char: string; next: number; isNumeric: boolean } | null {
  const letter = source[at + 1] ?? '';
  const known = named.get(letter);
  if (known !== undefined) return { char: known, next: at + 2, isNumeric: false };
  if (letter === 'c' && at + 2 < source.length) {
    const code = (source[at + 2] ?? '').toUpperCase().charCodeAt(0) ^ 0x40;
    return { char: String.fromCharCode(code), next: at + 3, isNumeric: true };
  }
  const [pattern, base] =
    letter === 'd' ? [/^\d{1,3}/, 10] : letter === 'o' ? [/^[0-7]{1,3}/, 8] : [/^[0-9a-fA-F]{1,2}/, 16];
  if (!'dox'.includes(letter) || letter === '') return null;
  const digits = pattern.exec(source.slice(at + 2));
  if (!digits) return null;
  const code = Number.parseInt(digits[0], base) & 0xff;
  // A byte that is no character of its own is kept as one (see `lossless.ts`).
  const char = code < 0x80 ? String.fromCharCode(code) : String.fromCharCode(0xdc00 | code);
  return { char, next: at + 2 + digits[0].length, isNumeric: true };
}

/** A regular expression with the sequences put in their places; what they make is literal. */
export function expandInRegex(source: string): string {
  let out = '';
  for (let at = 0; at < source.length; ) {
    const char = source[at] ?? '';
    if (char !== '\\') {
      out += char;
      at++;
      continue;
    }
    const found = readEscape(source, at);
    if (found === null) {
      out += source.slice(at, at + 2);
      at += 2;
      continue;
    }
    out += found.isNumeric && /[\\^$.[\]*+?(){}|]/.test(found.char) ? `\\${found.char}` : found.char;
    at = found.next;
  }
  return out;
}
