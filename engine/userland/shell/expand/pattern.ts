/** What shell patterns are asked: whether a text matches, and which part of it. */
import { Matching } from './pattern-match';
import { type PatternNode, parsePattern, reversed } from './pattern-nodes';

const cache = new Map<string, readonly PatternNode[]>();
const cacheSize = 2000;

export interface PatternOptions {
  ignoreCase?: boolean;
}

/** Matches the whole text. */
export function matchesPattern(pattern: string, text: string, options: PatternOptions = {}): boolean {
  if (isPlain(pattern) && !options.ignoreCase) return pattern === text;
  return new Matching(nodesOf(pattern), [...text], options.ignoreCase ?? false).reachesEnd(0);
}

/** How many characters (UTF-16 units) it takes at the beginning of the text; null when it does not match there. */
export function prefixLength(pattern: string, text: string, isLongest: boolean, ignoreCase = false): number | null {
  if (isPlain(pattern) && !ignoreCase) return text.startsWith(pattern) ? pattern.length : null;
  const chars = [...text];
  const end = new Matching(nodesOf(pattern), chars, ignoreCase).end(0, isLongest);
  return end === null ? null : unitsOf(chars, 0, end);
}

/** The same at the end of the text. */
export function suffixLength(pattern: string, text: string, isLongest: boolean, ignoreCase = false): number | null {
  if (isPlain(pattern) && !ignoreCase) return text.endsWith(pattern) ? pattern.length : null;
  const chars = [...text].reverse();
  const end = new Matching(reversed(nodesOf(pattern)), chars, ignoreCase).end(0, isLongest);
  return end === null ? null : unitsOf(chars, 0, end);
}

/** The parts of the text that match, from left to right, each as long as can be; an empty text has one at most. */
export function* eachMatch(pattern: string, text: string, ignoreCase = false): Generator<{ at: number; text: string }> {
  if (isPlain(pattern) && !ignoreCase) return yield* eachLiteral(pattern, text);
  const chars = [...text];
  const matching = new Matching(nodesOf(pattern), chars, ignoreCase);
  for (let [start, units] = [0, 0]; start < chars.length || (start === 0 && chars.length === 0); ) {
    const end = matching.end(start, true);
    if (end === null && matching.isHopeless) return;
    if (end !== null) {
      const matched = chars.slice(start, end).join('');
      yield { at: units, text: matched };
      if (end > start) {
        units += matched.length;
        start = end;
        continue;
      }
    }
    units += chars[start]?.length ?? 1;
    start++;
  }
}

function* eachLiteral(wanted: string, text: string): Generator<{ at: number; text: string }> {
  if (wanted === '') return;
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length))
    yield { at, text: wanted };
}

export function hasGlob(pattern: string): boolean {
  return /(^|[^\\])(\\\\)*([*?]|\[|[+@!]\()/.test(pattern);
}

/** Takes the quoting out again. */
export function unquotePattern(pattern: string): string {
  return pattern.replace(/\\(.)/gs, '$1');
}

/** Quotes text so that it matches itself. */
export function quotePattern(text: string): string {
  return text.replace(/[^\w./ ]/gu, '\\$&');
}

function isPlain(pattern: string): boolean {
  return !/[*?[\\(]/.test(pattern);
}

function nodesOf(pattern: string): readonly PatternNode[] {
  const known = cache.get(pattern);
  if (known) return known;
  const nodes = parsePattern(pattern);
  if (cache.size >= cacheSize) cache.clear();
  cache.set(pattern, nodes);
  return nodes;
}

function unitsOf(chars: readonly string[], from: number, to: number): number {
  let units = 0;
  for (let at = from; at < to; at++) units += chars[at]?.length ?? 0;
  return units;
}
