/** What was searched for last, and where it is. */
import type { Blocking, Sys } from '../../../kernel/sim';
import { compile, type Regex, RegexBudgetError, RegexError } from '../../regex';
import type { Document } from './document';
import { plainText } from './layout';
import type { LessSettings } from './settings';

export class Search {
  #regex: Regex | null = null;
  isBackward = false;
  showsMatches = true;

  constructor(
    private readonly sys: Sys,
    private readonly settings: LessSettings,
  ) {}

  /** What is to be marked in the text. */
  get highlight(): Regex | null {
    return this.showsMatches ? this.#regex : null;
  }

  /** An empty pattern is the last one again. What is wrong with it, if something is. */
  begin(pattern: string, isBackward: boolean): string | null {
    this.isBackward = isBackward;
    this.showsMatches = true;
    if (pattern === '') return null;
    const hasCapitals = /\p{Lu}/u.test(pattern);
    const { ignoreCase } = this.settings;
    try {
      this.#regex = compile(pattern, {
        extended: true,
        ignoreCase: ignoreCase === 'always' || (ignoreCase === 'unless-capitals' && !hasCapitals),
      });
      return null;
    } catch (error) {
      if (!(error instanceof RegexError)) throw error;
      return error.message;
    }
  }

  /** The line of the match with this number, beyond line `from`; or why there is none. */
  *next(
    document: Document,
    { from, isBackward, count }: { from: number; isBackward: boolean; count: number },
    goesOn: () => boolean,
  ): Blocking<number | string> {
    const regex = this.#regex;
    if (regex === null) return 'No previous regular expression';
    const step = isBackward ? -1 : 1;
    let left = count;
    for (let line = from + step; line >= 0 && (yield* document.load(line, goesOn)); line += step) {
      yield* this.sys.checkpoint();
      if (matches(regex, plainText(document.lines[line] ?? '')) && --left === 0) return line;
    }
    return 'Pattern not found';
  }
}

/** A line that is too much work has no match. */
function matches(regex: Regex, text: string): boolean {
  try {
    return regex.test(text);
  } catch (error) {
    if (!(error instanceof RegexBudgetError)) throw error;
    return false;
  }
}
