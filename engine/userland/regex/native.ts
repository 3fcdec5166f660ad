/**
 * A short cut: where neither choice nor repeated groups can make the longest match another than the first, and few loops
 * keep backtracking small, the engine's own regular expressions find the same match much faster.
 */
import type { CharSet, ClassName, Node } from './ast';

const classSources: Record<ClassName, string> = {
  alpha: '\\p{L}',
  digit: '0-9',
  alnum: '\\p{L}\\p{Nd}',
  upper: '\\p{Lu}',
  lower: '\\p{Ll}',
  space: '\\t-\\r \\u1680\\u2000-\\u2006\\u2008-\\u200a\\u2028\\u2029\\u205f\\u3000',
  blank: '\\t \\u1680\\u2000-\\u2006\\u2008-\\u200a\\u205f\\u3000',
  punct: '!-\\/:-@\\[-`\\{-~\\p{P}\\p{S}',
  print: '',
  graph: '',
  cntrl: '\\p{Cc}\\u2028\\u2029',
  xdigit: '0-9A-Fa-f',
  word: '\\p{L}\\p{Nd}_',
};

interface Translation {
  source: string;
  /** Unbounded loops in it. */
  loops: number;
}

/** Null where only our own matcher is right. The source is for the flags `u` and `d`. */
export function translate(root: Node, dotMatchesNewline: boolean): Translation | null {
  const state = { loops: 0, isFlat: true };
  const source = write(root, state, dotMatchesNewline);
  return state.isFlat && state.loops <= 2 ? { source, loops: state.loops } : null;
}

function write(node: Node, state: { loops: number; isFlat: boolean }, newline: boolean): string {
  switch (node.kind) {
    case 'empty':
      return '(?:)';
    case 'char':
      return unit(node.code);
    case 'any':
      return newline ? '[^\\udc80-\\udcff]' : '[^\\n\\udc80-\\udcff]';
    case 'set':
      return writeSet(node.set, state, newline);
    case 'assert':
      if (node.what === 'lineStart') return '^';
      if (node.what === 'lineEnd') return '$';
      break;
    case 'group':
      return `(${write(node.body, state, newline)})`;
    case 'sequence':
      return node.parts.map((part) => write(part, state, newline)).join('');
    case 'repeat': {
      const isSingle = node.body.kind === 'char' || node.body.kind === 'any' || node.body.kind === 'set';
      if (!isSingle || node.min > 100 || (node.max ?? 0) > 100) break;
      if (node.max === null || node.max > 1) state.loops++;
      return `${write(node.body, state, newline)}{${node.min},${node.max ?? ''}}`;
    }
  }
  state.isFlat = false;
  return '';
}

function unit(code: number): string {
  return `\\u{${code.toString(16)}}`;
}

function writeSet(set: CharSet, state: { isFlat: boolean }, newline: boolean): string {
  if (set.classes.some((name) => classSources[name] === '')) state.isFlat = false;
  const ranges = set.ranges.map(([first, last]) => (first === last ? unit(first) : `${unit(first)}-${unit(last)}`));
  const inside = ranges.join('') + set.classes.map((name) => classSources[name]).join('');
  if (!set.negated) return `[${inside}]`;
  return `[^${inside}\\udc80-\\udcff${newline ? '' : '\\n'}]`;
}
