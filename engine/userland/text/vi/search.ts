/** Patterns of vi: its own dialect, put into the one we match. */
import { bare } from '../../../kernel/sim';
import { compile, type Regex } from '../../regex';
import type { Buffer, Position } from './buffer';

/** Vim's `\+ \? \| \( \)` are those of GNU; what differs is put right. */
export function compilePattern(source: string, ignoreCase: boolean): Regex {
  const classes: Readonly<Record<string, string>> = bare({
    d: '[0-9]',
    D: '[^0-9]',
    a: '[A-Za-z]',
    l: '[a-z]',
    u: '[A-Z]',
    x: '[0-9A-Fa-f]',
    h: '[A-Za-z_]',
    t: '\t',
    e: '\x1b',
  });
  let isIgnoring = ignoreCase;
  const translated = source.replaceAll(/\\(.)/gs, (whole, letter: string) => {
    if (letter === 'c' || letter === 'C') {
      isIgnoring = letter === 'c';
      return '';
    }
    if (letter === '=') return '\\?';
    if (letter === 'v' || letter === 'V' || letter === 'm') return '';
    return classes[letter] ?? whole;
  });
  return compile(translated, { ignoreCase: isIgnoring });
}

export interface Found {
  at: Position;
  /** It began again at the other end of the text. */
  wrapped: boolean;
}

/** The next match behind (or before) a place; around the end of the text. */
export function findPattern(buffer: Buffer, regex: Regex, from: Position, forward: boolean): Found | null {
  const total = buffer.count;
  for (let step = 0; step <= total; step++) {
    const line = (((from.line + (forward ? step : -step)) % total) + total) % total;
    const matches = allMatches(buffer.line(line), regex);
    const wrapped = forward
      ? line < from.line || (step === total && step > 0)
      : line > from.line || (step === total && step > 0);
    if (forward) {
      const hit = matches.find((column) => step > 0 || column > from.column);
      if (hit !== undefined && !(step === total && hit > from.column && total > 1))
        return { at: { line, column: hit }, wrapped: wrapped || step === total };
    } else {
      const hit = matches.findLast((column) => step > 0 || column < from.column);
      if (hit !== undefined) return { at: { line, column: hit }, wrapped };
    }
  }
  return null;
}

function allMatches(text: string, regex: Regex): number[] {
  const columns: number[] = [];
  for (let from = 0; from <= text.length; ) {
    const match = regex.exec(text, from);
    if (match === null) break;
    if (match.index < text.length || text === '') columns.push(match.index);
    from = match.end > match.index ? match.end : match.end + 1;
  }
  return columns;
}
