/** Quoting of names in messages and listings, in the styles of GNU's quotearg (ls(1) --quoting-style). */
import { bare, encode } from '../../kernel/sim';

export const quotingStyles = [
  'literal',
  'shell',
  'shell-always',
  'shell-escape',
  'shell-escape-always',
  'c',
  'c-maybe',
  'escape',
  'locale',
  'clocale',
] as const;

export type QuotingStyle = (typeof quotingStyles)[number];

export interface QuoteOptions {
  /** False: the C locale, where only ASCII can be printed and quotes are straight. True when left out. */
  utf8?: boolean;
  /** Further characters that need quoting. */
  also?: string;
}

const letterEscapes: Readonly<Record<string, string>> = bare({
  '\x07': 'a',
  '\b': 'b',
  '\f': 'f',
  '\n': 'n',
  '\r': 'r',
  '\t': 't',
  '\v': 'v',
});

export function quoteArg(text: string, style: QuotingStyle, options: QuoteOptions = {}): string {
  switch (style) {
    case 'literal':
      return text;
    case 'shell':
    case 'shell-escape':
      return needsShellQuotes(text, style === 'shell-escape', options)
        ? shellQuoted(text, style === 'shell-escape', options)
        : text;
    case 'shell-always':
    case 'shell-escape-always':
      return shellQuoted(text, style === 'shell-escape-always', options);
    case 'c':
      return `"${escaped(text, { ...options, also: `"${options.also ?? ''}` })}"`;
    case 'c-maybe': {
      const quoted = quoteArg(text, 'c', options);
      return quoted === `"${text}"` ? text : quoted;
    }
    case 'escape':
      return escaped(text, options);
    case 'locale':
    case 'clocale':
      return localeQuoted(text, style, options);
  }
}

/** For messages: in quotes always, what cannot be printed as the shell would take it (quoteaf of coreutils). */
export function quoteName(text: string, utf8 = true): string {
  return quoteArg(text, 'shell-escape-always', { utf8 });
}

/** For messages of the form `name: text`: in quotes only when needed (quotef). */
export function quoteBare(text: string, utf8 = true): string {
  return quoteArg(text, 'shell-escape', { utf8, also: ':' });
}

/** For words of a command line that are no names: ‘x’ (quote). */
export function quoteWord(text: string, utf8 = true): string {
  return quoteArg(text, 'locale', { utf8 });
}

export function isPrintable(char: string, utf8 = true): boolean {
  if (!utf8) return char >= ' ' && char <= '~';
  return !/[\p{Cc}\p{Cn}\p{Cs}\p{Zl}\p{Zp}]/u.test(char);
}

function needsShellQuotes(text: string, escapes: boolean, { utf8 = true, also = '' }: QuoteOptions): boolean {
  if (text === '' || text === '{' || text === '}' || /^[#~]/.test(text)) return true;
  if (/[\\' !"$&()*;<=>[^`|\n\t?]/.test(text) || (also !== '' && [...text].some((char) => also.includes(char))))
    return true;
  return escapes ? [...text].some((char) => !isPrintable(char, utf8)) : /[\r\v\f\b\x07]/.test(text);
}

function shellQuoted(text: string, escapes: boolean, { utf8 = true }: QuoteOptions): string {
  if (text.includes("'") && isFineInDoubleQuotes(text, utf8)) return `"${text}"`;
  let result = "'";
  let inEscape = false;
  for (const char of text) {
    const special = escapes && !isPrintable(char, utf8);
    if (special && !inEscape) result += "'$'";
    if (!special && inEscape) result += "''";
    inEscape = special;
    if (special) result += escapeOf(char, utf8);
    else if (char === "'") result += "'\\''";
    else result += char;
  }
  return `${result}'`;
}

/** A single quote can go into double quotes when nothing else is special there. */
function isFineInDoubleQuotes(text: string, utf8: boolean): boolean {
  if (!/^[#~]?[^!"#$&()*;<=>?@[\\^`{|}~]*$/.test(text)) return text === '{' || text === '}';
  return [...text].every((char) => isPrintable(char, utf8));
}

function escapeOf(char: string, utf8: boolean): string {
  const letter = letterEscapes[char];
  if (letter !== undefined) return `\\${letter}`;
  const bytes = utf8 && char.length === 1 && char.charCodeAt(0) < 0x80 ? [char.charCodeAt(0)] : [...encode(char)];
  return bytes.map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}

function escaped(text: string, { utf8 = true, also = '' }: QuoteOptions): string {
  let result = '';
  for (const char of text) {
    if (char === '\\' || also.includes(char)) result += `\\${char}`;
    else if (!isPrintable(char, utf8)) result += escapeOf(char, utf8);
    else result += char;
  }
  return result;
}

function localeQuoted(text: string, style: 'locale' | 'clocale', options: QuoteOptions): string {
  const plain = style === 'locale' ? "'" : '"';
  const [left, right] = (options.utf8 ?? true) ? ['‘', '’'] : [plain, plain];
  return `${left}${escaped(text, { ...options, also: `${right}${options.also ?? ''}` })}${right}`;
}
