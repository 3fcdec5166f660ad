/** The input of xargs, split into words. */

export class XargsError extends Error {}

export function split(input: string, delimiter: string): string[] {
  const parts = input.split(delimiter);
  if (parts.at(-1) === '') parts.pop();
  return parts;
}

export function unquoted(line: string): string {
  return words(line)
    .map(({ text }) => text)
    .join(' ') === line
    ? line
    : stripQuotes(line);
}

function stripQuotes(line: string): string {
  return line.replaceAll(
    /\\([\s\S])|'([^'\n]*)'|"([^"\n]*)"/g,
    (_, escaped?: string, single?: string, double?: string) => escaped ?? single ?? double ?? '',
  );
}

/** Words, with quotes and backslashes taken away. A line that ends in a blank goes on in the next one. */
export function words(input: string): Array<{ text: string; endsLine: boolean }> {
  const items: Array<{ text: string; endsLine: boolean }> = [];
  let word: string | null = null;
  for (let at = 0; at < input.length; at++) {
    const char = input[at] ?? '';
    if (char === ' ' || char === '\t' || char === '\n') {
      const isContinued = char === '\n' && /[ \t]/.test(input[at - 1] ?? '');
      if (word !== null) items.push({ text: word, endsLine: char === '\n' });
      else if (char === '\n' && !isContinued) markEnd(items);
      word = null;
    } else if (char === "'" || char === '"') {
      const end = input.indexOf(char, at + 1);
      const newline = input.indexOf('\n', at + 1);
      if (end < 0 || (newline >= 0 && newline < end)) {
        const kind = char === "'" ? 'single' : 'double';
        throw new XargsError(
          `unmatched ${kind} quote; by default quotes are special to xargs unless you use the -0 option`,
        );
      }
      word = (word ?? '') + input.slice(at + 1, end);
      at = end;
    } else if (char === '\\') word = (word ?? '') + (input[++at] ?? '');
    else word = (word ?? '') + char;
  }
  if (word !== null) items.push({ text: word, endsLine: true });
  return items;
}

function markEnd(items: Array<{ text: string; endsLine: boolean }>): void {
  const last = items.at(-1);
  if (last) last.endsLine = true;
}
