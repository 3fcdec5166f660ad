/** The right-hand side of `s`: text, references to groups, changes of case. */
import type { RegexMatch } from '../../regex';
import { readEscape } from './escapes';

type CaseChange = 'U' | 'L' | 'E' | 'u' | 'l';
type Part = { text: string } | { group: number } | { change: CaseChange };

export interface Replacement {
  parts: Part[];
  /** The highest group it refers to. */
  highest: number;
}

export function parseReplacement(source: string): Replacement {
  const parts: Part[] = [];
  let text = '';
  let highest = 0;
  const add = (part: Part) => {
    if (text !== '') parts.push({ text });
    text = '';
    parts.push(part);
  };
  for (let at = 0; at < source.length; ) {
    const char = source[at] ?? '';
    if (char === '&') add({ group: 0 });
    if (char === '&') at++;
    else if (char !== '\\') {
      text += char;
      at++;
    } else {
      const next = source[at + 1] ?? '\\';
      const found = readEscape(source, at);
      if (/\d/.test(next)) {
        highest = Math.max(highest, Number(next));
        add({ group: Number(next) });
      } else if (next === 'U' || next === 'L' || next === 'E' || next === 'u' || next === 'l') add({ change: next });
      else text += found?.char ?? next;
      at = /[\dULEul]/.test(next) ? at + 2 : (found?.next ?? at + 2);
    }
  }
  if (text !== '') parts.push({ text });
  return { parts, highest };
}

export function expand(replacement: Replacement, match: RegexMatch): string {
  let out = '';
  let mode: 'U' | 'L' | 'E' = 'E';
  let once: 'u' | 'l' | null = null;
  for (const part of replacement.parts) {
    if ('change' in part) {
      if (part.change === 'u' || part.change === 'l') once = part.change;
      else {
        mode = part.change;
        once = null;
      }
      continue;
    }
    let text = 'text' in part ? part.text : (match.groups[part.group] ?? '');
    if (text === '') continue;
    if (mode !== 'E') text = mode === 'U' ? text.toUpperCase() : text.toLowerCase();
    if (once !== null) {
      const [first = ''] = text;
      text = (once === 'u' ? first.toUpperCase() : first.toLowerCase()) + text.slice(first.length);
    }
    once = null;
    out += text;
  }
  return out;
}
