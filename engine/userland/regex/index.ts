/**
 * POSIX regular expressions for grep, sed, awk, the shell and whoever else needs them: basic and extended, with the GNU
 * extensions. The longest of the leftmost matches is found; no pattern can hold up the page (see `matcher.ts`).
 */
import { RegexBudgetError, RegexError } from './ast';
import { Matcher, type Scope } from './matcher';
import { translate } from './native';
import { parse } from './parse';
import { compileProgram } from './program';

export { inClass, isClassName } from './ast';
export { isWordAt, isWordBefore } from './matcher';
export type { Scope };
export { RegexBudgetError, RegexError };

export interface RegexOptions {
  /** Extended (`grep -E`, awk, `[[ =~ ]]`) instead of basic. */
  extended?: boolean;
  ignoreCase?: boolean;
  /** `^` and `$` also match at newlines within the text (`M` of sed). */
  multiline?: boolean;
  /** `.` and `[^a]` match a newline, as regcomp(3) has it. True when left out. */
  dotMatchesNewline?: boolean;
  /** What is out of place in an extended expression stands for itself or nothing (grep -E), instead of an error. */
  lenient?: boolean;
  /** `awk`: backslashes as in awk, no intervals, no back-references. */
  dialect?: 'gnu' | 'awk';
}

export interface RegexMatch {
  index: number;
  end: number;
  /** The match, then each group; `undefined` where a group took no part. */
  groups: Array<string | undefined>;
  /** Where each group is; -1 where it took no part. */
  spans: Array<readonly [start: number, end: number]>;
}

export interface Regex {
  readonly groupCount: number;
  /** The leftmost longest match that begins at `from` or later. `RegexBudgetError` when that takes too long. */
  exec(text: string, from?: number, scope?: Scope): RegexMatch | null;
  /** Whether there is a match at all: cheaper than `exec`. */
  test(text: string): boolean;
}

/** Texts up to this length go to the engine's own expressions, by number of loops. */
const nativeLimits = [100_000, 10_000, 1_000] as const;

/** Throws `RegexError` with the text of regerror(3). */
export function compile(pattern: string, options: RegexOptions = {}): Regex {
  const {
    extended = false,
    lenient = false,
    ignoreCase = false,
    multiline = false,
    dotMatchesNewline = true,
    dialect = 'gnu',
  } = options;
  const parsed = parse(pattern, { extended, dialect, lenient });
  const program = compileProgram(parsed, { ignoreCase, multiline, dotMatchesNewline });
  const matcher = new Matcher(program);
  const translation = translate(parsed.root, dotMatchesNewline);
  const limit = translation === null || (dialect === 'awk' && ignoreCase) ? 0 : (nativeLimits[translation.loops] ?? 0);
  const flags = `gu${ignoreCase ? 'i' : ''}${multiline ? 'm' : ''}`;
  const native = translation === null ? null : new RegExp(translation.source, `${flags}d`);
  const nativeTest = translation === null ? null : new RegExp(translation.source, flags);
  return {
    groupCount: parsed.groups,
    exec(text, from = 0, scope = {}) {
      if (native !== null && text.length < limit && !scope.notBol && !scope.notEol)
        return execNative(native, text, from);
      const slots = matcher.exec(text, from, scope);
      return slots === null ? null : toMatch(slots, text, parsed.groups);
    },
    test(text) {
      if (nativeTest === null || text.length >= limit) return matcher.exec(text, 0, {}, true) !== null;
      nativeTest.lastIndex = 0;
      return nativeTest.test(text);
    },
  };
}

function execNative(native: RegExp, text: string, from: number): RegexMatch | null {
  if (from > text.length) return null;
  native.lastIndex = from;
  const match = native.exec(text);
  if (match === null) return null;
  const none: readonly [number, number] = [-1, -1];
  const spans = Array.from(match, (_, at) => match.indices?.[at] ?? none);
  return { index: match.index, end: match.index + match[0].length, groups: [...match], spans };
}

function toMatch(slots: Int32Array, text: string, groups: number): RegexMatch {
  const spans: Array<readonly [number, number]> = [];
  for (let group = 0; group <= groups; group++) {
    const start = slots[group * 2] ?? -1;
    const end = slots[group * 2 + 1] ?? -1;
    spans.push(start < 0 || end < 0 ? [-1, -1] : [start, end]);
  }
  const [whole = [0, 0]] = spans;
  const texts = spans.map(([start, end]) => (start < 0 ? undefined : text.slice(start, end)));
  return { index: whole[0], end: whole[1], groups: texts, spans };
}

/** The same text with everything that means something in an expression made literal. */
export function quote(text: string, extended: boolean): string {
  return text.replaceAll(extended ? /[\\^$.[\]|()*+?{}]/g : /[\\^$.[\]*]/g, '\\$&');
}
