/**
 * `grep -P`: the common part of Perl's expressions, by the engine's own. It cannot be interrupted, so patterns that are
 * known to explode get only short lines; others are refused with the message of a used-up limit.
 */
import { RegexBudgetError, RegexError } from '../../regex';
import { mayExplode, shortText } from '../common/explosive';
import type { LineMatcher } from './pattern';
import type { Settings } from './settings';

const classes: ReadonlyArray<readonly [posix: string, source: string]> = [
  ['[:alpha:]', '\\p{L}'],
  ['[:digit:]', '0-9'],
  ['[:alnum:]', '\\p{L}0-9'],
  ['[:upper:]', '\\p{Lu}'],
  ['[:lower:]', '\\p{Ll}'],
  ['[:space:]', '\\s'],
  ['[:blank:]', ' \\t'],
  ['[:punct:]', '!-\\/:-@\\[-`\\{-~'],
  ['[:xdigit:]', '0-9A-Fa-f'],
  ['[:word:]', '\\w'],
];

export function compilePerl(pattern: string, settings: Settings): LineMatcher {
  const { source, flags } = translate(pattern);
  const regex = build(source, `gu${settings.ignoreCase || flags.includes('i') ? 'i' : ''}`, pattern);
  const isExplosive = mayExplode(source);
  const find = (text: string, from: number) => {
    if (isExplosive && text.length > shortText) throw new RegexBudgetError("exceeded PCRE's backtracking limit");
    regex.lastIndex = from;
    const match = regex.exec(text);
    return match && { start: match.index, end: match.index + match[0].length };
  };
  return { find, test: (text) => find(text, 0) !== null };
}

function translate(pattern: string): { source: string; flags: string } {
  const leading = /^\(\?([a-z]+)\)/.exec(pattern);
  let source = leading ? pattern.slice(leading[0].length) : pattern;
  for (const [posix, ours] of classes) source = source.replaceAll(posix, ours);
  source = source
    .replaceAll(/\\h/g, '[ \\t]')
    .replaceAll(/\\A/g, '^')
    .replaceAll(/\\[zZ]/g, '$');
  // What JavaScript does not let a backslash stand before.
  source = source
    .replaceAll(/\\(?:([-"#%&',:;<=>@_`~! ])|(.))/g, (whole, plain: string | undefined) => {
      if (plain === undefined) return whole;
      return plain === '-' ? '\\-' : plain;
    })
    .replaceAll(/\\-(?![^[]*\])/g, '-');
  const keep = source.indexOf('\\K');
  if (keep >= 0) source = `(?<=${source.slice(0, keep)})${source.slice(keep + 2)}`;
  return { source, flags: leading?.[1] ?? '' };
}

function build(source: string, flags: string, pattern: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch {
    throw new RegexError(explain(pattern));
  }
}

function explain(pattern: string): string {
  const plain = pattern.replaceAll(/\\./g, '').replaceAll(/\[[^\]]*\]/g, '');
  const opened = plain.split('(').length;
  const closed = plain.split(')').length;
  if (opened > closed) return 'missing closing parenthesis';
  if (closed > opened) return 'unmatched closing parenthesis';
  if (/\[[^\]]*$/.test(pattern)) return 'missing terminating ] for character class';
  if (/^[*+?]|[(|][*+?]/.test(plain)) return 'quantifier does not follow a repeatable item';
  return pattern.endsWith('\\') ? '\\ at end of pattern' : 'this Perl expression is not known to the simulator';
}
