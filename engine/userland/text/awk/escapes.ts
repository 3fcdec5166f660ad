/** Backslash escapes in strings of awk. */

const stringEscapes: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['\\', '\\'],
  ['"', '"'],
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['v', '\v'],
]);

/** A backslash in a string; unknown ones keep their backslash. */
export function readStringEscape(source: string, at: number): { text: string; next: number } {
  const char = source[at + 1] ?? '';
  const known = stringEscapes.get(char);
  if (known !== undefined) return { text: known, next: at + 2 };
  const octal = /^[0-7]{1,3}/.exec(source.slice(at + 1, at + 4));
  if (octal) return { text: String.fromCharCode(Number.parseInt(octal[0], 8) & 255), next: at + 1 + octal[0].length };
  const hex = /^x[0-9a-fA-F]{1,2}/.exec(source.slice(at + 1, at + 4));
  if (hex) return { text: String.fromCharCode(Number.parseInt(hex[0].slice(1), 16)), next: at + 1 + hex[0].length };
  return { text: `\\${char}`, next: at + 2 };
}

/** Escapes in a whole text: what -v and assignments among the operands give. */
export function unescapeString(source: string): string {
  let text = '';
  for (let at = 0; at < source.length; ) {
    if (source[at] !== '\\' || at + 1 >= source.length) {
      text += source[at++] ?? '';
      continue;
    }
    const read = readStringEscape(source, at);
    text += read.text;
    at = read.next;
  }
  return text;
}
