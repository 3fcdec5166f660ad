/** Brace expansion: `a{b,c}d`, `{1..10..2}`, on the text of a word before anything else (bash(1), "Brace Expansion"). */
const sequence = /^(-?\d+|[A-Za-z])\.\.(-?\d+|[A-Za-z])(?:\.\.(-?\d+))?$/;
const maxItems = 1_000_000;

/** One text when there is nothing to expand. */
export function expandBraces(text: string): string[] {
  const open = findGroup(text);
  if (open === null) return [text];
  const before = text.slice(0, open.start);
  const rests = expandBraces(text.slice(open.end + 1));
  const results: string[] = [];
  for (const middle of open.items) for (const rest of rests) results.push(before + middle + rest);
  return results;
}

interface Group {
  start: number;
  end: number;
  items: string[];
}

/** The first group of braces that is one. */
function findGroup(text: string): Group | null {
  for (let at = 0; at < text.length; at++) {
    const skipped = skipQuoted(text, at);
    if (skipped > at) {
      at = skipped - 1;
      continue;
    }
    if (text[at] !== '{') continue;
    const group = readGroup(text, at);
    if (group) return group;
  }
  return null;
}

function readGroup(text: string, start: number): Group | null {
  const commas: number[] = [];
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const skipped = skipQuoted(text, at);
    if (skipped > at) {
      at = skipped - 1;
      continue;
    }
    const char = text[at];
    if (char === '{') depth++;
    else if (char === ',' && depth === 1) commas.push(at);
    else if (char === '}' && --depth === 0) {
      const items = itemsOf(text, start, at, commas);
      return items === null ? null : { start, end: at, items };
    }
  }
  return null;
}

function itemsOf(text: string, start: number, end: number, commas: readonly number[]): string[] | null {
  if (commas.length === 0) return sequenceOf(text.slice(start + 1, end));
  const edges = [start, ...commas, end];
  return edges.slice(1).flatMap((edge, i) => expandBraces(text.slice((edges[i] ?? 0) + 1, edge)));
}

function sequenceOf(text: string): string[] | null {
  const match = sequence.exec(text);
  if (!match) return null;
  const [, from = '', to = '', by] = match;
  const isNumeric = /\d$/.test(from) && /\d$/.test(to);
  const isAlphabetic = /^[A-Za-z]$/.test(from) && /^[A-Za-z]$/.test(to);
  if (!isNumeric && !isAlphabetic) return null;
  const first = isNumeric ? Number(from) : from.charCodeAt(0);
  const last = isNumeric ? Number(to) : to.charCodeAt(0);
  const step = Math.max(1, Math.abs(Number(by ?? 1))) * (first <= last ? 1 : -1);
  if (Math.abs((last - first) / step) > maxItems) return null;
  const width = isPadded(from) || isPadded(to) ? Math.max(from.length, to.length) : 0;
  const items: string[] = [];
  for (let value = first; step > 0 ? value <= last : value >= last; value += step) {
    items.push(isNumeric ? padded(value, width) : charItem(value));
  }
  return items;
}

/** The characters between `Z` and `a` are quoted, so that a backslash or a backquote stays one. */
function charItem(code: number): string {
  const char = String.fromCharCode(code);
  return /[A-Za-z]/.test(char) ? char : `\\${char}`;
}

function isPadded(number: string): boolean {
  return /^-?0\d/.test(number);
}

function padded(value: number, width: number): string {
  const digits = String(Math.abs(value));
  return value < 0 ? `-${digits.padStart(width - 1, '0')}` : digits.padStart(width, '0');
}

/** Where what begins here as a quotation or substitution ends; `at` when nothing does. */
function skipQuoted(text: string, at: number): number {
  const char = text[at];
  if (char === '\\') return at + 2;
  if (char === "'") return closing(text, at + 1, "'");
  if (char === '"') return closingDouble(text, at + 1);
  if (char === '`') return closing(text, at + 1, '`');
  if (char === '$' && text[at + 1] === "'") return closingEscaped(text, at + 2);
  if (char === '$' && text[at + 1] === '{') return balanced(text, at + 1, '{', '}');
  if (char === '$' && text[at + 1] === '(') return balanced(text, at + 1, '(', ')');
  if ((char === '<' || char === '>') && text[at + 1] === '(') return balanced(text, at + 1, '(', ')');
  return at;
}

function closing(text: string, from: number, quote: string): number {
  const end = text.indexOf(quote, from);
  return end < 0 ? text.length : end + 1;
}

/** Of `$'...'`, in which a backslash keeps what follows it. */
function closingEscaped(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === "'") return at + 1;
    if (text[at] === '\\') at++;
  }
  return text.length;
}

function closingDouble(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '"') return at + 1;
    if (text[at] === '\\') at++;
    else if (text[at] === '`' || (text[at] === '$' && text[at + 1] !== "'"))
      at = Math.max(at, skipQuoted(text, at) - 1);
  }
  return text.length;
}

function balanced(text: string, from: number, open: string, close: string): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (char === '\\') at++;
    else if (char === "'" || char === '"' || char === '`') at = skipQuoted(text, at) - 1;
    else if (char === open) depth++;
    else if (char === close && --depth === 0) return at + 1;
  }
  return text.length;
}
