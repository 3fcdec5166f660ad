/** The work of `s`. */
import type { Regex } from '../../regex';
import { expand } from './replacement';
import type { Substitution } from './script';

/** Null when nothing was replaced. */
export function substitute(text: string, regex: Regex, { replacement, global, number }: Substitution): string | null {
  const wanted = Math.max(1, number);
  let out = '';
  let at = 0;
  let count = 0;
  let replaced = false;
  let lastEnd = -1;
  while (at <= text.length) {
    const match = regex.exec(text, at);
    if (match === null) break;
    const isEmpty = match.end === match.index;
    out += text.slice(at, match.index);
    if (isEmpty && match.index === lastEnd) {
      // Right behind a match there is no empty one.
      out += text.slice(match.index, match.index + 1);
      at = match.index + 1;
      lastEnd = -1;
      continue;
    }
    count++;
    if (count < wanted) out += text.slice(match.index, match.end);
    else {
      out += expand(replacement, match);
      replaced = true;
    }
    lastEnd = match.end;
    at = match.end;
    if (replaced && !global) break;
    if (isEmpty) {
      out += text.slice(at, at + 1);
      at++;
      lastEnd = -1;
    }
  }
  return replaced ? out + text.slice(at) : null;
}
