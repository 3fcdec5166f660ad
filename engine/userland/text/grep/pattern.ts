/** Finds the patterns of grep in a line: several at once, whole words, whole lines. */
import { compile, isWordAt, isWordBefore, quote, type Regex, RegexError } from '../../regex';
import { compilePerl } from './perl-pattern';
import type { Settings } from './settings';

export interface Span {
  start: number;
  end: number;
}

export interface LineMatcher {
  /** The leftmost, of those the longest. */
  find(text: string, from: number): Span | null;
  test(text: string): boolean;
}

type Find = (text: string, from: number) => Span | null;

export function makeMatcher(patterns: readonly string[], settings: Settings): LineMatcher {
  const single = patterns.map((pattern) => makeOne(pattern, settings));
  const isPlain = !settings.wholeWord && !settings.wholeLine;
  const find: Find = (text, from) => {
    let best: Span | null = null;
    for (const one of single) {
      const span = one.find(text, from);
      if (span && (best === null || span.start < best.start || (span.start === best.start && span.end > best.end)))
        best = span;
    }
    return best;
  };
  return { find, test: (text) => single.some((one) => (isPlain ? one.test(text) : one.find(text, 0) !== null)) };
}

function makeOne(pattern: string, settings: Settings): LineMatcher {
  const { find, test } = engine(pattern, settings);
  if (settings.wholeLine) return withTest((text, from) => (from > 0 ? null : wholeLine(find, text)));
  if (settings.wholeWord) return withTest((text, from) => wholeWord(find, text, from));
  return { find, test };
}

function withTest(find: Find): LineMatcher {
  return { find, test: (text) => find(text, 0) !== null };
}

function engine(pattern: string, settings: Settings): LineMatcher {
  const { ignoreCase, dialect } = settings;
  if (dialect === 'perl') return compilePerl(pattern, settings);
  if (dialect === 'fixed' && !ignoreCase) {
    const find: Find = (text, from) => {
      const start = text.indexOf(pattern, from);
      return start < 0 ? null : { start, end: start + pattern.length };
    };
    return { find, test: (text) => text.includes(pattern) };
  }
  if (dialect !== 'fixed' && /^\[:[^\]]*:\]$/.test(pattern)) {
    throw new RegexError('character class syntax is [[:space:]], not [:space:]');
  }
  const source = dialect === 'fixed' ? quote(pattern, false) : pattern;
  const regex: Regex = compile(source, { extended: dialect === 'extended', ignoreCase, lenient: true });
  return {
    find: (text, from) => {
      const match = regex.exec(text, from);
      return match && { start: match.index, end: match.end };
    },
    test: (text) => regex.test(text),
  };
}

/** The longest match at the beginning is the whole line when any match is. */
function wholeLine(find: Find, text: string): Span | null {
  const span = find(text, 0);
  return span && span.start === 0 && span.end === text.length ? span : null;
}

/** Tries shorter matches at the same place, then later ones, until one has no word character beside it. */
function wholeWord(find: Find, text: string, from: number): Span | null {
  for (let span = find(text, from); span !== null; ) {
    const { start } = span;
    for (let end = span.end; ; ) {
      if (!isWordBefore(text, start) && !isWordAt(text, end)) return { start, end };
      if (end <= start) break;
      const shorter = find(text.slice(0, end - 1), start);
      if (shorter === null || shorter.start !== start) break;
      end = shorter.end;
    }
    if (start >= text.length) return null;
    span = find(text, start + 1);
  }
  return null;
}
