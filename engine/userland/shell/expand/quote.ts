/** Quotes texts so that a shell reads them back: as `printf %q`, `${x@Q}`, `declare -p` and `set -x` each do it. */
import { bare } from '../../../kernel/sim';

const control = /[\x00-\x1f\x7f]/;
const special = /[ !"$&'()*;<>?[\\\]^`{|}]/g;

const names: Record<string, string> = bare({
  '\x07': '\\a',
  '\b': '\\b',
  '\x1b': '\\E',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
});

/** `$'...'`. */
export function ansiQuote(text: string): string {
  let result = '';
  for (const char of text) {
    if (char === '\\' || char === "'") result += `\\${char}`;
    else if (control.test(char)) {
      result += names[char] ?? `\\${(char.codePointAt(0) ?? 0).toString(8).padStart(3, '0')}`;
    } else result += char;
  }
  return `$'${result}'`;
}

export function singleQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** `printf %q`: with backslashes. */
export function backslashQuote(text: string): string {
  if (text === '') return "''";
  if (control.test(text)) return ansiQuote(text);
  return text
    .replace(special, '\\$&')
    .replace(/,/g, '\\,')
    .replace(/^[~#]/, '\\$&')
    .replace(/([:=])~/g, '$1\\~');
}

/** `${x@Q}`. */
export function valueQuote(text: string): string {
  return control.test(text) ? ansiQuote(text) : singleQuote(text);
}

/** `declare -p`: in double quotes. */
export function declareQuote(text: string): string {
  return control.test(text) ? ansiQuote(text) : `"${text.replace(/["$`\\]/g, '\\$&')}"`;
}

/** `set`, `trap`, `alias`: quoted only where it has to be. */
export function listQuote(text: string): string {
  if (text === '') return '';
  if (control.test(text)) return ansiQuote(text);
  return /[^\w%+,./:=@^~-]/.test(text) || /(^|[:=])~/.test(text) ? singleQuote(text) : text;
}

/** `set -x`. */
export function traceQuote(text: string): string {
  if (text === '') return "''";
  if (/[\x00-\x08\x0b-\x1f\x7f]/.test(text)) return ansiQuote(text);
  return /[\s'"\\|&;()<>!{}*[\]?^$`]|^[~#]|[:=]~/.test(text) ? singleQuote(text) : text;
}
